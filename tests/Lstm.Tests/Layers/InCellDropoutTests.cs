namespace Lstm.Tests.Layers;

/// <summary>
/// What is dropped and held within cells, read off cells that are made to show it. Every count is held within six standard deviations of its
/// binomial distribution: a right generator with another seed fails once in 5e8 (two sides of the normal distribution, which a binomial of
/// 20,000 is near to); with the seed fixed the outcome is always the same.
/// </summary>
public sealed class InCellDropoutTests
{
    private const int Draws = 20;
    private const int Batch = 32;
    private const int Size = 32;
    private const double Deviations = 6;

    /// <summary>Gives [draws, batch, size] factors: a draw is a step, or a window for what is drawn once for it. In training 1 is not dropped.</summary>
    private delegate float[] Reader(double rate, ulong seed, int threads, bool training);

    private static readonly Dictionary<string, Reader> s_readers = new()
    {
        ["recurrent dropout"] = (rate, seed, threads, training) => Increments(Sum(new() { RecurrentDropout = rate }), seed, threads, training),
        ["zoneout of c"] = (rate, seed, threads, training) => LaterIncrements(Sum(new() { ZoneoutCell = rate }), seed, threads, training),
        ["zoneout of h"] = (rate, seed, threads, training) => Changes(Sum(new() { ZoneoutHidden = rate }), seed, threads, training),
        ["zoneout of h, gru"] = (rate, seed, threads, training) =>
            Changes(Gru(new() { ZoneoutHidden = rate }), seed, threads, training),
        ["zoneout of h, rnn"] = (rate, seed, threads, training) =>
            Changes(Linear(new() { ZoneoutHidden = rate, Activation = Activation.Identity }, recurrent: false), seed, threads, training),
        ["hidden dropout"] = (rate, seed, threads, training) => Windows(Sum(new() { HiddenDropout = rate }, recurrent: true), seed, threads, training),
        ["hidden dropout, rnn"] = (rate, seed, threads, training) =>
            Windows(Linear(new() { HiddenDropout = rate, Activation = Activation.Identity }, recurrent: true), seed, threads, training),
        ["weight dropout"] = (rate, seed, threads, training) => Weights(Sum(new() { WeightDropout = rate }), seed, threads, training),
        ["weight dropout, rnn"] = (rate, seed, threads, training) =>
            Weights(Linear(new() { WeightDropout = rate, Activation = Activation.Identity }, recurrent: false), seed, threads, training),
    };

    public static TheoryData<string, double> Rates()
    {
        TheoryData<string, double> rows = [];
        foreach (string name in s_readers.Keys)
        {
            foreach (double rate in new[] { 0.05, 0.5, 0.8 })
            {
                rows.Add(name, rate);
            }
        }

        return rows;
    }

    public static TheoryData<string> Names() => [.. s_readers.Keys];

    [Theory]
    [MemberData(nameof(Rates))]
    public void The_rate_is_kept_and_what_is_kept_is_scaled(string name, double rate)
    {
        float[] factors = s_readers[name](rate, 0, 1, true);
        float kept = name.StartsWith("zoneout", StringComparison.Ordinal) ? 1 : (float)(1 / (1 - rate));
        double deviation = Math.Sqrt(rate * (1 - rate) / factors.Length);

        factors.Length.Should().Be(Draws * Batch * Size);
        factors.Should().OnlyContain(value => value == 0 || Math.Abs(value - kept) < 2e-5f * kept);
        (factors.Count(value => value == 0) / (double)factors.Length).Should().BeApproximately(rate, Deviations * deviation);
        factors.Average(value => (double)value).Should().BeApproximately(kept * (1 - rate), kept * Deviations * deviation + 1e-5, "the mean is kept");
    }

