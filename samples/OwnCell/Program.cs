using System.CommandLine;
using System.Diagnostics;
using Lstm;
using OwnCell;

const int Steps = 100, Hidden = 64, Batch = 50, TestBatch = 1000, UpdatesPerLine = 200;

Option<int> updates = OptionKinds.WholeNumber("--updates", "Updates of each network", 1, int.MaxValue, 1200);
Option<int> threads = OptionKinds.WholeNumber("--threads", "Threads, 0 for all; any number gives the same errors", 0, 1024, 0);
Option<int> seed = OptionKinds.WholeNumber("--seed", "Sets first weights and sequences", 0, int.MaxValue, 0);
RootCommand root = new(
    "Checks the gradients of a cell that the library does not have, and trains it on the adding problem: a sequence of pairs, a number "
    + "from 0 to 1 and a marker; what is to be given at its end is the sum of the two marked numbers.") { updates, threads, seed };
root.SetAction(result => Run(result.GetValue(updates), new BpttOptions { Threads = result.GetValue(threads) }, result.GetValue(seed)));
return SampleProgram.Run(root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null }), sizes: "number of --threads");

static int Run(int updates, BpttOptions options, int seed)
{
    CheckGradients();
    Console.WriteLine($"\nsequences of {Steps} steps, {Batch} in an update; {Hidden} units");
    string[][] rows =
    [
        ["always 1", "", $"{1.0 / 6:F4}", "", ""],
        Train("Elman network", new RnnLayer<float>(inputSize: 2, Hidden), updates, options, seed),
        Train("update gate", new RecurrentLayer<float>(new UpdateGateCell<float>(inputSize: 2, Hidden)), updates, options, seed),
    ];
    Console.WriteLine($"\n{TextTable.Draw(["", "updates", "squared error", "seconds", "dh, step 0 / last"], rows)}");
    return 0;
}

// First the cell alone, then with all that the engine adds to it, and with sequences that end at different steps.
static void CheckGradients()
{
    RecurrentOptions everything = new() { HiddenDropout = 0.3, WeightDropout = 0.2, ZoneoutHidden = 0.2, LearnInitialState = true };
    RecurrentLayer<double> plain = new(new UpdateGateCell<double>(3, 4)), full = new(new UpdateGateCell<double>(3, 4, options: everything));
    Console.WriteLine("the update gate cell, the worst element of each gradient:");
    Console.WriteLine(GradientCheck.Run(plain, steps: 4, batch: 2).ThrowIfWorseThan(1e-7));
    GradientCheckReport report = GradientCheck.Run(full, steps: 4, batch: 3, lengths: [4, 2, 0]).ThrowIfWorseThan(1e-7);
    Console.WriteLine($"with dropout, zoneout, a trained initial state and lengths: {report.Worst}");
}

static string[] Train(string name, Layer<float> layer, int updates, BpttOptions options, int seed)
{
    Sequential<float> model = new(layer, new Dense<float>(Hidden, 1));
    model.Initialize((ulong)seed);
    Bptt<float> bptt = new(model, Steps, Batch, options);
    Adam<float> adam = new(model.Parameters, learningRate: 2e-3) { Threads = options.Threads };
    Random random = new(seed);
    Stopwatch time = Stopwatch.StartNew();
    double total = 0;
    for (int update = 1; update <= updates; update++)
    {
        total += Loss(bptt, random, bptt.OutputGradient);
        bptt.Backward();
        GradientClipping.ByGlobalNorm(model.Parameters, 1);
        adam.Step();
        if (update % UpdatesPerLine == 0)
        {
            Console.WriteLine($"{name}: update {update:N0}, squared error {total / UpdatesPerLine:F4}");
            total = 0;
        }
    }

    time.Stop();
    Bptt<float> test = new(model, Steps, TestBatch, options with { ForwardOnly = true });
    double error = Loss(test, new Random(~seed), default);
    return [name, $"{updates:N0}", $"{error:F4}", $"{time.Elapsed.TotalSeconds:F1}", $"{GradientShare(bptt, random):g2}"];
}

// The squared error of the sum at the last step, on new sequences [steps, batch, 2].
static double Loss(Bptt<float> bptt, Random random, Span<float> gradient)
{
    int batch = bptt.Batch;
    float[] inputs = new float[Steps * batch * 2], sums = new float[batch];
    for (int b = 0; b < batch; b++)
    {
        int first = random.Next(Steps / 2), second = random.Next(Steps / 2, Steps);
        for (int t = 0; t < Steps; t++)
        {
            float marker = t == first || t == second ? 1 : 0, value = random.NextSingle();
            (inputs[(t * batch + b) * 2], inputs[(t * batch + b) * 2 + 1]) = (value, marker);
            sums[b] += marker * value;
        }
    }

    bptt.ResetState();
    return MeanSquaredError.Evaluate(bptt.Forward(inputs), sums, gradient, steps: LossSteps.Last(Steps, batch));
}

// The norm of dh at step 0 in parts of that at the last step. The diagnostics work with every cell.
static double GradientShare(Bptt<float> bptt, Random random)
{
    using GradientFlow<float> flow = new(bptt);
    Loss(bptt, random, bptt.OutputGradient);
    bptt.Backward();
    bptt.Model.Parameters.ClearGradients();
    IReadOnlyList<StepFlow> steps = flow.Layers[0].Steps;
    return steps[0].HiddenGradientNorm / steps[^1].HiddenGradientNorm;
}
