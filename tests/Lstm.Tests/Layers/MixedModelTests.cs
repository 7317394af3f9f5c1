using System.Numerics;
using Lstm.Tests.Formats;

namespace Lstm.Tests.Layers;

/// <summary>What holds for every layer, of models that mix all kinds.</summary>
public sealed class MixedModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(13, false)]
    [InlineData(13, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void The_bits_are_the_same_for_any_number_of_threads(int batch, bool lengths)
    {
        float[] TrainWith(int threads)
        {
            Sequential<float> model = Model<float>(40, 70);
            Bptt<float> bptt = new(model, steps: 9, batch, new() { Threads = threads });
            float[] x = [.. Numbers.Random(9 * batch * 40).Select(value => (float)value)];
            float[] y = bptt.Forward(x, lengths ? [.. Enumerable.Range(0, batch).Select(b => b * 5 % 10)] : []).ToArray();
            x.CopyTo(bptt.OutputGradient);
            bptt.Backward();
            return [.. y, .. model.Parameters.Gradients, .. bptt.InputGradient];
        }

        float[] expected = TrainWith(1);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            TrainWith(threads).Should().Equal(expected, "{0} threads compute the same", threads);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_warm_training_step_allocates_nothing(bool lengths)
    {
        Sequential<float> model = new([new Bidirectional<float>(() => new GruLayer<float>(9, 6, new() { ResetAfter = false })), .. Layers<float>(12, 9)]);
        Bptt<float> bptt = new(model, steps: 5, batch: 4, new() { Threads = 2 });
        Adam<float> adam = new(model.Parameters);
        int[] tokens = [.. Enumerable.Range(0, 20).Select(k => k * 7 % 9)], ends = lengths ? [5, 2, 4, 0] : [];
        void Step()
        {
            bptt.ForwardTokens(tokens, ends).CopyTo(bptt.OutputGradient);
            bptt.Backward();
            adam.Step();
        }

        Allocations.LeastOf(Step).Should().Be(0);
    }

    [Fact]
    public void A_saved_model_comes_back()
    {
        Sequential<double> saved = Model<double>(3, 4), loaded = Model<double>(3, 4);
        loaded.Initialize(seed: 7);

        saved.Save(_folder["model.safetensors"]);
        loaded.LoadParameters(_folder["model.safetensors"]);

        loaded.Parameters.Values.ToArray().Should().Equal(saved.Parameters.Values.ToArray());
        ModelFile.ReadMetadata(_folder["model.safetensors"]).Should().BeEmpty();
        new Sequential<double>(new Bidirectional<double>(() => new GruLayer<double>(3, 4, new() { ResetAfter = false })))
            .Invoking(model => model.LoadParameters(_folder["model.safetensors"])).Should().Throw<InvalidDataException>().WithMessage("*has '0.forward.p'*of which the model knows nothing*");
    }

    /// <summary>A model of everything that steps one by one gives the bits of the window.</summary>
    [Fact]
    public void Steps_give_the_bits_of_the_window()
    {
        Sequential<float> model = new(
            new GruLayer<float>(3, 5, new() { ResetAfter = true, HiddenDropout = 0.2, LearnInitialState = true }),
            new Dropout<float>(5, 0.5),
            new Residual<float>(new GruLayer<float>(5, 5, new() { ResetAfter = false, ZoneoutHidden = 0.1 }), new RnnLayer<float>(5, 5, new() { WeightDropout = 0.1 })));
        float[] x = [.. Numbers.Random(6 * 2 * 3).Select(value => (float)value)];
        StreamingModel<float> streaming = new(model);
        StreamingState<float> state = streaming.CreateState(batch: 2);

        float[] actual = [.. Enumerable.Range(0, 6).SelectMany(t => streaming.Step(x.AsSpan(t * 6, 6), state).ToArray())];

        actual.Should().Equal(new Bptt<float>(model, steps: 6, batch: 2, new() { ForwardOnly = true }).Forward(x).ToArray());
    }

    [Fact]
    public void Segments_give_the_bits_of_the_same_segments_with_all_activations_kept()
    {
        double[] TrainWith(bool recompute)
        {
            Sequential<double> model = new(
                new GruLayer<double>(3, 5, new() { ResetAfter = false, HiddenDropout = 0.2 }), new Dropout<double>(5, 0.5), new Residual<double>(new RnnLayer<double>(5, 5)));
            Bptt<double> bptt = new(model, steps: 6, batch: 2, new() { SegmentSteps = 2, Recompute = recompute });
            bptt.Forward(Numbers.Random(6 * 2 * 3));
            bptt.OutputGradient.Fill(1);
            bptt.Backward();
            return [.. model.Parameters.Gradients, .. bptt.InputGradient];
        }

        TrainWith(recompute: true).Should().Equal(TrainWith(recompute: false));
    }

    private static Sequential<T> Model<T>(int inputSize, int hiddenSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(Layers<T>(inputSize, hiddenSize));

    private static List<Layer<T>> Layers<T>(int inputSize, int hiddenSize)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        new Bidirectional<T>(new LstmLayer<T>(inputSize, hiddenSize, new() { Peepholes = true }), new GruLayer<T>(inputSize, hiddenSize, new() { ResetAfter = false })),
        new Dropout<T>(2 * hiddenSize, 0.3),
        new Residual<T>(new GruLayer<T>(2 * hiddenSize, hiddenSize, new() { ResetAfter = true, HiddenDropout = 0.2 }), new Dense<T>(hiddenSize, 2 * hiddenSize)),
        new Dropout<T>(2 * hiddenSize, 0.3, variational: true),
        new RnnLayer<T>(2 * hiddenSize, hiddenSize, new() { ZoneoutHidden = 0.1, WeightDropout = 0.1 }),
        new GruLayer<T>(hiddenSize, 9, new() { ResetAfter = false, WeightDropout = 0.2, HiddenDropout = 0.2, ZoneoutHidden = 0.1, LearnInitialState = true }),
        new Dense<T>(9, inputSize),
    ];
}
