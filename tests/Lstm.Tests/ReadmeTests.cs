using System.Runtime.CompilerServices;

namespace Lstm.Tests;

/// <summary>The README's examples run, and stand here as they stand there.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_training_loop_runs()
    {
        (int[], int[])[] windows = [.. Enumerable.Range(0, 2).Select(k => (new int[50 * 32], Enumerable.Repeat(k, 50 * 32).ToArray()))];
        double before = 0, after = 0;

        var model = new Sequential<float>(
            new Embedding<float>(vocabularySize: 65, size: 64),
            new LstmLayer<float>(64, 256, new() { Peepholes = true }),
            new LstmLayer<float>(256, 256, new() { LayerNorm = new() }),
            new Dense<float>(256, 65));
        model.Initialize(seed: 42);

        var bptt = new Bptt<float>(model, steps: 50, batch: 32);
        var adam = new Adam<float>(model.Parameters, learningRate: 2e-3);
        foreach (var (x, y) in windows)
        {
            var logits = bptt.Forward(x);
            var loss = SoftmaxCrossEntropy.Evaluate(logits, y, bptt.OutputGradient);
            bptt.Backward();
            GradientClipping.ByGlobalNorm(model.Parameters, 5);
            adam.Step();
            (before, after) = (before == 0 ? loss : before, loss);
        }

        model.Save("model.safetensors");

        before.Should().BeApproximately(Math.Log(65), 0.2, "an untrained model guesses");
        File.Exists("model.safetensors").Should().BeTrue();
        File.Delete("model.safetensors");
    }

    [Fact]
    public void The_flow_of_gradients_is_recorded()
    {
        int[] x = [1, 2, 3], y = [2, 3, 0];
        var bptt = new Bptt<float>(new Sequential<float>(new LstmLayer<float>(4, 5), new Dense<float>(5, 4)), steps: 3, batch: 1);
        StringWriter Console = new();

        using var flow = new GradientFlow<float>(bptt);
        bptt.Forward(x);
        SoftmaxCrossEntropy.Evaluate(bptt.Output, y, bptt.OutputGradient);
        bptt.Backward();
        foreach (var step in flow.Layers[0].Steps)
        {
            Console.WriteLine($"{step.Step}: dh {step.HiddenGradientNorm:g3}, dc {step.CellGradientNorm:g3}, f > 0.9: {step.Gate("f").High:p0}");
        }

        Console.ToString().Should().Match("0: dh 0.*, dc 0.*, f > 0.9: 0*%*1: dh 0.*2: dh 0.*, dc 0, f > 0.9: 0*%*");
    }

    [Fact]
    public void The_gradient_check_runs() =>
        GradientCheck.Run(new LstmLayer<double>(3, 5, new() { Peepholes = true }), steps: 4, batch: 2).ThrowIfWorseThan(1e-7);

    [Fact]
    public void The_examples_stand_here_as_in_the_README()
    {
        string[] here = [.. File.ReadAllLines(ThisFile()).Select(line => line.Trim())];
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "README.md"));
        string[] code = [.. readme.Split("```csharp\n").Skip(1).SelectMany(block => block[..block.IndexOf("```", StringComparison.Ordinal)].Split('\n'))
            .Select(line => line.Split("  //")[0].Trim()).Where(line => line.Length > 0 && line != "using Lstm;")];

        code.Should().HaveCountGreaterThan(15);
        here.Should().Contain(code);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
