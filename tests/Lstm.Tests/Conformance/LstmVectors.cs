using System.Numerics;
using System.Text.Json;

namespace Lstm.Tests.Conformance;

/// <summary>Runs LSTM layers on a reference vector; the tensors of a layer have its prefix in front of their names.</summary>
internal static class LstmVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
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
        LstmOptions options = LstmVectorOptions.Read(vector, prefixes[0]);
        return new([.. prefixes.Select((_, layer) => new LstmLayer<T>(layer == 0 ? inputSize : hiddenSize, hiddenSize, options))]);
    }

    private static void SetParameters(ReferenceVector vector, string prefix, Layer<T> layer)
    {
        foreach (Parameter<T> parameter in layer.Parameters)
        {
            foreach (TensorPart part in LstmTensorParts.Of(vector, prefix, parameter))
            {
                double[] values = vector.Tensor("parameters", prefix + part.Name);
                if (part.Name is "b.f" or "shift.f" && vector.Config.TryGetProperty("forgetBias", out JsonElement forgetBias))
                {
                    // The reference adds the forget bias in the graph; the library has it as first value of the parameter.
                    values = Array.ConvertAll(values, value => value + forgetBias.GetDouble());
                }

                part.Write(values, parameter.Value);
            }
        }
    }

    private static void ForwardAndBackward(ReferenceVector vector, string[] prefixes, Bptt<T> bptt, List<Outcome> outcomes)
    {
        foreach ((RecurrentState<T> state, string name) in NamedStates(prefixes, bptt))
        {
            Convert(vector.Tensor("inputs", name + "0")).CopyTo(state.Value);
        }

        if (vector.Has("inputs", "mask_g"))
        {
            bptt.FixGateMask(layer: 0, Convert(vector.Tensor("inputs", "mask_g")));
        }
        else
        {
            bptt.Training = false;
        }

        int[] lengths = vector.Has("inputs", "lengths") ? vector.Integers("inputs", "lengths") : [];
        outcomes.Add(Outcome.Of("y", vector.Tensor("outputs", "y"), bptt.Forward(Convert(vector.Tensor("inputs", "x")), lengths)));
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
        foreach (TensorPart part in LstmTensorParts.Of(vector, prefix, parameter))
        {
            double[] expected = vector.Tensor("gradients", prefix + part.Name);
            outcomes.Add(Outcome.Of<T>($"d{prefix}{part.Name}", expected, part.Read<T>(parameter.Gradient)));
        }
    }

    private static IEnumerable<(RecurrentState<T> State, string Name)> NamedStates(string[] prefixes, Bptt<T> bptt) =>
        prefixes.SelectMany((prefix, layer) => (string[])["h", "c"], (prefix, name) => (prefix, name))
            .Select((state, k) => (bptt.State($"{k / 2}.{state.name}"), state.prefix + state.name));

    private static T[] Convert(double[] values) => Array.ConvertAll(values, T.CreateTruncating);
}
