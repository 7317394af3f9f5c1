using System.Numerics;
using System.Text.Json;

namespace Lstm.Tests.Conformance;

/// <summary>A fixed stream of gradients through each optimiser, and through clipping.</summary>
internal static class OptimizerVectors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The optimisers by the names of the file's runs. A name that is not here fails the test.</summary>
    private static readonly Dictionary<string, Func<ParameterCollection<T>, JsonElement, Optimizer<T>>> s_optimizers = new()
    {
        ["sgd"] = (p, c) => new Sgd<T>(p, Number(c, "learningRate")),
        ["sgd-momentum"] = (p, c) => new Sgd<T>(p, Number(c, "learningRate"), Number(c, "momentum")),
        ["sgd-nesterov"] = (p, c) => new Sgd<T>(p, Number(c, "learningRate"), Number(c, "momentum"), nesterov: true),
        ["sgd-weight-decay"] = (p, c) => new Sgd<T>(p, Number(c, "learningRate"), weightDecay: Number(c, "weightDecay")),
        ["rmsprop"] = (p, c) => new RmsProp<T>(p, Number(c, "learningRate"), Number(c, "decay"), Number(c, "epsilon")),
        ["adagrad"] = (p, c) => new Adagrad<T>(p, Number(c, "learningRate"), Number(c, "epsilon")),
        ["adam"] = (p, c) => new Adam<T>(p, Number(c, "learningRate"), Number(c, "beta1"), Number(c, "beta2"), Number(c, "epsilon")),
        ["adamw"] = (p, c) => new AdamW<T>(
            p, Number(c, "learningRate"), Number(c, "beta1"), Number(c, "beta2"), Number(c, "epsilon"), Number(c, "weightDecay")),
    };

    public static IEnumerable<Outcome> Run(ReferenceVector vector) =>
        vector.Get("runs").EnumerateObject().SelectMany(run => RunOptimizer(vector, run.Name)).Concat(RunClipping(vector.Get("clip")));

    private static IEnumerable<Outcome> RunOptimizer(ReferenceVector vector, string name)
    {
        JsonElement run = vector.Get("runs").GetProperty(name);
        ParameterCollection<T> parameters = Parameters(ReferenceVector.Flatten(vector.Get("initial")));
        Optimizer<T> optimizer = s_optimizers[name](parameters, run.GetProperty("config"));
        JsonElement[] gradients = [.. vector.Get("gradients").EnumerateArray()], weights = [.. run.GetProperty("weights").EnumerateArray()];
        for (int step = 0; step < gradients.Length; step++)
        {
            Convert(ReferenceVector.Flatten(gradients[step])).CopyTo(parameters.Gradients);
            optimizer.Step();
            yield return Outcome.Of<T>($"{name} step {step}", ReferenceVector.Flatten(weights[step]), parameters.Values);
            parameters.Gradients.ContainsAnyExcept(T.Zero).Should().BeFalse("a step clears the gradients");
        }
    }

    private static IEnumerable<Outcome> RunClipping(JsonElement clip)
    {
        double[] gradients = ReferenceVector.Flatten(clip.GetProperty("gradients"));
        ParameterCollection<T> parameters = Parameters(gradients);
        JsonElement byValue = clip.GetProperty("byValue"), byNorm = clip.GetProperty("byGlobalNorm");

        Convert(gradients).CopyTo(parameters.Gradients);
        GradientClipping.ByValue(parameters, Number(byValue, "limit"));
        yield return Outcome.Of<T>("clip by value", ReferenceVector.Flatten(byValue.GetProperty("result")), parameters.Gradients);

        Convert(gradients).CopyTo(parameters.Gradients);
        double norm = GradientClipping.ByGlobalNorm(parameters, Number(byNorm, "limit"));
        yield return new("norm", [Number(byNorm, "norm")], [norm]);
        yield return Outcome.Of<T>("clip by global norm", ReferenceVector.Flatten(byNorm.GetProperty("result")), parameters.Gradients);
    }

    private static ParameterCollection<T> Parameters(double[] values)
    {
        ParameterCollection<T> parameters = new Sequential<T>(new Embedding<T>(1, values.Length)).Parameters;
        Convert(values).CopyTo(parameters.Values);
        return parameters;
    }

    private static double Number(JsonElement element, string name) => element.GetProperty(name).GetDouble();

    private static T[] Convert(double[] values) => Array.ConvertAll(values, T.CreateTruncating);
}
