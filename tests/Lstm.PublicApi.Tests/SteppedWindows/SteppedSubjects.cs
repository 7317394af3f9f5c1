using System.Numerics;

namespace Lstm.PublicApi.Tests.SteppedWindows;

/// <summary>Recurrent layers of the library and of users, by names for tests.</summary>
internal static class SteppedSubjects
{
    private const int H = Subjects.HiddenSize;

    private static readonly RecurrentOptions s_none = new();

    private static readonly Dictionary<string, RecurrentOptions> s_options = new()
    {
        ["lstm"] = new LstmOptions(),
        ["vanilla"] = LstmVariants.Vanilla,
        ["coupled"] = LstmVariants.Coupled,
        ["no input gate"] = LstmVariants.NoInputGate,
        ["full gate recurrence"] = LstmVariants.FullGateRecurrence with { LearnInitialState = true, ZoneoutHidden = 0.2 },
        ["projection"] = new LstmOptions { Projection = 5, CellClip = 0.4, Peepholes = true },
        ["dropout"] = new LstmOptions { RecurrentDropout = 0.3, HiddenDropout = 0.2, WeightDropout = 0.2, LearnInitialState = true },
        ["zoneout"] = new LstmOptions { ZoneoutHidden = 0.3, ZoneoutCell = 0.4, Projection = 5, Peepholes = true },
        ["layer norm"] = new LstmOptions { LayerNorm = new(), Peepholes = true },
        ["layer norm of Ba et al."] = new LstmOptions { LayerNorm = LayerNormOptions.Ba, HiddenDropout = 0.2 },
        ["layer norm of haste"] = new LstmOptions { LayerNorm = LayerNormOptions.Haste },
        ["gru"] = new GruOptions { ResetAfter = false, HiddenDropout = 0.3, WeightDropout = 0.2, ZoneoutHidden = 0.3, LearnInitialState = true },
        ["gru, reset after"] = new GruOptions { ResetAfter = true, HiddenDropout = 0.3, LearnInitialState = true },
        ["rnn"] = new RnnOptions { HiddenDropout = 0.3, WeightDropout = 0.2, ZoneoutHidden = 0.3, LearnInitialState = true },
    };

    /// <summary>All layers.</summary>
    public static TheoryData<string> All => [.. s_options.Keys, .. Subjects.CellNames];

    /// <summary>A model of one layer.</summary>
    public static Sequential<T> Model<T>(string name, int inputSize, int hiddenSize = H)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = new(s_options.GetValueOrDefault(name, s_none) switch
        {
            LstmOptions options => new LstmLayer<T>(inputSize, hiddenSize, options),
            GruOptions options => new GruLayer<T>(inputSize, hiddenSize, options),
            RnnOptions options => new RnnLayer<T>(inputSize, hiddenSize, options),
            _ => Subjects.Cell<T>(name, inputSize, hiddenSize),
        });
        model.Initialize(5);
        return model;
    }

    /// <summary>Steps of the model's only layer.</summary>
    public static SteppedWindow<T> Steps<T>(Sequential<T> model, int steps, int batch, BpttOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new((RecurrentLayer<T>)model.Layers[0], steps, batch, options);
}
