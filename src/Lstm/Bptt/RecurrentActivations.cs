using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// What a recurrent layer keeps of every step of a window, and the gradients it carries back. H is the size of the cell, R that of h, G
/// that of all gates.
/// </summary>
internal sealed class RecurrentActivations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RecurrentCell<T> _cell;
    private readonly int _steps;
    private readonly int _batch;
    private readonly T _gradientLimit;

    public RecurrentActivations(PassContext<T> context, RecurrentCell<T> cell)
    {
        (_cell, _steps, _batch) = (cell, context.Steps, context.Batch);
        bool hasInner = cell.InnerSize > 0, training = context.Training;
        RecurrentDropoutRates dropout = cell.Dropout;
        Hidden = new CarriedState<T>(context, "h", cell.OutputSize, cell.InitialHidden);
        Cell = cell.HasCellState ? new CarriedState<T>(context, "c", cell.HiddenSize, cell.InitialCell) : null;
        GateHistory = cell.GateHistorySize > 0 ? new CarriedState<T>(context, "gates", cell.GateHistorySize) : null;
        States = [.. new[] { Hidden, Cell, GateHistory }.OfType<CarriedState<T>>()];

        bool apart = Uses(ProductTarget.Recurrent), projects = Uses(ProductTarget.Hidden);
        Gates = Steps(cell.GateSize);
        Recurrent = Steps(apart ? cell.GateSize : 0);
        Inner = Steps(cell.InnerSize);
        Cache = Steps(cell.CacheSize);
        MaskedHidden = Steps(dropout.Hidden > 0 ? cell.OutputSize : 0);
        ProductGradient = Steps(training && projects ? cell.OutputSize : 0);
        InnerGradient = OneStep(training && hasInner ? cell.InnerSize : 0);
        MaskedHiddenGradient = OneStep(training && dropout.Hidden > 0 ? cell.OutputSize : 0);
        RowGradients = new StepSums<T>(context.Steps, context.Batch, training ? cell.Vectors.Sum(vector => vector.Length) : 0);
        StepGradients = OneStep(context.StepClipping is { PreActivationNorm: > 0 } ? RowGradients.Width : 0);
        _gradientLimit = T.CreateTruncating(context.StepClipping?.PreActivationGradient ?? 0);

        GateMask = RecurrentMask<T>.Dropout(context, context.Steps, cell.HiddenSize, dropout.Gate);
        HiddenMask = RecurrentMask<T>.Dropout(context, steps: 1, cell.OutputSize, dropout.Hidden);
        ZoneoutHidden = RecurrentMask<T>.Zoneout(context, context.Steps, cell.OutputSize, dropout.ZoneoutHidden);
        ZoneoutCell = RecurrentMask<T>.Zoneout(context, context.Steps, cell.HiddenSize, dropout.ZoneoutCell);
    }

    /// <summary>h [T+1,B,R].</summary>
    public CarriedState<T> Hidden { get; }

    /// <summary>c [T+1,B,H].</summary>
    public CarriedState<T>? Cell { get; }

    /// <summary>i, f, o [T+1,B,3H].</summary>
    public CarriedState<T>? GateHistory { get; }

    public CarriedState<T>[] States { get; }

    /// <summary>[T,B,G]: W x and what is added to it, then the gates, then dA.</summary>
    public StepBuffer<T> Gates { get; }

    /// <summary>[T,B,G]: R h' where it is kept apart, then its gradient.</summary>
    public StepBuffer<T> Recurrent { get; }

    /// <summary>[T,B,inner].</summary>
    public StepBuffer<T> Inner { get; }

    /// <summary>[T,B,cache].</summary>
    public StepBuffer<T> Cache { get; }

    /// <summary>[T,B,R]: h' with its dropped elements.</summary>
    public StepBuffer<T> MaskedHidden { get; }

    /// <summary>[T,B,R]: the gradient at h where a product gives it.</summary>
    public StepBuffer<T> ProductGradient { get; }

    /// <summary>[1,B,inner].</summary>
    public StepBuffer<T> InnerGradient { get; }

    /// <summary>[1,B,R].</summary>
    public StepBuffer<T> MaskedHiddenGradient { get; }

    /// <summary>[levels,B,V]: gradients of the cell's vectors, a row for each sequence, as sums of sums.</summary>
    public StepSums<T> RowGradients { get; }

    /// <summary>[1,B,V]: what a single step adds to <see cref="RowGradients"/>, where that is scaled before.</summary>
    public StepBuffer<T> StepGradients { get; }

    public RecurrentMask<T>? GateMask { get; }

    public RecurrentMask<T>? HiddenMask { get; }

    public RecurrentMask<T>? ZoneoutHidden { get; }

    public RecurrentMask<T>? ZoneoutCell { get; }

    public ForwardStep<T> ForwardStep(int t, int first, int rows) => new()
    {
        Rows = rows,
        HiddenSize = _cell.HiddenSize,
        Gates = Gates.Rows(t, first, rows),
        Recurrent = Recurrent.Rows(t, first, rows),
        HiddenBefore = Hidden.Values.Rows(t, first, rows),
        Hidden = Hidden.Values.Rows(t + 1, first, rows),
        CellBefore = Cell is null ? [] : Cell.Values.Rows(t, first, rows),
        Cell = Cell is null ? [] : Cell.Values.Rows(t + 1, first, rows),
        Inner = Inner.Rows(t, first, rows),
        GateHistory = GateHistory is null ? [] : GateHistory.Values.Rows(t + 1, first, rows),
        Cache = Cache.Rows(t, first, rows),
        Masks = Masks(t, first, rows),
    };

    public BackwardStep<T> BackwardStep(int t, int first, int rows, ReadOnlySpan<T> outputGradient) => new()
    {
        Rows = rows,
        HiddenSize = _cell.HiddenSize,
        Gates = Gates.Rows(t, first, rows),
        Recurrent = Recurrent.Rows(t, first, rows),
        HiddenBefore = Hidden.Values.Rows(t, first, rows),
        CellBefore = Cell is null ? [] : Cell.Values.Rows(t, first, rows),
        Cell = Cell is null ? [] : Cell.Values.Rows(t + 1, first, rows),
        Inner = Inner.Rows(t, first, rows),
        InnerGradient = InnerGradient.Rows(0, first, rows),
        ProductGradient = ProductGradient.Rows(t, first, rows),
        GateHistoryGradient = GateHistory is null ? [] : GateHistory.Gradient.Rows(0, first, rows),
        Cache = Cache.Rows(t, first, rows),
        Masks = Masks(t, first, rows),
        OutputGradient = outputGradient,
        HiddenGradient = Hidden.Gradient.Rows(0, first, rows),
        CellGradient = Cell is null ? [] : Cell.Gradient.Rows(0, first, rows),
        GradientLimit = _gradientLimit,
        RowGradients = StepGradients.Width > 0 ? StepGradients.Rows(0, first, rows) : RowGradients.Rows(first, rows),
    };

    /// <summary>What a product reads, of some rows of step t.</summary>
    public Matrix<T> Source(RecurrentProduct<T> product, int t, int first, int rows)
    {
        (StepBuffer<T> buffer, _) = SourceOf(product);
        return new(buffer.Rows(t, first, rows), rows, buffer.Width);
    }

    /// <summary>What a product reads, of all rows of some steps.</summary>
    public Matrix<T> Source(RecurrentProduct<T> product, int firstStep, int steps) => Source(product, firstStep, 0, steps * _batch);

    /// <summary>The gradient at what a product reads.</summary>
    public Matrix<T> SourceGradient(RecurrentProduct<T> product, int first, int rows)
    {
        (_, StepBuffer<T> buffer) = SourceOf(product);
        return new(buffer.Rows(0, first, rows), rows, buffer.Width);
    }

    /// <summary>Where a product's result goes, of some rows of step t.</summary>
    public Matrix<T> Target(RecurrentProduct<T> product, int t, int first, int rows) => product.Target == ProductTarget.Hidden
        ? Columns(product, Hidden.Values, t + 1, first, rows)
        : TargetGradient(product, t, first, rows);

    /// <summary>The gradient at a product's result, of some rows of step t.</summary>
    public Matrix<T> TargetGradient(RecurrentProduct<T> product, int t, int first, int rows) => product.Target switch
    {
        ProductTarget.Gates => Columns(product, Gates, t, first, rows),
        ProductTarget.Recurrent => Columns(product, Recurrent, t, first, rows),
        _ => Columns(product, ProductGradient, t, first, rows),
    };

    /// <summary>The gradient at a product's result, of all rows of some steps.</summary>
    public Matrix<T> TargetGradient(RecurrentProduct<T> product, int firstStep, int steps) => TargetGradient(product, firstStep, 0, steps * _batch);

    /// <summary>Sets to 0 what the products over all steps read of rows that have no step t.</summary>
    public void ClearPadding(int t, int first, int rows)
    {
        Hidden.Values.Rows(t + 1, first, rows).Clear();
        Gates.Rows(t, first, rows).Clear();
        Recurrent.Rows(t, first, rows).Clear();
        Inner.Rows(t, first, rows).Clear();
        MaskedHidden.Rows(t, first, rows).Clear();
        ProductGradient.Rows(t, first, rows).Clear();
        GateHistory?.Values.Rows(t + 1, first, rows).Clear();
    }

    private (StepBuffer<T> Values, StepBuffer<T> Gradient) SourceOf(RecurrentProduct<T> product) => product.Source switch
    {
        ProductSource.Hidden when HiddenMask != null => (MaskedHidden, MaskedHiddenGradient),
        ProductSource.Hidden => (Hidden.Values, Hidden.Gradient),
        ProductSource.GateHistory => (GateHistory!.Values, GateHistory.Gradient),
        _ => (Inner, InnerGradient),
    };

    private static Matrix<T> Columns(RecurrentProduct<T> product, StepBuffer<T> buffer, int t, int first, int rows) =>
        new Matrix<T>(buffer.Rows(t, first, rows), rows, buffer.Width).ColumnRange(product.FirstColumn, product.Rows);

    private StepMasks<T> Masks(int t, int first, int rows) => new()
    {
        Gate = GateMask is null ? [] : GateMask.Rows(t, first, rows),
        Hidden = HiddenMask is null ? [] : HiddenMask.Rows(0, first, rows),
        ZoneoutHidden = ZoneoutHidden is null ? [] : ZoneoutHidden.Rows(t, first, rows),
        ZoneoutCell = ZoneoutCell is null ? [] : ZoneoutCell.Rows(t, first, rows),
    };

    private bool Uses(ProductTarget target) => _cell.Stages.Any(stage => stage.Any(product => product.Target == target));

    private StepBuffer<T> Steps(int width) => new(_steps, _batch, width);

    private StepBuffer<T> OneStep(int width) => new(1, _batch, width);
}
