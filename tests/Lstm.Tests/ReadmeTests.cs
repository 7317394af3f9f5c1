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
            var logits = bptt.ForwardTokens(x);
            var loss = SoftmaxCrossEntropy.Evaluate(logits, y, bptt.OutputGradient);
            bptt.Backward();
            GradientClipping.ByGlobalNorm(model.Parameters, 5);
            adam.Step();
            (before, after) = (before == 0 ? loss : before, loss);
        }

        model.Save("model.safetensors");
        var trained = Sequential<float>.Load("model.safetensors");

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
        bptt.ForwardTokens(x);
        SoftmaxCrossEntropy.Evaluate(bptt.Output, y, bptt.OutputGradient);
        bptt.Backward();
        foreach (var step in flow.Layers[0].Steps)
        {
            Console.WriteLine($"{step.Step}: dh {step.HiddenGradientNorm:g3}, dc {step.CellGradientNorm:g3}, f > 0.9: {step.Gate("f").High:p0}");
        }

        Console.ToString().Should().Match("0: dh 0.*, dc 0.*, f > 0.9: 0*%*1: dh 0.*2: dh 0.*, dc 0, f > 0.9: 0*%*");
    }

    [Fact]
    public void A_model_is_streamed()
    {
        var model = new Sequential<float>(new Embedding<float>(65, 8), new LstmLayer<float>(8, 9), new Dense<float>(9, 65));
        int token = 7;

        var streaming = new StreamingModel<float>(model);
        var state = streaming.CreateState();
        var next = streaming.StepTokens([token], state);

        next.ToArray().Should().Equal(new Bptt<float>(model, steps: 1, batch: 1).ForwardTokens([token]).ToArray());
    }

    [Fact]
    public void The_gradient_check_runs() =>
        GradientCheck.Run(new LstmLayer<double>(3, 5, new() { Peepholes = true }), steps: 4, batch: 2).ThrowIfWorseThan(1e-7);

    [Fact]
    public void The_optimiser_and_its_companions_run()
    {
        var model = new Sequential<float>(new Embedding<float>(vocabularySize: 5, size: 4), new Dense<float>(4, 5));
        float first = model.Parameters["0.E"].Value[0];
        model.Parameters.Gradients.Fill(1);

        var adam = new AdamW<float>(model.Parameters, weightDecay: 0.01, groups: [new(p => p.Name == "0.E") { LearningRateFactor = 0.5 }]);
        var schedule = LearningRateSchedule.Cosine(rate: 2e-3, steps: 10_000).AfterWarmUp(steps: 200);
        var average = WeightAverage<float>.Exponential(model.Parameters, decay: 0.99);

        adam.LearningRate = schedule.At(adam.Steps);
        adam.Step();
        average.Update();

        using (average.Apply())
        {
            model.Save("averaged.safetensors");
        }

        adam.State.Save("adam.safetensors");
        adam.Restore(NamedState<float>.Load("adam.safetensors"));

        model.Parameters["0.E"].Value[0].Should().BeApproximately(first - 0.5f * 2e-3f / 201, 1e-8f);
        File.Exists("averaged.safetensors").Should().BeTrue();
        File.Exists("adam.safetensors").Should().BeTrue();
        File.Delete("averaged.safetensors");
        File.Delete("adam.safetensors");
    }

    [Fact]
    public void The_trainer_runs()
    {
        string path = "text.txt";
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 300).Select(k => $"{k} times {k % 7}; ")));
        var model = new Sequential<float>(new Embedding<float>(20, 8), new LstmLayer<float>(8, 16), new Dense<float>(16, 20));
        var adam = new Adam<float>(model.Parameters);
        IProgress<TrainingProgress>? progress = null;
        CancellationToken cancellationToken = default;
        StringWriter Console = new();

        var text = File.ReadAllText(path);
        var vocabulary = new CharVocabulary(text);
        var tokens = vocabulary.Encode(text);
        var training = new TokenWindows(new TokenStreams(tokens.AsSpan(..^1000), batch: 32), steps: 50);
        var validation = new TokenWindows(new TokenStreams(tokens.AsSpan(^1000..), batch: 32), steps: 50);

        var trainer = new Trainer<float, TokenWindow>(model, new NextTokenTask<float>(), adam, steps: 50, batch: 32, new()
        {
            Schedule = LearningRateSchedule.Cosine(rate: 2e-3, steps: 10_000).AfterWarmUp(steps: 200),
            ClipByGlobalNorm = 5,
            EarlyStopping = new() { Patience = 3 },
        });
        var folder = new CheckpointFolder<float>("checkpoints", keep: 3);
        if (folder.LoadNewest(Console.WriteLine) is { } checkpoint)
        {
            trainer.Restore(checkpoint);
        }

        var result = trainer.Fit(training, validation, epochs: 20, progress, cancellationToken);
        Console.WriteLine($"{result.End}: perplexity {result.Best!.Validation!.Metrics["perplexity"]:g3} after epoch {result.Best.Epoch}");

        Console.ToString().Should().Match("Epochs: perplexity * after epoch 20*");
        File.Delete(path);
    }

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
