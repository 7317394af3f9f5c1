using System.Numerics;

namespace Lstm.Hashes;

/// <summary>Runs a model through what a training and its evaluation do, and hashes all that comes of it.</summary>
internal static class Histories<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const ulong MaskSeed = 5;

    /// <summary>Runs every history, each from the first values on.</summary>
    public static Digest Run(HashedModel<T> model, int threads)
    {
        Digest digest = new();
        BpttOptions options = model.Options with { Threads = threads, Seed = MaskSeed };
        try
        {
            RunFullWindows(model, options, digest);
            RunLengths(model, options, digest);
            RunEvaluation(model, options, digest);
            RunSteps(model, digest);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or NonFiniteException)
        {
            throw new InvalidOperationException($"{model.Name}: {error.Message}", error);
        }

        return digest;
    }

    /// <summary>Runs full windows with carried states, whose gradients add up.</summary>
    private static void RunFullWindows(HashedModel<T> model, BpttOptions options, Digest digest)
    {
        Bptt<T> bptt = new(model.Create(digest), model.Steps, model.Batch, options);
        Windows<T> windows = new(bptt, model.TakesTokens, digest, "full windows");
        windows.Train();
        windows.Train();
    }

    /// <summary>
    /// Runs windows with lengths, fewer steps, gradients at the last states, states that are reset and set, and steps of an optimiser
    /// between.
    /// </summary>
    private static void RunLengths(HashedModel<T> model, BpttOptions options, Digest digest)
    {
        Sequential<T> sequential = model.Create(digest);
        Bptt<T> bptt = new(sequential, model.Steps, model.Batch, options);
        Windows<T> windows = new(bptt, model.TakesTokens, digest, "lengths") { SetsFinalGradients = true };
        Adam<T> adam = new(sequential.Parameters, learningRate: 0.01);

        windows.Train(Lengths(model.Steps, first: model.Steps, stride: model.Steps - 3));
        adam.Step();
        windows.AddParameters("after a step");
        int fewer = Math.Max(1, model.Steps - 2);
        windows.Train(Lengths(fewer, first: 1, stride: 5), fewer);
        adam.Step();
        bptt.ResetState(model.Batch - 1);
        windows.Train();
        windows.SetStates();
        windows.Train(Lengths(model.Steps, first: 0, stride: 0));
        windows.Train();

        int[] Lengths(int steps, int first, int stride) =>
            [.. Enumerable.Range(0, model.Batch).Select(sequence => (first + sequence * Math.Abs(stride)) % (steps + 1))];
    }

    /// <summary>Runs windows in which nothing is dropped, in an instance for training and in one for forward passes only.</summary>
    private static void RunEvaluation(HashedModel<T> model, BpttOptions options, Digest digest)
    {
        Sequential<T> sequential = model.Create(digest);
        Bptt<T> bptt = new(sequential, model.Steps, model.Batch, options) { Training = false };
        Windows<T> windows = new(bptt, model.TakesTokens, digest, "evaluation");
        windows.Train();
        windows.Train();

        bptt = new(sequential, model.Steps, model.Batch, options with { ForwardOnly = true, BackwardSteps = 0 });
        windows = new(bptt, model.TakesTokens, digest, "forward only");
        windows.Forward();
        windows.Forward([.. Enumerable.Range(0, model.Batch).Select(sequence => (3 * sequence + 2) % (model.Steps + 1))]);
    }

    /// <summary>Runs single steps, where the model can.</summary>
    private static void RunSteps(HashedModel<T> model, Digest digest)
    {
        Sequential<T> sequential = model.Create(digest);
        if (!sequential.Layers.All(layer => layer.IsCausal))
        {
            return;
        }

        const int Steps = 4;
        Numbers numbers = new(seed: 77);
        int inputSize = sequential.Layers[0].InputSize;
        StreamingModel<T> streaming = new(sequential);
        StreamingState<T> state = streaming.CreateState(model.Batch);
        for (int step = 0; step < Steps; step++)
        {
            ReadOnlySpan<T> output = model.TakesTokens
                ? streaming.StepTokens(numbers.DrawTokens(model.Batch, inputSize), state)
                : streaming.Step(numbers.Draw<T>(model.Batch * inputSize), state);
            digest.Add(output, $"steps: output {step}");
            foreach (RecurrentState<T> part in state.States)
            {
                digest.Add<T>(part.Value, $"steps: {part.Name} {step}");
            }

            if (step == 1)
            {
                state.Reset(0);
            }
        }
    }
}
