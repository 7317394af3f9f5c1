using System.Numerics;

namespace Lstm.Tests.Conformance;

/// <summary>
/// 200 steps of plain gradient descent on a next-word task: three one-hot words in, the fourth is the target, and only the last step has
/// a loss. Every window starts from zero states.
/// </summary>
internal static class TrajectoryVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly string[] s_gates = ["i", "f", "g", "o"];
    private static readonly string[] s_lstmParameters = ["W", "R", "b"];
    private static readonly string[] s_denseParameters = ["W", "b"];

    public static IEnumerable<Outcome> Run(ReferenceVector vector)
    {
        int vocabulary = vector.Size("inputSize"), context = vector.Size("context");
        Sequential<T> model = CreateModel(vector);
        Bptt<T> bptt = new(model, context, batch: 1);
        Sgd<T> sgd = new(model.Parameters, vector.Config.GetProperty("learningRate").GetDouble());
        string[] names = [.. vector.Get("vocabulary").EnumerateArray().Select(word => word.GetString()!)];
        int[] words = [.. vector.Get("words").EnumerateArray().Select(word => Array.IndexOf(names, word.GetString()))];

        List<double> losses = [];
        List<Outcome> outcomes = [];
        foreach (int offset in ReferenceVector.Flatten(vector.Get("offsets")).Select(offset => (int)offset))
        {
            bptt.ResetState();
            int lastStep = (context - 1) * vocabulary;
            ReadOnlySpan<T> logits = bptt.ForwardTokens(words.AsSpan(offset, context))[lastStep..];
            losses.Add(SoftmaxCrossEntropy.Evaluate(logits, [words[offset + context]], bptt.OutputGradient[lastStep..]));
            bptt.Backward();
            if (losses.Count == 1)
            {
                outcomes.AddRange(Compare(vector, "firstGradients", model, parameter => parameter.Gradient, forgetBias: 0));
            }

            sgd.Step();
        }

        outcomes.Add(new("losses", ReferenceVector.Flatten(vector.Get("losses")), [.. losses]));
        double forgetBias = vector.Config.GetProperty("forgetBias").GetDouble();
        outcomes.AddRange(Compare(vector, "finalParameters", model, parameter => parameter.Value, forgetBias));
        return outcomes;
    }

    private static Sequential<T> CreateModel(ReferenceVector vector)
    {
        int vocabulary = vector.Size("inputSize"), hiddenSize = vector.Size("hiddenSize");
        double start = vector.Get("initialLstmValue").GetDouble(), forgetBias = vector.Config.GetProperty("forgetBias").GetDouble();
        Initializer same = Initializer.Constant(start);
        LstmLayer<T> lstm = new(vocabulary, hiddenSize, new() { InputInitializer = same, RecurrentInitializer = same });
        Dense<T> dense = new(hiddenSize, vocabulary);
        Sequential<T> model = new(lstm, dense);
        Span<T> bias = model.Parameters["0.b"].Value;
        bias.Fill(T.CreateTruncating(start));
        bias.Slice(hiddenSize, hiddenSize).Fill(T.CreateTruncating(start + forgetBias));
        Array.ConvertAll(vector.Tensor("initialOutput", "out.W"), T.CreateTruncating).CopyTo(dense.Weights.Value);
        Array.ConvertAll(vector.Tensor("initialOutput", "out.b"), T.CreateTruncating).CopyTo(dense.Bias.Value);
        return model;
    }

    private delegate Span<T> Numbers(Parameter<T> parameter);

    /// <param name="vector">The reference.</param>
    /// <param name="section">Where it has the tensors.</param>
    /// <param name="model">The model.</param>
    /// <param name="numbers">Selects values or gradients.</param>
    /// <param name="forgetBias">What the reference adds to b_f in the graph, and the library has in the parameter.</param>
    private static IEnumerable<Outcome> Compare(
        ReferenceVector vector, string section, Sequential<T> model, Numbers numbers, double forgetBias)
    {
        foreach (string name in s_lstmParameters)
        {
            double[] expected = [.. s_gates.SelectMany(gate =>
                vector.Tensor(section, $"{name}.{gate}").Select(value => name == "b" && gate == "f" ? value + forgetBias : value))];
            yield return Outcome.Of<T>($"{section} {name}", expected, numbers(model.Parameters[$"0.{name}"]));
        }

        foreach (string name in s_denseParameters)
        {
            yield return Outcome.Of<T>($"{section} out.{name}", vector.Tensor(section, $"out.{name}"), numbers(model.Parameters[$"1.{name}"]));
        }
    }
}