    /// <summary>Neighbouring units, sequences and draws go together as often as chance has it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Units_sequences_and_draws_are_independent(string name)
    {
        float[] factors = s_readers[name](0.5, 0, 1, true);
        foreach (int distance in new[] { 1, 2, 4, Size, 2 * Size, Batch * Size, 2 * Batch * Size })
        {
            int pairs = factors.Length - distance;
            double together = Enumerable.Range(0, pairs).Count(k => factors[k] == 0 && factors[k + distance] == 0) / (double)pairs;

            // The pairs of k and of k + distance share an element, so their number varies more than if they did not: by 5/16 in place of 3/16.
            together.Should().BeApproximately(0.25, Deviations * Math.Sqrt(5.0 / 16 / pairs), "elements at a distance of {0} are independent", distance);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Masks_do_not_depend_on_threads_but_on_the_seed(string name)
    {
        float[] expected = s_readers[name](0.5, 3, 1, true);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            s_readers[name](0.5, 3, threads, true).Should().Equal(expected);
        }

        s_readers[name](0.5, 4, 1, true).Should().NotEqual(expected);
    }

    /// <summary>In evaluation, every factor is its mean: 1, and 1-p of what zoneout lets through.</summary>
    [Theory]
    [MemberData(nameof(Rates))]
    public void Evaluation_has_the_mean(string name, double rate)
    {
        float mean = name.StartsWith("zoneout", StringComparison.Ordinal) ? (float)(1 - rate) : 1;

        s_readers[name](rate, 0, 1, false).Should().OnlyContain(value => Math.Abs(value - mean) < 1e-4f);
    }

    /// <summary>One mask for all steps of a window: h_t = m*h_{t-1} gives m^t.</summary>
    [Fact]
    public void A_mask_of_h_lasts_for_the_window()
    {
        Bptt<float> bptt = Engine(Linear(new() { HiddenDropout = 0.5, Activation = Activation.Identity }, recurrent: true), 0, 1, training: true, steps: 3);
        bptt.State("0.h").Value.Fill(1);
        float[] y = bptt.Forward(new float[3 * Batch]).ToArray(), m = y[..(Batch * Size)];

        y[(Batch * Size)..(2 * Batch * Size)].Should().Equal(m.Select(value => value * value));
        y[(2 * Batch * Size)..].Should().Equal(m.Select(value => value * value * value));
    }

    /// <summary>c = c' + m*g without gates and activations, where g is 1, or h' where it is recurrent.</summary>
    private static Sequential<float> Sum(LstmOptions options, bool recurrent = false)
    {
        LstmLayer<float> layer = new(1, Size, options with
        {
            InputGate = false,
            ForgetGate = false,
            OutputGate = false,
            BlockActivation = Activation.Identity,
            OutputActivation = Activation.Identity,
        });
        return Set(layer, bias: recurrent ? 0 : 1, recurrent);
    }

    /// <summary>h = x, or h' where it is recurrent.</summary>
    private static Sequential<float> Linear(RnnOptions options, bool recurrent) => Set(new RnnLayer<float>(1, Size, options), bias: 0, recurrent, input: !recurrent);

    /// <summary>h = tanh(x), as z = 0.</summary>
    private static Sequential<float> Gru(GruOptions options)
    {
        Sequential<float> model = Set(new GruLayer<float>(1, Size, options), bias: 0, recurrent: false, input: true);
        model.Parameters["0.b"].Value.Slice(Size, Size).Fill(-100);
        return model;
    }

    private static Sequential<float> Set(Layer<float> layer, float bias, bool recurrent, bool input = false)
    {
        Sequential<float> model = new(layer);
        Span<float> r = model.Parameters["0.R"].Value, w = model.Parameters["0.W"].Value;
        r.Clear();
        w.Clear();
        w[^Size..].Fill(input ? 1 : 0);
        model.Parameters["0.b"].Value.Fill(bias);
        for (int u = 0; recurrent && u < Size; u++)
        {
            r[u * Size + u] = 1;
        }

        return model;
    }

    private static Bptt<float> Engine(Sequential<float> model, ulong seed, int threads, bool training, int steps) =>
        new(model, steps, Batch, new() { Seed = seed, Threads = threads }) { Training = training };

    /// <summary>y_t - y_{t-1}, of a sum.</summary>
    private static float[] Increments(Sequential<float> model, ulong seed, int threads, bool training)
    {
        float[] y = Engine(model, seed, threads, training, Draws).Forward(new float[Draws * Batch]).ToArray();
        return [.. y.Select((value, k) => k < Batch * Size ? value : value - y[k - Batch * Size])];
    }

    /// <summary>y_{t+1} - y_t, of a sum, as h is made of c before it is held.</summary>
    private static float[] LaterIncrements(Sequential<float> model, ulong seed, int threads, bool training)
    {
        float[] y = Engine(model, seed, threads, training, Draws + 1).Forward(new float[(Draws + 1) * Batch]).ToArray();
        return [.. y.Skip(Batch * Size).Zip(y, (next, value) => next - value)];
    }

    /// <summary>(y_t - y_{t-1}) / (n_t - y_{t-1}), where n_t is what would be without zoneout, for an input of 1, 2, ...</summary>
    private static float[] Changes(Sequential<float> model, ulong seed, int threads, bool training)
    {
        float scale = model.Layers[0] is GruLayer<float> ? 0.01f : 1;
        float[] x = [.. Enumerable.Range(0, Draws * Batch).Select(k => scale * (k / Batch + 1))];
        float[] y = Engine(model, seed, threads, training, Draws).Forward(x).ToArray();
        return
        [
            .. y.Select((value, k) =>
            {
                float before = k < Batch * Size ? 0 : y[k - Batch * Size], n = x[k / Size];
                n = model.Layers[0] is GruLayer<float> ? MathF.Tanh(n) : n;
                return (value - before) / (n - before);
            }),
        ];
    }

    /// <summary>What windows of one step make of a state of ones.</summary>
    private static float[] Windows(Sequential<float> model, ulong seed, int threads, bool training)
    {
        Bptt<float> bptt = Engine(model, seed, threads, training, steps: 1);
        List<float> factors = [];
        for (int draw = 0; draw < Draws; draw++)
        {
            bptt.ResetState();
            bptt.State("0.h").Value.Fill(1);
            factors.AddRange(bptt.Forward(new float[Batch]));
        }

        return [.. factors];
    }

    /// <summary>Of a state that is 1 at one unit, another for each sequence, R makes one of its columns.</summary>
    private static float[] Weights(Sequential<float> model, ulong seed, int threads, bool training)
    {
        Bptt<float> bptt = Engine(model, seed, threads, training, steps: 1);
        model.Parameters["0.b"].Value.Clear();
        model.Parameters["0.W"].Value.Clear();
        model.Parameters["0.R"].Value.Fill(1);
        List<float> factors = [];
        for (int draw = 0; draw < Draws; draw++)
        {
            bptt.ResetState();
            for (int k = 0; k < Size; k++)
            {
                bptt.State("0.h").Value[k * Size + k] = 1;
            }

            factors.AddRange(bptt.Forward(new float[Batch]));
        }

        return [.. factors];
    }
}
