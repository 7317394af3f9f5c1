using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Histories;

/// <summary>Random histories, and simpler ones of a history that fails.</summary>
internal static class HistoryGenerator
{
    private static readonly LayerNormOptions?[] s_norms =
    [
        null, null, new(), LayerNormOptions.Ba, LayerNormOptions.TfAddons, LayerNormOptions.Haste, LayerNormOptions.FastRnns,
        LayerNormOptions.Seq2SeqSharp, new() { Cell = CellPlacement.Output, Bias = true, GateShift = false },
    ];

    private static readonly Activation[] s_activations = [Activation.Tanh, Activation.Tanh, Activation.Identity, Activation.Sigmoid];

    public static Arbitrary<History> Histories => Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => Create(new Random(seed))), Shrink);

    public static History Create(Random random)
    {
        bool tokens = random.Next(3) == 0, bidirectional = random.Next(5) == 0;
        int steps = random.Next(1, 9), batch = random.Next(1, 4);
        LayerSpec[] layers = Layers(random, tokens, bidirectional);
        BpttOptions options = Options(random, steps, canSegment: !bidirectional);
        return new History
        {
            Layers = layers,
            InputSize = random.Next(1, 4),
            Tokens = tokens,
            Steps = steps,
            Batch = batch,
            Options = options,
            Windows = [.. Enumerable.Range(0, random.Next(1, 7)).Select(k => Window(random, steps, batch, isFirst: k == 0))],
        };
    }

    private static LayerSpec[] Layers(Random random, bool tokens, bool bidirectional)
    {
        List<LayerSpec> layers = [];
        if (tokens && random.Next(2) == 0)
        {
            layers.Add(new EmbeddingSpec(random.Next(1, 4)));
        }

        layers.Add(bidirectional ? new BidirectionalSpec(Recurrent(random), Recurrent(random)) : Recurrent(random));
        if (random.Next(3) == 0)
        {
            layers.Add(new DropoutSpec(0.4, random.Next(2) == 0));
        }

        if (random.Next(2) == 0)
        {
            LayerSpec second = Recurrent(random);
            bool fits = second is LstmSpec lstm && lstm.OutputSize(0) == layers.Aggregate(0, (size, layer) => layer.OutputSize(size));
            layers.Add(fits ? new ResidualSpec(second) : second);
        }

        if (random.Next(2) == 0)
        {
            layers.Add(new DenseSpec(random.Next(1, 4)));
        }

        return [.. layers];
    }

    private static LayerSpec Recurrent(Random random)
    {
        int size = random.Next(2, 5);
        switch (random.Next(5))
        {
            case 0:
                return new GruSpec(size, new GruOptions
                {
                    ResetAfter = random.Next(2) == 0,
                    LearnInitialState = random.Next(3) == 0,
                    HiddenDropout = Rate(random),
                    WeightDropout = Rate(random),
                    ZoneoutHidden = Rate(random),
                });
            case 1:
                return new RnnSpec(size, new RnnOptions
                {
                    Activation = One(random, s_activations),
                    LearnInitialState = random.Next(3) == 0,
                    HiddenDropout = Rate(random),
                    WeightDropout = Rate(random),
                    ZoneoutHidden = Rate(random),
                });
            default:
                LstmSpec lstm;
                do
                {
                    lstm = new LstmSpec(size, Lstm(random));
                }
                while (!IsLegal(lstm));
                return lstm;
        }
    }

    private static LstmOptions Lstm(Random random)
    {
        int gates = random.Next(16);
        return new LstmOptions
        {
            InputGate = gates != 1,
            ForgetGate = gates != 2,
            OutputGate = gates != 3,
            CoupledGates = gates is 4 or 5,
            FullGateRecurrence = gates is 6 or 7,
            Peepholes = random.Next(2) == 0,
            LearnInitialState = random.Next(3) == 0,
            LayerNorm = One(random, s_norms),
            BlockActivation = One(random, s_activations),
            OutputActivation = One(random, s_activations),
            Projection = random.Next(4) == 0 ? random.Next(1, 4) : 0,
            CellClip = random.Next(6) == 0 ? 0.4 : 0,
            RecurrentDropout = Rate(random),
            HiddenDropout = Rate(random),
            WeightDropout = Rate(random),
            ZoneoutHidden = Rate(random),
            ZoneoutCell = Rate(random),
        };
    }

    private static BpttOptions Options(Random random, int steps, bool canSegment)
    {
        int back = !canSegment || random.Next(2) == 0 ? 0 : random.Next(1, 3 * steps + 1), segment = canSegment && random.Next(2) == 0 ? random.Next(1, steps + 1) : 0;
        bool fits = back == 0 || back == steps || segment == 0 || (back % segment == 0 && steps % segment == 0);
        return new BpttOptions
        {
            Threads = random.Next(1, 4),
            Seed = (ulong)random.Next(100),
            BackwardSteps = back,
            SegmentSteps = fits ? segment : 0,
            Recompute = canSegment && random.Next(3) == 0,
            ChunkBytes = random.Next(2) == 0 ? 1 : 0,
        };
    }

    private static HistoryStep Window(Random random, int steps, int batch, bool isFirst)
    {
        int own = random.Next(2) == 0 ? steps : random.Next(1, steps + 1);
        bool backward = random.Next(4) > 0;
        return new HistoryStep
        {
            Steps = own,
            Lengths = random.Next(2) == 0 ? [] : [.. Enumerable.Range(0, batch).Select(_ => random.Next(own + 1))],
            Seed = (ulong)random.Next(1, 1 << 20),
            Training = random.Next(6) > 0,
            Reset = random.Next(5) == 0 ? random.Next(-1, batch) : null,
            Writes = random.Next(4) == 0 ? [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => (random.Next(6), random.Next(batch)))] : [],
            Sets = random.Next(8) == 0,
            Number = random.Next(8) == 0 ? random.Next(5) : null,
            Restores = !isFirst && random.Next(8) == 0,
            Backward = backward,
            FinalGradients = random.Next(3) == 0,
            ResetsBetween = random.Next(8) == 0 ? random.Next(-1, batch) : null,
            LastStepOnly = random.Next(4) == 0,
            Updates = random.Next(3) == 0,
        };
    }

    private static double Rate(Random random) => random.Next(6) == 0 ? 0.3 : 0;

    private static TValue One<TValue>(Random random, TValue[] values) => values[random.Next(values.Length)];

    private static bool IsLegal(LstmSpec lstm)
    {
        try
        {
            lstm.Options.Check("options");
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static IEnumerable<History> Shrink(History history)
    {
        for (int k = 0; k < history.Windows.Length && history.Windows.Length > 1; k++)
        {
            yield return history with { Windows = [.. history.Windows[..k], .. history.Windows[(k + 1)..]] };
        }

        for (int k = 0; k < history.Layers.Length; k++)
        {
            if (history.Layers.Length > 1 && history.Layers[k] is not ResidualSpec and not EmbeddingSpec && !history.Layers.Any(layer => layer is ResidualSpec))
            {
                yield return history with { Layers = [.. history.Layers[..k], .. history.Layers[(k + 1)..]] };
            }

            foreach (LayerSpec layer in history.Layers.Any(layer => layer is ResidualSpec) ? [] : history.Layers[k].Shrink())
            {
                yield return history with { Layers = [.. history.Layers[..k], layer, .. history.Layers[(k + 1)..]] };
            }
        }

        foreach (BpttOptions options in ShrinkOptions(history.Options))
        {
            yield return history with { Options = options };
        }

        if (history.Batch > 1)
        {
            yield return history with { Batch = history.Batch - 1, Windows = [.. history.Windows.Select(window => WithoutLast(window, history.Batch - 1))] };
        }

        for (int k = 0; k < history.Windows.Length; k++)
        {
            foreach (HistoryStep window in ShrinkWindow(history.Windows[k]))
            {
                yield return history with { Windows = [.. history.Windows[..k], window, .. history.Windows[(k + 1)..]] };
            }
        }
    }

    private static IEnumerable<BpttOptions> ShrinkOptions(BpttOptions options) =>
        new[]
        {
            options with { Threads = 1 }, options with { ChunkBytes = 0 }, options with { Recompute = false }, options with { SegmentSteps = 0 },
            options with { BackwardSteps = 0 },
        }.Where(simpler => simpler != options);

    private static HistoryStep WithoutLast(HistoryStep window, int batch) => window with
    {
        Lengths = window.Lengths.Length > 0 ? window.Lengths[..batch] : [],
        Reset = window.Reset is int sequence ? Math.Min(sequence, batch - 1) : null,
        ResetsBetween = window.ResetsBetween is int between ? Math.Min(between, batch - 1) : null,
        Writes = [.. window.Writes.Where(write => write.Sequence < batch)],
    };

    private static IEnumerable<HistoryStep> ShrinkWindow(HistoryStep window) =>
        new[]
        {
            window with { Lengths = [] }, window with { Reset = null }, window with { Writes = [] }, window with { Sets = false },
            window with { Number = null }, window with { Restores = false }, window with { Updates = false }, window with { FinalGradients = false },
            window with { ResetsBetween = null }, window with { LastStepOnly = false }, window with { Training = true }, window with { Backward = false },
            window with { Steps = Math.Max(1, window.Steps - 1), Lengths = [.. window.Lengths.Select(length => Math.Min(length, Math.Max(1, window.Steps - 1)))] },
        }.Where(simpler => simpler.ToString() != window.ToString());
}
