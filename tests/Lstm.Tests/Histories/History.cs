namespace Lstm.Tests.Histories;

/// <summary>A model, an engine for it, and the calls that the engine gets.</summary>
internal sealed record History
{
    public required LayerSpec[] Layers { get; init; }

    public required int InputSize { get; init; }

    public bool Tokens { get; init; }

    public required int Steps { get; init; }

    public required int Batch { get; init; }

    public required BpttOptions Options { get; init; }

    public required HistoryStep[] Windows { get; init; }

    public bool IsCausal => !Layers.Any(layer => layer is BidirectionalSpec);

    /// <summary>The steps of a segment, as docs/lstm.md has them.</summary>
    public int SegmentSteps
    {
        get
        {
            int back = Options.BackwardSteps == 0 ? Steps : Options.BackwardSteps;
            return Options.SegmentSteps > 0 ? Options.SegmentSteps
                : back != Steps ? GreatestCommonDivisor(Steps, back)
                : Options.Recompute ? (int)Math.Ceiling(Math.Sqrt(Steps)) : Steps;
        }
    }

    /// <summary>The segments of a full window.</summary>
    public int SegmentsOfWindow => (Steps + SegmentSteps - 1) / SegmentSteps;

    /// <summary>The segments that a backward pass goes through where nothing cuts it short.</summary>
    public int SegmentsBack => Options.BackwardSteps == 0 ? SegmentsOfWindow : (Options.BackwardSteps + SegmentSteps - 1) / SegmentSteps;

    public Sequential<T> CreateModel<T>()
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        List<Layer<T>> layers = [];
        int size = InputSize;
        foreach (LayerSpec layer in Layers)
        {
            layers.Add(layer.Create<T>(size));
            size = layer.OutputSize(size);
        }

        return new([.. layers]);
    }

    public NaiveModel CreateNaiveModel()
    {
        List<NaiveLayer> layers = [];
        NaiveMasks masks = new();
        int size = InputSize;
        foreach (LayerSpec layer in Layers)
        {
            layers.Add(layer.CreateNaive(size, masks));
            size = layer.OutputSize(size);
        }

        return new([.. layers]);
    }

    /// <summary>What the history covers, for a table.</summary>
    public IEnumerable<string> Features()
    {
        (string Name, bool IsOn)[] features =
        [
            ("stack of recurrent layers", Layers.Count(layer => layer is not DenseSpec and not EmbeddingSpec and not DropoutSpec) > 1), ("token ids", Tokens),
            ("threads 2 or 3", Options.Threads > 1), ("segments", SegmentsOfWindow > 1), ("Recompute", Options.Recompute),
            ("BackwardSteps below the window", SegmentsBack < SegmentsOfWindow), ("BackwardSteps beyond the window", SegmentsBack > SegmentsOfWindow),
            ("chunks", Options.ChunkBytes > 0), ("windows of fewer steps", Windows.Any(window => window.Steps < Steps)),
            ("lengths", Windows.Any(window => window.Lengths.Length > 0)), ("a length of 0", Windows.Any(window => window.Lengths.Contains(0))),
            ("Backward after several windows", Windows.Count(window => window.Backward) > 1),
            ("a window without Backward", Windows.Any(window => !window.Backward)), ("reset of all", Windows.Any(window => window.Reset == -1)),
            ("reset of one sequence", Windows.Any(window => window.Reset >= 0)), ("states written", Windows.Any(window => window.Writes.Length > 0)),
            ("reset between the passes", Windows.Any(window => window.ResetsBetween != null)),
            ("a gradient at the last step alone", Windows.Any(window => window.LastStepOnly)), ("states set", Windows.Any(window => window.Sets)), ("carried state restored", Windows.Any(window => window.Restores)),
            ("window number set", Windows.Any(window => window.Number != null)), ("evaluation between", Windows.Any(window => !window.Training)),
            ("gradients of final states", Windows.Any(window => window.FinalGradients)), ("weights updated between", Windows.Any(window => window.Updates)),
        ];
        return features.Where(feature => feature.IsOn).Select(feature => feature.Name).Concat(Layers.SelectMany(layer => layer.Features())).Distinct();
    }

    public override string ToString() =>
        $"""
        layers: {string.Join(" | ", Layers.Select(layer => layer.ToString()))}
        input {InputSize}{(Tokens ? " token ids" : "")}, steps {Steps}, batch {Batch}, {Options}
        {string.Join(Environment.NewLine, Windows.Select((window, k) => $"  window {k}: {window}"))}
        """;

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
