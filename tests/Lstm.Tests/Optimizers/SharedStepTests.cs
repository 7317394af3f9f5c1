namespace Lstm.Tests.Optimizers;

/// <summary>What follows a backward pass of a model large enough for several threads: the same bits for any number of them.</summary>
public sealed class SharedStepTests
{
    private static readonly int[] s_threads = [2, 3, 8];

    public static TheoryData<string> Optimizers => OptimizerCases.Names;

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_step_gives_the_same_bits_for_any_number_of_threads(string name)
    {
        float[] expected = Train(name, threads: 1);

        foreach (int threads in s_threads)
        {
            Train(name, threads).AsSpan().SequenceEqual(expected).Should().BeTrue("there are {0} threads", threads);
        }
    }

    [Fact]
    public void Clipping_gives_the_same_bits_for_any_number_of_threads()
    {
        (double norm, float[] expected) = Clip(threads: 1);

        foreach (int threads in s_threads)
        {
            (double sharedNorm, float[] gradients) = Clip(threads);
            sharedNorm.Should().Be(norm);
            gradients.AsSpan().SequenceEqual(expected).Should().BeTrue();
        }

        norm.Should().BeApproximately(Math.Sqrt(LargeModel().Parameters.Gradients.Length / 3.0), 1);
        Math.Sqrt(expected.Sum(g => (double)g * g)).Should().BeApproximately(5, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_warm_step_allocates_nothing(int threads)
    {
        Sequential<float> model = LargeModel();
        Adam<float> adam = new(model.Parameters) { Threads = threads };
        Allocations.LeastOf(() =>
        {
            GradientClipping.ByGlobalNorm(model.Parameters, 5, threads);
            adam.Step();
        }).Should().Be(0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Numbers_of_threads_out_of_range_are_named(int threads)
    {
        Adam<float> adam = new(OptimizerCases.Model<float>().Parameters);
        Action set = () => adam.Threads = threads, clip = () => GradientClipping.ByGlobalNorm(adam.Parameters, 1, threads);
        Action evaluate = () => SoftmaxCrossEntropy.Evaluate<float>(new float[6], [0, 1], threads: threads);

        set.Should().Throw<ArgumentOutOfRangeException>().WithMessage($"Expected 0 to 1024 threads*{threads}*");
        clip.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("threads");
        evaluate.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("threads");
    }

    [Fact]
    public void No_threads_means_one_per_processor()
    {
        Adam<float> adam = new(OptimizerCases.Model<float>().Parameters) { Threads = 1 };
        adam.Threads = 0;
        adam.Threads.Should().Be(Environment.ProcessorCount);
    }

    /// <summary>Some 320,000 parameters.</summary>
    private static Sequential<float> LargeModel()
    {
        Sequential<float> model = new(new LstmLayer<float>(200, 200, new() { Peepholes = true }));
        model.Initialize(seed: 5);
        return model;
    }

    private static float[] Train(string name, int threads)
    {
        Sequential<float> model = LargeModel();
        Optimizer<float> optimizer = OptimizerCases.Create(name, model.Parameters);
        optimizer.Threads = threads;
        OptimizerCases.Train(optimizer, 0, 3);
        model.Parameters.Gradients.ContainsAnyExcept(0f).Should().BeFalse("a step clears the gradients");
        return model.Parameters.Values.ToArray();
    }

    private static (double Norm, float[] Gradients) Clip(int threads)
    {
        Sequential<float> model = LargeModel();
        OptimizerCases.SetGradients(model.Parameters, step: 1);
        return (GradientClipping.ByGlobalNorm(model.Parameters, 5, threads), model.Parameters.Gradients.ToArray());
    }
}
