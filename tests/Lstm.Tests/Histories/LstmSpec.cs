namespace Lstm.Tests.Histories;

/// <summary><see cref="LstmLayer{T}"/>.</summary>
internal sealed record LstmSpec(int Size, LstmOptions Options) : LayerSpec
{
    public override int OutputSize(int inputSize) => Options.Projection > 0 ? Options.Projection : Size;

    public override Layer<T> Create<T>(int inputSize) => new LstmLayer<T>(inputSize, Size, Options);

    public override NaiveLayer CreateNaive(int inputSize, NaiveMasks masks) => new NaiveRecurrent(new NaiveLstm(inputSize, Size, Options, masks));

    public override IEnumerable<LayerSpec> Shrink()
    {
        LstmOptions plain = new() { LearnInitialState = Options.LearnInitialState };
        if (Options != plain)
        {
            yield return this with { Options = plain };
        }

        if (Options.LearnInitialState)
        {
            yield return this with { Options = Options with { LearnInitialState = false } };
        }

        if (Size > 1)
        {
            yield return this with { Size = Size - 1 };
        }
    }

    public override IEnumerable<string> Features()
    {
        yield return "LSTM";
        foreach ((string name, bool isOn) in new[]
        {
            ("peepholes", Options.Peepholes), ("layer normalisation", Options.LayerNorm != null), ("coupled gates", Options.CoupledGates),
            ("full gate recurrence", Options.FullGateRecurrence), ("a gate missing", !(Options.InputGate && Options.ForgetGate && Options.OutputGate)),
            ("projection", Options.Projection > 0), ("cell clip", Options.CellClip > 0), ("trained initial state", Options.LearnInitialState),
            ("dropout within a cell", Options.RecurrentDropout + Options.HiddenDropout + Options.WeightDropout > 0),
            ("zoneout", Options.ZoneoutHidden + Options.ZoneoutCell > 0),
        })
        {
            if (isOn)
            {
                yield return name;
            }
        }
    }
}
