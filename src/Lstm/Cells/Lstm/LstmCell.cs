using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Every LSTM: with all gates or some, peepholes, layer normalisation, projection, dropout and zoneout. <see cref="LstmUnits{T, TForm}"/>
/// has the equations of the LSTM with and without peepholes and their derivatives, <see cref="LstmTerms{T, TForm, TNorm}"/> the terms that
/// options add.
/// <para>
/// Parameters: W [4H, inputSize], R [4H, H], b [4H] with the gates in the order i, f, g, o; a gate that is switched off has no rows. By
/// option: p [3H] in the order i, f, o; Q [3H, 3H] from and to i, f, o; P [P, H]; gain and shift of the gates [4H], gain_c and shift_c of
/// the cell state [H]; h0, c0. Where W x and R h' are normalised separately, gain and shift are [2, 4H]. States: h and c, and with Q also
/// gates [batch, 3H].
/// </para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>Hochreiter and Schmidhuber (1997); Gers et al. (2000); the equations are those of Greff et al. (2017), section II.</remarks>
public class LstmCell<T> : Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest H: a row of gradients or of the cache has fewer than 32 numbers for each unit.</summary>
    private const int LargestHiddenSize = int.MaxValue / 32;

    /// <summary>
    /// The number of floats in a cache line: rows of the cache that end in single numbers are padded to a multiple of it.
    /// </summary>
    private const int Alignment = 16;

    private readonly AnyForm _form;
    private readonly CellPlacement _cellNorm;
    private readonly T _clip, _epsilon;
    private readonly Gate? _i, _f, _o;
    private readonly Gate _g;
    private readonly StateBlock _h, _c;
    private readonly StateBlock? _history;              // i, f, o
    private readonly SignalBlock? _unprojected;         // o*tanh(c), which P projects to the next signal
    private readonly SignalBlock? _projected;
    private readonly MaskBlock _gateMask;
    private readonly VectorBlock<T>? _b, _p, _cellGain, _cellShift;
    private readonly CacheBlock _activated;
    private readonly CacheBlock? _cellNormalized, _scales;
    private readonly GateNormalization<T>? _normalization;

    /// <summary>Creates a cell of <paramref name="hiddenSize"/> units.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Gates, peepholes, layer normalisation, dropout, initial values; null for a plain LSTM.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1 or too large, or an option is out of range.</exception>
    /// <exception cref="ArgumentException">Two options exclude each other; the message names them.</exception>
    public LstmCell(int inputSize, int hiddenSize, LstmOptions? options = null)
        : base(inputSize, hiddenSize, options ??= new LstmOptions())
    {
        ArgumentOutOfRange.ThrowIfGreaterThan(hiddenSize, LargestHiddenSize);
        options.CheckNumbers<T>(nameof(options));
        LayerNormOptions? norm = options.LayerNorm;
        bool isSplit = norm is { Gates: GatePlacement.Split };
        (_form, _cellNorm) = (AnyForm.Of(options), norm?.Cell ?? CellPlacement.None);
        (_clip, _epsilon) = (T.CreateTruncating(options.CellClip), T.CreateTruncating(norm?.Epsilon ?? 0));

        _i = _form.HasInputGate ? AddGate("i", Activation.Sigmoid) : null;
        _f = _form.HasForgetGate ? AddGate("f", Activation.Sigmoid) : null;
        _g = AddGate("g", options.BlockActivation);
        _o = _form.HasOutputGate ? AddGate("o", Activation.Sigmoid) : null;
        int n = hiddenSize, outputs = options.Projection > 0 ? options.Projection : n, sigmoids = Gates.Count - 1;
        _h = AddState("h", outputs, isOutput: true);
        _c = AddState("c", n, isRead: true, zoneout: options.ZoneoutCell);
        _history = _form.HasGateHistory ? AddState("gates", 3 * n, canBeLearned: false) : null;
        _gateMask = AddMask("g", options.RecurrentDropout);

        AddInputWeights("W");
        RecurrentWeights = AddWeights("R", GateSize, outputs, Gates.Count);
        _b = norm is null or { Bias: true } ? AddVector("b", ForgetBias(options.ForgetBias), [GateSize], Gates.Count) : null;
        VectorBlock<T>? gain = norm is null ? null : AddVector("gain", Initializer.One, Sides(isSplit), Gates.Count * (isSplit ? 2 : 1));
        VectorBlock<T>? shift = norm is { GateShift: true } ? AddShift(options, isSplit) : null;
        _cellGain = _cellNorm == CellPlacement.None ? null : AddVector("gain_c", Initializer.One);
        _cellShift = _cellNorm == CellPlacement.None ? null : AddVector("shift_c", Initializer.Zero);
        _p = options.Peepholes && sigmoids > 0 ? AddVector("p", options.PeepholeInitializer, [sigmoids * n], sigmoids) : null;

        GateRange all = RangeOf(Gates[0], Gates[^1]);
        SignalBlock? recurrent = isSplit ? AddSignal("R h'", GateSize) : null;
        AddProduct(RecurrentWeights, from: _h, to: recurrent is null ? all : recurrent);
        if (_history != null)
        {
            Parameter<T> fromGates = AddWeights("Q", 3 * n, 3 * n, blocks: 3);
            AddProduct(fromGates, from: _history, to: RangeOf(_i!, _f!));
            AddProduct(fromGates, from: _history, to: _o!, firstRow: 2 * n);
        }

        _activated = AddCache("activated c");
        if (norm != null)
        {
            _cellNormalized = _cellNorm == CellPlacement.None ? null : AddCache("x̂ of c");
            CacheBlock normalized = AddCache("x̂ of the gates", GateSize);
            int groups = norm.Gates == GatePlacement.PerGate ? Gates.Count : 1, scales = groups + (isSplit ? 1 : 0) + 1;
            _scales = AddCache("r", scales + (Alignment - (CacheSize + scales) % Alignment) % Alignment);
            _normalization = new()
            {
                Groups = groups,
                Columns = GateSize,
                Epsilon = _epsilon,
                Gain = gain!,
                Shift = shift,
                InnerBias = norm.Gates == GatePlacement.Joint ? _b : null,
                Normalized = normalized,
                Scales = _scales,
                Recurrent = recurrent,
            };
        }

        if (options.Projection > 0)
        {
            EndStage();
            (_unprojected, _projected) = (AddSignal("o*c"), AddSignal("P", outputs));
            AddProduct("P", from: _unprojected, to: _projected);
        }

        Close();
    }

    /// <inheritdoc/>
    public override LayerDescription? Describe() =>
        Options.AddTo(new LayerDescription("lstm").With("inputSize", InputSize).With("hiddenSize", HiddenSize));

    /// <summary>R [4H, H].</summary>
    public Parameter<T> RecurrentWeights { get; }

    /// <summary>b [4H], or null for a cell without it.</summary>
    public Parameter<T>? Bias => _b?.Parameter;

    /// <summary>p [3H] of i, f, o, or null for a cell without it.</summary>
    public Parameter<T>? Peepholes => _p?.Parameter;

    /// <summary>The gain of the gates, [4H] or [2, 4H], or null for a cell without layer normalisation.</summary>
    public Parameter<T>? Gain => _normalization?.Gain.Parameter;

    /// <summary>The shift of the gates, or null for a cell without it.</summary>
    public Parameter<T>? Shift => _normalization?.Shift?.Parameter;

    /// <summary>gain_c [H], or null where the cell state is not normalised.</summary>
    public Parameter<T>? CellGain => _cellGain?.Parameter;

    /// <summary>shift_c [H], or null where the cell state is not normalised.</summary>
    public Parameter<T>? CellShift => _cellShift?.Parameter;

    /// <summary>The state c.</summary>
    internal StateBlock CellState => _c;

    internal override bool LimitsGradients => true;

    /// <inheritdoc/>
    protected internal sealed override void Forward(int stage, in CellStep<T> step)
    {
        if (stage > 0)
        {
            step.AllOf(_projected!).CopyTo(step.AllOf(_h));
            return;
        }

        _normalization?.Forward(step, CacheSize);
        if (!_form.IsFixed)
        {
            Forward(_form, step);
        }
        else if (_form is { HasBias: true, HasPeepholes: true })
        {
            Forward(default(FixedForm<On, On>), step);
        }
        else if (_form.HasBias)
        {
            Forward(default(FixedForm<On, Off>), step);
        }
        else if (_form.HasPeepholes)
        {
            Forward(default(FixedForm<Off, On>), step);
        }
        else
        {
            Forward(default(FixedForm<Off, Off>), step);
        }
    }

    /// <inheritdoc/>
    protected internal sealed override void Backward(int stage, in CellStep<T> step)
    {
        if (stage > 0)
        {
            step.AllGradients(_h).CopyTo(step.AllOf(_projected!));
            return;
        }

        AnyForm form = _form with { LimitsGradients = step.GradientLimit > T.Zero };
        if (!form.IsFixed)
        {
            Backward(form, step);
        }
        else if (form is { HasBias: true, HasPeepholes: true })
        {
            Backward(default(FixedForm<On, On>), step);
        }
        else if (form.HasBias)
        {
            Backward(default(FixedForm<On, Off>), step);
        }
        else if (form.HasPeepholes)
        {
            Backward(default(FixedForm<Off, On>), step);
        }
        else
        {
            Backward(default(FixedForm<Off, Off>), step);
        }

        _normalization?.Backward(step, CacheSize);
    }

    private void Forward<TForm>(TForm form, in CellStep<T> step)
        where TForm : struct, ILstmForm
    {
        LstmRow<T, TForm> at = FirstRow(form, step);
        for (int row = 0; row < step.Rows; row++, at.MoveOn(HiddenSize, GateSize, CacheSize, VectorSize))
        {
            switch (_cellNorm)
            {
                case CellPlacement.None when IsPlain(form):
                    LaneLoop<T>.Run<LstmUnits<T, TForm>.ToCell, LstmRow<T, TForm>>(at, HiddenSize);
                    LaneLoop<T>.Run<LstmUnits<T, TForm>.FromCell, LstmRow<T, TForm>>(at, HiddenSize);
                    break;
                case CellPlacement.None:
                    LaneLoop<T>.Run<LstmTerms<T, TForm, NoCellNorm>.ToCell, LstmRow<T, TForm>>(at, HiddenSize);
                    LaneLoop<T>.Run<LstmTerms<T, TForm, NoCellNorm>.FromCell, LstmRow<T, TForm>>(at, HiddenSize);
                    break;
                case CellPlacement.Carried:
                    LaneLoop<T>.Run<LstmTerms<T, TForm, CarriedCellNorm>.ToCell, LstmRow<T, TForm>>(at, HiddenSize);
                    LayerNormalization<T>.Forward(CellRow(at));
                    LaneLoop<T>.Run<LstmTerms<T, TForm, CarriedCellNorm>.FromCell, LstmRow<T, TForm>>(at, HiddenSize);
                    break;
                default:
                    LaneLoop<T>.Run<LstmTerms<T, TForm, OutputCellNorm>.ToCell, LstmRow<T, TForm>>(at, HiddenSize);
                    LayerNormalization<T>.Forward(CellRow(at));
                    LaneLoop<T>.Run<LstmTerms<T, TForm, OutputCellNorm>.FromCell, LstmRow<T, TForm>>(at, HiddenSize);
                    break;
            }
        }
    }

    private void Backward<TForm>(TForm form, in CellStep<T> step)
        where TForm : struct, ILstmForm
    {
        LstmRow<T, TForm> at = FirstRow(form, step);
        at.GradientLimit = step.GradientLimit;
        SetGradients(ref at, step);
        for (int row = 0; row < step.Rows; row++, at.MoveOn(HiddenSize, GateSize, CacheSize, VectorSize))
        {
            // The next row that the forward pass has left: by now it is in no cache near the core.
            at.ActivatedCell.Prefetch(CacheSize, CacheSize);
            at.Gates.Prefetch(GateSize, GateSize);
            at.CellBefore.Prefetch(HiddenSize, HiddenSize);
            switch (_cellNorm)
            {
                case CellPlacement.None when IsPlain(form):
                    LaneLoop<T>.Run<LstmUnits<T, TForm>.BackFromCell, LstmRow<T, TForm>>(at, HiddenSize);
                    LaneLoop<T>.Run<LstmUnits<T, TForm>.BackToCell, LstmRow<T, TForm>>(at, HiddenSize);
                    break;
                case CellPlacement.None:
                    LaneLoop<T>.Run<LstmTerms<T, TForm, NoCellNorm>.BackFromCell, LstmRow<T, TForm>>(at, HiddenSize);
                    LaneLoop<T>.Run<LstmTerms<T, TForm, NoCellNorm>.BackToCell, LstmRow<T, TForm>>(at, HiddenSize);
                    break;
                case CellPlacement.Carried:
                    LaneLoop<T>.Run<LstmTerms<T, TForm, CarriedCellNorm>.BackFromCell, LstmRow<T, TForm>>(at, HiddenSize);
                    LayerNormalization<T>.Backward(CellGradientRow(at));
                    LaneLoop<T>.Run<LstmTerms<T, TForm, CarriedCellNorm>.BackToCell, LstmRow<T, TForm>>(at, HiddenSize);
                    break;
                default:
                    LaneLoop<T>.Run<LstmTerms<T, TForm, OutputCellNorm>.BackFromCell, LstmRow<T, TForm>>(at, HiddenSize);
                    LayerNormalization<T>.Backward(CellGradientRow(at));
                    LaneLoop<T>.Run<LstmTerms<T, TForm, OutputCellNorm>.BackToCell, LstmRow<T, TForm>>(at, HiddenSize);
                    break;
            }
        }
    }

    /// <summary>
    /// Returns whether the equations are those of <see cref="LstmUnits{T, TForm}"/>; for a fixed form the compiler knows the answer.
    /// </summary>
    private static bool IsPlain<TForm>(TForm form)
        where TForm : struct, ILstmForm => form is FixedForm<On, On> or FixedForm<On, Off>;

    /// <summary>Returns the row for normalising the cell state c.</summary>
    private NormalizedRow<T> CellRow<TForm>(in LstmRow<T, TForm> at)
        where TForm : struct, ILstmForm => new()
        {
            Groups = 1,
            Size = HiddenSize,
            Epsilon = _epsilon,
            Values = at.Cell,
            Normalized = at.CellNormalized,
            Scales = at.CellScale,
        };

    private NormalizedRow<T> CellGradientRow<TForm>(in LstmRow<T, TForm> at)
        where TForm : struct, ILstmForm => CellRow(at) with { Values = at.ActivatedCell, Result = at.ActivatedCell };

    private LstmRow<T, TForm> FirstRow<TForm>(TForm form, in CellStep<T> step)
        where TForm : struct, ILstmForm
    {
        Numbers<T> gates = Numbers<T>.Of(step.Gates), cache = Numbers<T>.Of(step.Caches);
        LstmRow<T, TForm> at = new()
        {
            Form = form,
            Clip = _clip,
            Gates = gates,
            I = gates,
            F = gates + (_f?.FirstColumn ?? 0),
            G = gates + _g.FirstColumn,
            O = gates + (_o?.FirstColumn ?? 0),
            CellBefore = Numbers<T>.Of(step.AllBefore(_c)),
            Cell = Numbers<T>.Of(step.AllOf(_c)),
            Hidden = Numbers<T>.Of(_unprojected is null ? step.AllOf(_h) : step.AllOf(_unprojected)),
            GateMask = Numbers<T>.Of(step.AllOf(_gateMask)),
            ActivatedCell = cache + _activated.Offset,
        };
        if (form.HasBias && _b != null)
        {
            at.BiasI = Numbers<T>.Of(_b.Parameter.Current);
            (at.BiasF, at.BiasG, at.BiasO) =
                (at.BiasI + (_f?.FirstColumn ?? 0), at.BiasI + _g.FirstColumn, at.BiasI + (_o?.FirstColumn ?? 0));
        }

        if (_p != null)
        {
            at.PeepholeI = Numbers<T>.Of(_p.Parameter.Current);
            (at.PeepholeF, at.PeepholeO) = (at.PeepholeI + (_f?.FirstColumn ?? 0), at.PeepholeI + _g.FirstColumn);
        }

        if (_history != null)
        {
            at.HistoryI = Numbers<T>.Of(step.AllOf(_history));
            (at.HistoryF, at.HistoryO) = (at.HistoryI + HiddenSize, at.HistoryI + 2 * HiddenSize);
        }

        if (_cellNormalized != null)
        {
            (at.CellNormalized, at.CellScale) = (cache + _cellNormalized.Offset, cache + (_scales!.Offset + _scales.Size - 1));
            (at.CellGain, at.CellShift) = (Numbers<T>.Of(_cellGain!.Parameter.Current), Numbers<T>.Of(_cellShift!.Parameter.Current));
        }

        return at;
    }

    private void SetGradients<TForm>(ref LstmRow<T, TForm> at, in CellStep<T> step)
        where TForm : struct, ILstmForm
    {
        Numbers<T> vectors = Numbers<T>.Of(step.VectorGradients);
        at.HiddenGradient = Numbers<T>.Of(_unprojected is null ? step.AllGradients(_h) : step.AllGradients(_unprojected));
        at.CellGradient = Numbers<T>.Of(step.AllGradients(_c));
        if (at.Form.HasBias && _b != null)
        {
            at.BiasGradientI = vectors + _b.Offset;
            at.BiasGradientF = at.BiasGradientI + (_f?.FirstColumn ?? 0);
            at.BiasGradientG = at.BiasGradientI + _g.FirstColumn;
            at.BiasGradientO = at.BiasGradientI + (_o?.FirstColumn ?? 0);
        }

        if (_p != null)
        {
            at.PeepholeGradientI = vectors + _p.Offset;
            at.PeepholeGradientF = at.PeepholeGradientI + (_f?.FirstColumn ?? 0);
            at.PeepholeGradientO = at.PeepholeGradientI + _g.FirstColumn;
        }

        if (_history != null)
        {
            at.HistoryGradientI = Numbers<T>.Of(step.AllGradients(_history));
            (at.HistoryGradientF, at.HistoryGradientO) = (at.HistoryGradientI + HiddenSize, at.HistoryGradientI + 2 * HiddenSize);
        }

        if (_cellGain != null)
        {
            (at.CellGainGradient, at.CellShiftGradient) = (vectors + _cellGain.Offset, vectors + _cellShift!.Offset);
        }
    }

    private VectorBlock<T> AddShift(LstmOptions options, bool isSplit)
    {
        // The forget bias is in one place only: in the bias or, without one, in the first of the shifts.
        double forget = options.LayerNorm!.Bias ? 0 : options.ForgetBias;
        return AddVector("shift", ForgetBias(forget, isSplit ? 2 : 1), Sides(isSplit), Gates.Count * (isSplit ? 2 : 1));
    }

    private int[] Sides(bool isSplit) => isSplit ? [2, GateSize] : [GateSize];

    /// <summary>
    /// Returns the first values of each gate of one side or two: <paramref name="forget"/> for the forget gate of the first side, else 0.
    /// </summary>
    private Initializer ForgetBias(double forget, int sides = 1) => Initializer.PerGate(
        [.. Gates.Select(gate => gate == _f ? forget : 0), .. new double[(sides - 1) * Gates.Count]]);
}
