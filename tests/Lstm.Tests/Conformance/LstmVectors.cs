using System.Numerics;
using System.Text.Json;

namespace Lstm.Tests.Conformance;

/// <summary>Runs LSTM layers on a reference vector; the tensors of a layer have its prefix in front of their names.</summary>
internal static class LstmVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string Gates = "ifgo";
    private const string PeepholeGates = "ifo";

    public static IEnumerable<Outcome> Run(ReferenceVector vector, string[] prefixes)
    {
        Sequential<T> model = CreateModel(vector, prefixes);
        for (int layer = 0; layer < prefixes.Length; layer++)
        {
            SetParameters(vector, prefixes[layer], model.Layers[layer]);
        }

        Bptt<T> bptt = new(model, vector.Size("steps"), vector.Size("batch"), new BpttOptions { Threads = 2 });
        List<Outcome> outcomes = [];
        ForwardAndBackward(vector, prefixes, bptt, outcomes);
        for (int layer = 0; layer < prefixes.Length; layer++)
        {
            foreach (Parameter<T> parameter in model.Layers[layer].Parameters)
            {
                AddGradients(vector, prefixes[layer], parameter, outcomes);
            }
        }

        return outcomes;
    }

    private static Sequential<T> CreateModel(ReferenceVector vector, string[] prefixes)
    {
        int inputSize = vector.Size("inputSize"), hiddenSize = vector.Size("hiddenSize");
        LstmOptions options = new()
        {
            Peepholes = vector.Has("parameters", prefixes[0] + "p.i"),
            LayerNorm = vector.Config.TryGetProperty("layerNorm", out JsonElement norm) && norm.ValueKind != JsonValueKind.Null
                ? new LayerNormOptions { Epsilon = norm.GetProperty("epsilon").GetDouble() }
                : null,
        };
        return new([.. prefixes.Select((_, layer) => new LstmLayer<T>(layer == 0 ? inputSize : hiddenSize, hiddenSize, options))]);
    }

    private static void SetParameters(ReferenceVector vector, string prefix, Layer<T> layer)
    {
        foreach (Parameter<T> parameter in layer.Parameters)
        {
            int start = 0;
            foreach (string name in Parts(parameter))
            {
                double[] values = vector.Tensor("parameters", prefix + name);
                if (name is "b.f" or "shift.f" && vector.Config.TryGetProperty("forgetBias", out JsonElement forgetBias))
                {
                    // The reference adds the forget bias in the graph; the library has it as first value of the parameter.
                    values = Array.ConvertAll(values, value => value + forgetBias.GetDouble());
                }

                Convert(values).CopyTo(parameter.Value[start..]);
                start += values.Length;
            }
        }
    }

    private static void ForwardAndBackward(ReferenceVector vector, string[] prefixes, Bptt<T> bptt, List<Outcome> outcomes)
    {
        foreach ((RecurrentState<T> state, string name) in NamedStates(prefixes, bptt))
        {
            Convert(vector.Tensor("inputs", name + "0")).CopyTo(state.Value);
        }

        outcomes.Add(Outcome.Of("y", vector.Tensor("outputs", "y"), bptt.Forward(Convert(vector.Tensor("inputs", "x")))));
        Convert(vector.Tensor("cotangents", "y")).CopyTo(bptt.OutputGradient);
        foreach ((RecurrentState<T> state, string name) in NamedStates(prefixes, bptt))
        {
            outcomes.Add(Outcome.Of<T>(name + "T", vector.Tensor("outputs", name + "T"), state.Value));
            Convert(vector.Tensor("cotangents", name + "T")).CopyTo(state.FinalGradient);
        }

        bptt.Backward();
        outcomes.Add(Outcome.Of("dx", vector.Tensor("gradients", "x"), bptt.InputGradient));
        foreach ((RecurrentState<T> state, string name) in NamedStates(prefixes, bptt))
        {
            outcomes.Add(Outcome.Of<T>($"d{name}0", vector.Tensor("gradients", name + "0"), state.InitialGradient));
        }
    }

    private static void AddGradients(ReferenceVector vector, string prefix, Parameter<T> parameter, List<Outcome> outcomes)
    {
        int start = 0;
        foreach (string name in Parts(parameter))
        {
            double[] expected = vector.Tensor("gradients", prefix + name);
            outcomes.Add(Outcome.Of<T>($"d{prefix}{name}", expected, parameter.Gradient.Slice(start, expected.Length)));
            start += expected.Length;
        }
    }

    private static IEnumerable<(RecurrentState<T> State, string Name)> NamedStates(string[] prefixes, Bptt<T> bptt) =>
        bptt.States.Select((state, k) => (state, prefixes[k / 2] + (k % 2 == 0 ? "h" : "c")));

    /// <summary>The reference's tensors that lie one after the other in a parameter.</summary>
    private static IEnumerable<string> Parts(Parameter<T> parameter)
    {
        string name = parameter.Name[(parameter.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        return name switch
        {
            "p" => PeepholeGates.Select(gate => $"p.{gate}"),
            "gain_c" => ["gain.c"],
            "shift_c" => ["shift.c"],
            _ => Gates.Select(gate => $"{name}.{gate}"),
        };
    }

    private static T[] Convert(double[] values) => Array.ConvertAll(values, T.CreateTruncating);
}
