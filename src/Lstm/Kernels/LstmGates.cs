using System.Numerics;

namespace Lstm.Kernels;

/// <summary>Goes through the rows of a step: pre-activations to gates, c and h, and back. The equations are in <see cref="LstmUnits{T, TForm}"/>.</summary>
internal static unsafe class LstmGates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Forward(in ForwardStep<T> step, LstmShape shape, in LstmVectors<T> vectors)
    {
        if (!shape.Form.IsFixed)
        {
            Forward(shape.Form, step, shape, vectors);
        }
        else if (shape.Form.HasPeepholes)
        {
            if (shape.Form.HasBias)
            {
                Forward(default(FixedForm<On, On>), step, shape, vectors);
            }
            else
            {
                Forward(default(FixedForm<Off, On>), step, shape, vectors);
            }
        }
        else if (shape.Form.HasBias)
        {
            Forward(default(FixedForm<On, Off>), step, shape, vectors);
        }
        else
        {
            Forward(default(FixedForm<Off, Off>), step, shape, vectors);
        }
    }

    public static void Backward(in BackwardStep<T> step, LstmShape shape, in LstmVectors<T> vectors)
    {
        bool limits = step.GradientLimit > T.Zero;
        if (limits || !shape.Form.IsFixed)
        {
            Backward(shape.Form with { LimitsGradients = limits }, step, shape, vectors);
        }
        else if (shape.Form.HasPeepholes)
        {
            if (shape.Form.HasBias)
            {
                Backward(default(FixedForm<On, On>), step, shape, vectors);
            }
            else
            {
                Backward(default(FixedForm<Off, On>), step, shape, vectors);
            }
        }
        else if (shape.Form.HasBias)
        {
            Backward(default(FixedForm<On, Off>), step, shape, vectors);
        }
        else
        {
            Backward(default(FixedForm<Off, Off>), step, shape, vectors);
        }
    }

    private static void Forward<TForm>(TForm form, in ForwardStep<T> step, LstmShape shape, in LstmVectors<T> vectors)
        where TForm : struct, ILstmForm
    {
        int n = shape.Size;
        fixed (T* gates = step.Gates, cellBefore = step.CellBefore, cell = step.Cell, hiddenBefore = step.HiddenBefore)
        fixed (T* hidden = form.Projects ? step.Inner : step.Hidden, cache = step.Cache, history = step.GateHistory)
        fixed (T* gateMask = step.Masks.Gate, hiddenMask = step.Masks.ZoneoutHidden, cellMask = step.Masks.ZoneoutCell)
        fixed (T* bias = vectors.Bias, peephole = vectors.Peephole, cellGain = vectors.CellGain, cellShift = vectors.CellShift)
        {
            LstmRow<T, TForm> at = Layout(form, shape, vectors.Clip);
            at.Bias = bias;
            at.Peephole = peephole;
            at.CellGain = cellGain;
            at.CellShift = cellShift;
            for (nint row = 0; row < step.Rows; row++)
            {
                T* rowCache = cache + row * shape.CacheSize;
                at.Gates = gates + row * shape.Columns;
                at.CellBefore = cellBefore + row * n;
                at.Cell = cell + row * n;
                at.HiddenBefore = hiddenBefore + row * n;
                at.Hidden = hidden + row * n;
                at.GateHistory = history + row * 3 * n;
                at.GateMask = gateMask + row * n;
                at.HiddenMask = hiddenMask + row * n;
                at.CellMask = cellMask + row * n;
                SetCache(ref at, shape, rowCache);
                switch (shape.CellNorm)
                {
                    case CellPlacement.None:
                        ForwardRow<TForm, NoCellNorm>(at, shape, rowCache, vectors.Epsilon);
                        break;
                    case CellPlacement.Carried:
                        ForwardRow<TForm, CarriedCellNorm>(at, shape, rowCache, vectors.Epsilon);
                        break;
                    default:
                        ForwardRow<TForm, OutputCellNorm>(at, shape, rowCache, vectors.Epsilon);
                        break;
                }
            }
        }
    }

    private static void Backward<TForm>(TForm form, in BackwardStep<T> step, LstmShape shape, in LstmVectors<T> vectors)
        where TForm : struct, ILstmForm
    {
        int n = shape.Size;
        fixed (T* gates = step.Gates, cellBefore = step.CellBefore, cell = step.Cell, cache = step.Cache, rowGradients = step.RowGradients)
        fixed (T* gateMask = step.Masks.Gate, hiddenMask = step.Masks.ZoneoutHidden, cellMask = step.Masks.ZoneoutCell)
        fixed (T* dy = step.OutputGradient, dh = step.HiddenGradient, dInner = step.InnerGradient, dc = step.CellGradient)
        fixed (T* peephole = vectors.Peephole, cellGain = vectors.CellGain, dHistory = step.GateHistoryGradient)
        {
            LstmRow<T, TForm> at = Layout(form, shape, vectors.Clip);
            at.GradientLimit = step.GradientLimit;
            at.Peephole = peephole;
            at.CellGain = cellGain;
            for (nint row = 0; row < step.Rows; row++)
            {
                T* rowCache = cache + row * shape.CacheSize, gradients = rowGradients + row * shape.VectorSize;
                at.Gates = gates + row * shape.Columns;
                at.CellBefore = cellBefore + row * n;
                at.Cell = cell + row * n;
                at.GateMask = gateMask + row * n;
                at.HiddenMask = hiddenMask + row * n;
                at.CellMask = cellMask + row * n;
                at.OutputGradient = dy + row * n;
                at.HiddenGradient = dh + row * n;
                at.InnerGradient = dInner + row * n;
                at.CellGradient = dc + row * n;
                at.GateHistoryGradient = dHistory + row * 3 * n;
                at.BiasGradient = gradients;
                at.PeepholeGradient = gradients + shape.PeepholeGradient;
                at.CellGainGradient = gradients + shape.CellGainGradient;
                at.CellShiftGradient = gradients + shape.CellShiftGradient;
                SetCache(ref at, shape, rowCache);
                PrefetchRow(at, shape, rowCache);
                switch (shape.CellNorm)
                {
                    case CellPlacement.None:
                        BackwardRow<TForm, NoCellNorm>(at, shape, rowCache);
                        break;
                    case CellPlacement.Carried:
                        BackwardRow<TForm, CarriedCellNorm>(at, shape, rowCache);
                        break;
                    default:
                        BackwardRow<TForm, OutputCellNorm>(at, shape, rowCache);
                        break;
                }
            }
        }
    }

    private static void ForwardRow<TForm, TNorm>(in LstmRow<T, TForm> at, LstmShape shape, T* cache, T epsilon)
        where TForm : struct, ILstmForm
        where TNorm : ICellNorm
    {
        LaneLoop<T>.Run<LstmLoops<T, TForm, TNorm>.ForwardToCell, LstmRow<T, TForm>>(at, shape.Size);
        if (TNorm.IsOn)
        {
            cache[shape.CellScale] = LayerNormalization<T>.Forward(at.NewCell, shape.Size, epsilon, at.CellNormalized);
        }

        LaneLoop<T>.Run<LstmLoops<T, TForm, TNorm>.ForwardFromCell, LstmRow<T, TForm>>(at, shape.Size);
    }

    private static void BackwardRow<TForm, TNorm>(in LstmRow<T, TForm> at, LstmShape shape, T* cache)
        where TForm : struct, ILstmForm
        where TNorm : ICellNorm
    {
        LaneLoop<T>.Run<LstmLoops<T, TForm, TNorm>.BackwardFromCell, LstmRow<T, TForm>>(at, shape.Size);
        if (TNorm.IsOn)
        {
            LayerNormalization<T>.Backward(at.ActivatedCell, at.CellNormalized, cache[shape.CellScale], shape.Size, at.ActivatedCell);
        }

        LaneLoop<T>.Run<LstmLoops<T, TForm, TNorm>.BackwardToCell, LstmRow<T, TForm>>(at, shape.Size);
    }

    /// <summary>The next row of what the forward pass has left, which by now is in no near cache.</summary>
    private static void PrefetchRow<TForm>(in LstmRow<T, TForm> at, LstmShape shape, T* cache)
        where TForm : struct, ILstmForm
    {
        Simd.Prefetch(cache + shape.CacheSize, shape.CacheSize);
        Simd.Prefetch(at.Gates + shape.Columns, shape.Columns);
        Simd.Prefetch(at.CellBefore + shape.Size, shape.Size);
    }

    private static LstmRow<T, TForm> Layout<TForm>(TForm form, LstmShape shape, T clip)
        where TForm : struct, ILstmForm => new()
        {
            Form = form,
            F = shape.F,
            G = shape.G,
            O = shape.O,
            PF = shape.PF,
            PO = shape.PO,
            Clip = clip,
        };

    private static void SetCache<TForm>(ref LstmRow<T, TForm> at, LstmShape shape, T* cache)
        where TForm : struct, ILstmForm
    {
        at.ActivatedCell = cache;
        at.NewCell = shape.Form.HoldsCell ? cache + shape.NewCell : at.Cell;
        at.HeldCellGradient = cache + shape.HeldCellGradient;
        at.CellNormalized = cache + shape.CellNormalized;
    }
}
