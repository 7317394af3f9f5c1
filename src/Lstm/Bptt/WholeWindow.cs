using System.Numerics;

namespace Lstm;

/// <summary>A model over the steps of a window in one piece, whose states are those of its only pass.</summary>
internal sealed class WholeWindow<T> : Unrolling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public WholeWindow(Sequential<T> model, int steps, int batch, BpttOptions options)
        : base(model, steps, batch, options, isWhole: true)
    {
        Passes = [CreatePass(steps, options)];
        Last = new BpttSegment<T>(Passes[0], InputSize, OutputSize, recomputes: false);
    }

    public override RecurrentState<T>[] States => Last.States;

    public override BpttSegment<T> Last { get; }

    public override IReadOnlyList<ModelPass<T>> Passes { get; }

    public override int SegmentSteps => Passes[0].Context.Steps;

    public override int MostStepsBack => SegmentSteps;

    public override void Forward(WindowInput<T> input, ReadOnlySpan<int> lengths, long number, bool drops)
    {
        Last.Begin(Passes[0], start: 0, WindowSteps, lengths, number, drops);
        Last.SetInput(input.Rows(0, WindowSteps * Batch));
        Last.Forward();
        TakeOutput(Last);
    }

    public override (int Step, int Unit, T Value)? FindNonFiniteOutput(int layer) => Last.FindNonFiniteOutput(layer);

    public override (int Step, int Sequence, int Feature, T Value)? FindNonFiniteInput() => Last.FindNonFiniteInput();

    protected override void GoBack()
    {
        try
        {
            SetOutputGradient(Last);
            Last.Backward(wantsInputGradient: true);
            TakeInputGradient(Last);
        }
        finally
        {
            if (!IsDirect)
            {
                // The next window may show this memory to the user, who has to find zeros.
                Last.OutputGradient.Clear();
            }
        }
    }
}
