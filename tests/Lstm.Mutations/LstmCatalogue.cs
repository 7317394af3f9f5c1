namespace Lstm.Mutations;

/// <summary>The LSTM and its way through time.</summary>
internal static class LstmCatalogue
{
    private const string Units = "Kernels/LstmUnits.cs";
    private const string Loops = "Kernels/LstmLoops.cs";
    private const string Gates = "Kernels/LstmGates.cs";
    private const string Affine = "Kernels/AffineNormalization.cs";
    private const string Groups = "Kernels/GateNormalization.cs";
    private const string Cell = "Cells/LstmCell.cs";
    private const string Projected = "Kernels/ProjectedHidden.cs";
    private const string Pass = "Bptt/RecurrentPass.cs";
    private const string Factor = "Optimizers/GradientFactor.cs";
    private const string State = "Bptt/CarriedState.cs";
    private const string Dropped = "Bptt/DroppedWeights.cs";

    public static IEnumerable<Mutation> All =>
    [
        // (6) h = o * tanh(c), (5) the output gate, (7)(8) zoneout
        new(Units, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u);", "TLane.Load(at.OutputGradient + u);"),
        new(Units, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u);", "TLane.Load(at.HiddenGradient + u);"),
        new(Units, "TLane dOutputGate = dh * activated;", "TLane dOutputGate = dh;"),
        new(Units, "dOutputGate * o * (one - o)", "dOutputGate * o"),
        new(Units, "dOutputGate * o * (one - o)", "dOutputGate * (one - o)"),
        new(Units, "dh * o * Activations.Slope<TLane, T>(at.Form.OutputActivation, activated)", "dh * Activations.Slope<TLane, T>(at.Form.OutputActivation, activated)"),
        new(Units, "dh * o * Activations.Slope<TLane, T>(at.Form.OutputActivation, activated)", "dh * o"),
        new(Units, "dc += TLane.Load(at.Peephole + at.PO + u) * dao;", ""),
        new(Units, "dc += TLane.Load(at.Peephole + at.PO + u) * dao;", "dc -= TLane.Load(at.Peephole + at.PO + u) * dao;"),
        new(Units, "dao * TLane.Load(at.NewCell + u)", "dao * TLane.Load(at.CellBefore + u)"),
        new(Units, "dao * TLane.Load(at.NewCell + u)", "dao"),
        new(Units, "Add(at.BiasGradient + at.O + u, dao);", ""),
        new(Units, "((one - m) * dh).Store(at.HiddenGradient + u);", "dh.Store(at.HiddenGradient + u);"),
        new(Units, "dh *= m;", ""),
        new(Units, "((one - m) * dc).Store(at.HeldCellGradient + u);", "dc.Store(at.HeldCellGradient + u);"),
        new(Units, "dc *= m;", ""),
        new(Units, "dOutputGate += TLane.Load(at.GateHistoryGradient + at.PO + u);", ""),

        // (4) c = f * c' + i * g, (3)(2)(1) its gates
        new(Units, "TLane dcPrev = dc * f;", "TLane dcPrev = dc;"),
        new(Units, "TLane dcPrev = dc * f;", "TLane dcPrev = default;"),
        new(Units, "dcPrev += TLane.Load(at.HeldCellGradient + u);", ""),
        new(Units, "slope *= m;", ""),
        new(Units, "dc * i * slope", "dc * slope"),
        new(Units, "dc * i * slope", "dc * i"),
        new(Units, "Add(at.BiasGradient + at.G + u, dag);", ""),
        new(Units, "TLane dInputGate = dc * g;", "TLane dInputGate = dc;"),
        new(Units, "dInputGate -= dc * cPrev;", ""),
        new(Units, "dInputGate -= dc * cPrev;", "dInputGate += dc * cPrev;"),
        new(Units, "dInputGate += TLane.Load(at.GateHistoryGradient + at.PI + u);", ""),
        new(Units, "dInputGate * i * (one - i)", "dInputGate * i"),
        new(Units, "dInputGate * i * (one - i)", "dInputGate * (one - i)"),
        new(Units, "dcPrev += TLane.Load(at.Peephole + at.PI + u) * dai;", ""),
        new(Units, "dcPrev += TLane.Load(at.Peephole + at.PI + u) * dai;", "dcPrev -= TLane.Load(at.Peephole + at.PI + u) * dai;"),
        new(Units, "Add(at.PeepholeGradient + at.PI + u, dai * cPrev);", ""),
        new(Units, "Add(at.PeepholeGradient + at.PI + u, dai * cPrev);", "Add(at.PeepholeGradient + at.PI + u, dai);"),
        new(Units, "Add(at.BiasGradient + at.I + u, dai);", ""),
        new(Units, "TLane dForgetGate = dc * cPrev;", "TLane dForgetGate = dc;"),
        new(Units, "dForgetGate += TLane.Load(at.GateHistoryGradient + at.PF + u);", ""),
        new(Units, "dForgetGate * f * (one - f)", "dForgetGate * f"),
        new(Units, "dForgetGate * f * (one - f)", "dForgetGate * (one - f)"),
        new(Units, "dcPrev += TLane.Load(at.Peephole + at.PF + u) * daf;", ""),
        new(Units, "dcPrev += TLane.Load(at.Peephole + at.PF + u) * daf;", "dcPrev -= TLane.Load(at.Peephole + at.PF + u) * daf;"),
        new(Units, "Add(at.PeepholeGradient + at.PF + u, daf * cPrev);", ""),
        new(Units, "Add(at.PeepholeGradient + at.PF + u, daf * cPrev);", "Add(at.PeepholeGradient + at.PF + u, daf);"),
        new(Units, "Add(at.BiasGradient + at.F + u, daf);", ""),
        new(Units, "? dc * TLane.IsGreater(", "? TLane.IsGreater("),

        // (10)(11) gradients with limits
        new(Units, "dao = Limit(at, dao);", ""),
        new(Units, "dag = Limit(at, dag);", ""),
        new(Units, "dai = Limit(at, dai);", ""),
        new(Units, "daf = Limit(at, daf);", ""),
        new(Pass, "factor.Apply(_at.Gates.Rows(t, row, 1));", ""),
        new(Pass, "factor.Apply(_at.Recurrent.Rows(t, row, 1));", ""),
        new(Pass, "factor.Apply(ofStep);", ""),
        new(Pass, "ofStep.Clear();", ""),
        new(Pass, "StepClipper.Clip(_at.Hidden.Gradient.Rows(0, first, rows), limits.HiddenGradient);", ""),
        new(Factor, "Math.ScaleB(limit, -limitExponent) / Math.ScaleB(root, -rootExponent)", "Math.ScaleB(limit, -limitExponent)"),
        new(Factor, " || !(norm.Root > limit)", ""),

        // (4n) the normalised cell state
        new(Loops, "(dc + dShown).Store(at.CellGradient + u);", "dShown.Store(at.CellGradient + u);"),
        new(Loops, "(dc + dShown).Store(at.CellGradient + u);", "dc.Store(at.CellGradient + u);"),
        new(Loops, "BackClip(at, u, dc + dShown)", "BackClip(at, u, dShown)"),
        new(Loops, "dShown * TLane.Load(at.CellNormalized + u)", "dShown"),
        new(Loops, "LstmUnits<T, TForm>.Add(at.CellShiftGradient + u, dShown);", ""),
        new(Loops, "(dShown * TLane.Load(at.CellGain + u)).Store(at.ActivatedCell + u);", "dShown.Store(at.ActivatedCell + u);"),
        new(Loops, "dc += TLane.Load(at.ActivatedCell + u);", ""),
        new(Gates, "LayerNormalization<T>.Backward(at.ActivatedCell, at.CellNormalized, cache[shape.CellScale], shape.Size, at.ActivatedCell);", ""),

        // the normalised gates
        new(Affine, "TLane.MultiplyAdd(dy, TLane.Load(at.Normalized + u), TLane.Load(at.GainGradient + u)).Store(at.GainGradient + u);", ""),
        new(Affine, "(TLane.Load(at.ShiftGradient + u) + dy).Store(at.ShiftGradient + u);", ""),
        new(Affine, "return TLane.Load(at.Gain + u) * dy;", "return dy;"),
        new(Affine, " - byMeans - TLane.Load(at.Normalized + u) * byVariances;", " - TLane.Load(at.Normalized + u) * byVariances;"),
        new(Affine, " - byMeans - TLane.Load(at.Normalized + u) * byVariances;", " - byMeans;"),
        new(Affine, "byMeans = TLane.Broadcast(byMean[k])", "byMeans = TLane.Broadcast(byMean[0])"),
        new(Affine, "byVariances = TLane.Broadcast(byVariance[k])", "byVariances = TLane.Broadcast(byVariance[0])"),
        new(Affine, "scale = TLane.Broadcast(at.Scales[k])", "scale = TLane.Broadcast(at.Scales[0])"),
        new(Affine, "(d * scale).Store(at.Result + u);", "d.Store(at.Result + u);"),
        new(Affine, "byMean[k] = (sum + TLane.Sum(sums)) / count;", "byMean[k] = TLane.Sum(sums) / count;"),
        new(Affine, "byMean[k] = (sum + TLane.Sum(sums)) / count;", "byMean[k] = sum / count;"),
        new(Affine, "(product + TLane.Sum(products)) / count", "TLane.Sum(products) / count"),
        new(Affine, "(product + TLane.Sum(products)) / count", "product / count"),
        new(Groups, "AffineNormalization<T>.Backward(d, other, r + 1, g + _columns, dg + _columns, otherShift, 1, _columns, other);", ""),
        new(Cell, "AddInnerBiasGradients(step, innerBias);", ""),
        new(Projected, "step.HiddenGradient[k] = (T.One - m[k]) * step.ProductGradient[k];", "step.HiddenGradient[k] = step.ProductGradient[k];"),
        new(Projected, "step.ProductGradient[k] *= m[k];", ""),

        // through time
        new(Pass, "for (int t = _endStep - 1; t >= _firstStep; t--)", "for (int t = _endStep - 1; t > _firstStep; t--)"),
        new(Pass, "AddWeightGradients(_firstStep, _endStep - _firstStep);", ""),
        new(Pass, "_dropped?.AddGradient();", ""),
        new(Pass, "column += vector.Length;", ""),
        new(Pass, "TensorPrimitives.Multiply(masked, mask, gradient);", "masked.CopyTo(gradient);"),
        new(Pass, "HashSet<ProductSource> begun = _cell.PassesHiddenGradient && _at.HiddenMask is null ? [ProductSource.Hidden] : [];", "HashSet<ProductSource> begun = [];"),
        new(State, "start.CopyTo(Values.Rows(0, row, 1));", ""),
        new(State, "Of(State.FinalGradient, row).CopyTo(Gradient.Rows(0, row, 1));", ""),
        new(State, "State.FinalGradient.Clear();", ""),
        new(State, "Gradient.Rows(0, row, 1).CopyTo(Of(State.InitialGradient, row));", ""),
        new(State, "RowSums.AddTo<T>(State.InitialGradient, _started.AsSpan(0, count), _initial.Gradient);", ""),
        new(Dropped, "_mask.Span, _weights.Gradient, _weights.Gradient", "_weights.Gradient, _weights.Gradient, _weights.Gradient"),
    ];
}
