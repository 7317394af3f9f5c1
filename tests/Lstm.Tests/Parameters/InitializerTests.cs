namespace Lstm.Tests.Parameters;

public sealed class InitializerTests
{
    [Theory]
    [InlineData(8, 8)]
    [InlineData(5, 9)]
    [InlineData(9, 5)]
    public void Orthogonal_blocks_have_orthonormal_rows_or_columns(int rows, int columns)
    {
        const int Blocks = 4;
        double[] values = Fill(Initializer.Orthogonal, [Blocks * rows, columns], Blocks);
        int count = Math.Min(rows, columns);
        for (int block = 0; block < Blocks; block++)
        {
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < count; j++)
                {
                    double dot = 0;
                    for (int k = 0; k < Math.Max(rows, columns); k++)
                    {
                        dot += rows <= columns
                            ? values[(block * rows + i) * columns + k] * values[(block * rows + j) * columns + k]
                            : values[(block * rows + k) * columns + i] * values[(block * rows + k) * columns + j];
                    }

                    dot.Should().BeApproximately(i == j ? 1 : 0, 1e-14);
                }
            }
        }
    }

    [Fact]
    public void Glorot_takes_the_fans_of_one_gate()
    {
        double limit = Math.Sqrt(6.0 / (30 + 20));
        double[] values = Fill(Initializer.GlorotUniform, [4 * 20, 30], blocks: 4);

        values.Should().OnlyContain(x => Math.Abs(x) <= limit);
        values.Max().Should().BeGreaterThan(0.98 * limit);
        values.Select(x => x * x).Average().Should().BeApproximately(limit * limit / 3, 0.05 * limit * limit);
    }

    [Fact]
    public void Simple_initializers_fill_as_their_names_say()
    {
        Fill(Initializer.Zero, [3], 1).Should().Equal(0, 0, 0);
        Fill(Initializer.One, [2], 1).Should().Equal(1, 1);
        Fill(Initializer.Constant(0.5), [2], 1).Should().Equal(0.5, 0.5);
        Fill(Initializer.PerGate(0, 1), [4], 2).Should().Equal(0, 0, 1, 1);
        Fill(Initializer.Uniform(0.1), [100], 1).Should().OnlyContain(x => Math.Abs(x) <= 0.1).And.OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_model_starts_as_its_options_say()
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 3, new() { Peepholes = true, ForgetBias = 1.5 }), new Dense<float>(3, 1));

        model.Parameters["0.b"].Value.ToArray().Should().Equal(0, 0, 0, 1.5f, 1.5f, 1.5f, 0, 0, 0, 0, 0, 0);
        Sequential<float> normalized = new(new LstmLayer<float>(2, 2, new() { LayerNorm = new(), ForgetBias = 0.5 }));
        normalized.Parameters["0.shift"].Value.ToArray().Should().Equal(0, 0, 0.5f, 0.5f, 0, 0, 0, 0);
        normalized.Parameters["0.gain"].Value.ToArray().Should().OnlyContain(x => x == 1);
        model.Parameters["0.p"].Value.ToArray().Should().OnlyContain(x => x == 0);
        model.Parameters["0.W"].Value.ToArray().Should().NotContain(0f);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        static float[] Values(ulong seed)
        {
            Sequential<float> model = new(new LstmLayer<float>(3, 4), new Dense<float>(4, 2));
            model.Initialize(seed);
            return model.Parameters.Values.ToArray();
        }

        Values(42).Should().Equal(Values(42));
        Values(42).Should().NotEqual(Values(43));
    }

    [Fact]
    public void An_initializer_that_does_not_fit_is_named_and_changes_nothing()
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 2, new() { RecurrentInitializer = Initializer.PerGate(1, 2, 3) }));
        Action initialize = () => model.Initialize(1);

        initialize.Should().Throw<InvalidOperationException>().WithMessage("Cannot initialise parameter 0.R[8,2]*each of its 4 gates*3*");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_limit_that_is_none_is_refused(double limit)
    {
        Action create = () => Initializer.Uniform(limit);

        create.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("limit");
    }

    private static double[] Fill(Initializer initializer, int[] shape, int blocks)
    {
        double[] values = new double[shape.Aggregate(1, (a, b) => a * b)];
        Philox random = new(11, 0);
        initializer.Fill(values, shape, blocks, () => random.NextUniform());
        return values;
    }

    [Fact]
    public void A_first_value_that_float_cannot_hold_is_refused()
    {
        LstmOptions options = new() { InputInitializer = Initializer.Constant(1e60) };

        new Sequential<double>(new LstmLayer<double>(1, 1, options)).Parameters[0].Value[0].Should().Be(1e60);
        FluentActions.Invoking(() => new Sequential<float>(new LstmLayer<float>(1, 1, options)).Parameters[0].Value[0])
            .Should().Throw<InvalidOperationException>().WithMessage("*0.W[4,1]*1E+60*Single*");
    }
}
