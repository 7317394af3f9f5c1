using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Lstm.Tests.Conformance;

/// <summary>Runs LSTM layers on a reference vector; the tensors of a layer have its prefix in front of their names.</summary>
internal static class LstmVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="vector">The vector.</param>
    /// <param name="prefixes">The prefix of every layer's tensors, <c>LAYER.DIRECTION.</c>, or one that is empty.</param>
    public static IEnumerable<Outcome> Run(ReferenceVector vector, string[] prefixes)
    {
        Sequential<T> model = CreateModel(vector, prefixes);
        foreach (string prefix in prefixes)
        {
            SetParameters(vector, prefix, ParametersOf(model, prefix));
        }

        Bptt<T> bptt = new(model, vector.Size("steps"), vector.Size("batch"), new BpttOptions { Threads = 2 });
        List<Outcome> outcomes = [];
        ForwardAndBackward(vector, prefixes, bptt, outcomes);
        foreach (string prefix in prefixes)
        {
            foreach (Parameter<T> parameter in ParametersOf(model, prefix))
            {
                AddGradients(vector, prefix, parameter, outcomes);
            }
        }

        return outcomes;
    }

    public static Sequential<T> CreateModel(ReferenceVector vector, string[] prefixes)
    {
        int size = vector.Size("inputSize"), hiddenSize = vector.Size("hiddenSize");
        LstmOptions options = LstmVectorOptions.Read(vector, prefixes[0]);
        List<Layer<T>> layers = [];
        foreach (string prefix in prefixes.Where(prefix => !prefix.EndsWith("b.", StringComparison.Ordinal)))
        {
            int inputSize = size;
            bool isBidirectional = prefixes.Contains(prefix.Replace("f.", "b.", StringComparison.Ordinal)) && prefix.Length > 0;
            layers.Add(isBidirectional
                ? new Bidirectional<T>(() => new LstmLayer<T>(inputSize, hiddenSize, options))
                : new LstmLayer<T>(inputSize, hiddenSize, options));
            size = layers[^1].OutputSize;
        }

        return new(layers);
    }

    /// <summary>The names of a layer's parameters and states in the model start with this.</summary>
    private static string NameOf(Sequential<T> model, string prefix)
    {
        int layer = prefix.Length > 0 ? int.Parse(prefix.Split('.')[0], CultureInfo.InvariantCulture) : 0;
        string direction = prefix.EndsWith("b.", StringComparison.Ordinal) ? "backward." : "forward.";
        return $"{layer}.{(model.Layers[layer] is Bidirectional<T> ? direction : "")}";
    }

    private static IEnumerable<Parameter<T>> ParametersOf(Sequential<T> model, string prefix) =>
        model.Parameters.Where(parameter => parameter.Name.StartsWith(NameOf(model, prefix), StringComparison.Ordinal));

    public static void SetParameters(ReferenceVector vector, string prefix, IEnumerable<Parameter<T>> parameters)
    {
        foreach (Parameter<T> parameter in parameters)
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
            state.Set(Convert(vector.Tensor("inputs", name + "0")));
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

    public static void AddGradients(ReferenceVector vector, string prefix, Parameter<T> parameter, List<Outcome> outcomes)
    {
        foreach (TensorPart part in LstmTensorParts.Of(vector, prefix, parameter))
        {
            double[] expected = vector.Tensor("gradients", prefix + part.Name);
            outcomes.Add(Outcome.Of<T>($"d{prefix}{part.Name}", expected, part.Read<T>(parameter.Gradient)));
        }
    }

    private static IEnumerable<(RecurrentState<T> State, string Name)> NamedStates(string[] prefixes, Bptt<T> bptt) =>
        from prefix in prefixes
        from name in (string[])["h", "c"]
        select (bptt.State(NameOf(bptt.Model, prefix) + name), prefix + name);

    private static T[] Convert(double[] values) => Array.ConvertAll(values, T.CreateTruncating);
}
