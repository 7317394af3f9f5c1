using System.Numerics;

namespace Lstm.Tests.Conformance;

/// <summary>Runs an Elman network or a GRU on a reference vector.</summary>
internal static class RecurrentVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Outcome> RunRnn(ReferenceVector vector)
    {
        Activation activation = Enum.Parse<Activation>(vector.Config.GetProperty("activation").GetString()!, ignoreCase: true);
        return Run(vector, "h", new RnnLayer<T>(vector.Size("inputSize"), vector.Size("hiddenSize"), new() { Activation = activation }));
    }

    public static IEnumerable<Outcome> RunGru(ReferenceVector vector)
    {
        bool resetAfter = vector.Config.GetProperty("resetAfter").GetBoolean();
        return Run(vector, "rzn", new GruLayer<T>(vector.Size("inputSize"), vector.Size("hiddenSize"), new() { ResetAfter = resetAfter }));
    }

    private static List<Outcome> Run(ReferenceVector vector, string gates, Layer<T> layer)
    {
        Bptt<T> bptt = new(new Sequential<T>(layer), vector.Size("steps"), vector.Size("batch"), new() { Threads = 2 });
        foreach (Parameter<T> parameter in layer.Parameters)
        {
            Convert([.. TensorsOf(parameter, gates).SelectMany(name => vector.Tensor("parameters", name))]).CopyTo(parameter.Value);
        }

        RecurrentState<T> h = bptt.State("0.h");
        Convert(vector.Tensor("inputs", "h0")).CopyTo(h.Value);
        List<Outcome> outcomes =
        [
            Outcome.Of("y", vector.Tensor("outputs", "y"), bptt.Forward(Convert(vector.Tensor("inputs", "x")))),
            Outcome.Of<T>("hT", vector.Tensor("outputs", "hT"), h.Value),
        ];
        Convert(vector.Tensor("cotangents", "y")).CopyTo(bptt.OutputGradient);
        Convert(vector.Tensor("cotangents", "hT")).CopyTo(h.FinalGradient);
        bptt.Backward();

        outcomes.Add(Outcome.Of("dx", vector.Tensor("gradients", "x"), bptt.InputGradient));
        outcomes.Add(Outcome.Of<T>("dh0", vector.Tensor("gradients", "h0"), h.InitialGradient));
        foreach (Parameter<T> parameter in layer.Parameters)
        {
            double[] expected = [.. TensorsOf(parameter, gates).SelectMany(name => vector.Tensor("gradients", name))];
            outcomes.Add(Outcome.Of<T>($"d{parameter.Name}", expected, parameter.Gradient));
        }

        return outcomes;
    }

    /// <summary>The reference's tensors that lie one after the other in a parameter.</summary>
    private static IEnumerable<string> TensorsOf(Parameter<T> parameter, string gates)
    {
        string name = parameter.Name["0.".Length..];
        return name == "rb" ? ["rb.n"] : gates.Select(gate => $"{name}.{gate}");
    }

    private static T[] Convert(double[] values) => Array.ConvertAll(values, T.CreateTruncating);
}
