namespace Lstm.Mutations;

/// <summary>Every term of every backward pass, flipped or dropped.</summary>
internal static class Catalogue
{
    private const string Gates = "Kernels/LstmGates.cs";
    private const string NormGates = "Kernels/LayerNormLstmGates.cs";
    private const string Norm = "Kernels/LayerNormalization.cs";
    private const string Pass = "Bptt/RecurrentPass.cs";
    private const string Engine = "Bptt/Bptt.cs";
    private const string Softmax = "Losses/SoftmaxCrossEntropy.cs";
    private const string Elementwise = "Losses/ElementwiseLoss.cs";
    private const string Elements = "Kernels/ElementLosses.cs";
    private const string Selection = "Losses/LossSteps.cs";
    private const string Ctc = "Losses/Ctc.cs";
    private const string Lattice = "Kernels/CtcLattice.cs";
    private const string Projection = "Layers/InputProjection.cs";

    public static IEnumerable<Mutation> All =>
    [
        // (6) h = o * tanh(c), (5) the output gate
        new(Gates, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.OutputGradient + u)"),
        new(Gates, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.HiddenGradient + u)"),
        new(Gates, "dh * tanhC * o * (one - o)", "dh * tanhC * o"),
        new(Gates, "dh * tanhC * o * (one - o)", "dh * tanhC * (one - o)"),
        new(Gates, "dh * tanhC * o * (one - o)", "dh * o * (one - o)"),
        new(Gates, "TLane.Load(at.CellGradient + u) + dh * o", "dh * o"),
        new(Gates, "TLane.Load(at.CellGradient + u) + dh * o", "TLane.Load(at.CellGradient + u) - dh * o"),
        new(Gates, "dh * o * (one - tanhC * tanhC)", "dh * (one - tanhC * tanhC)"),
        new(Gates, "dh * o * (one - tanhC * tanhC)", "dh * o * (one + tanhC * tanhC)"),
        new(Gates, "dh * o * (one - tanhC * tanhC)", "dh * o"),
        new(Gates, "dc += TLane.Load(at.Peephole + 2 * n + u) * dao", "dc -= TLane.Load(at.Peephole + 2 * n + u) * dao"),
        new(Gates, "dc += TLane.Load(at.Peephole + 2 * n + u) * dao", "dc += dao"),
        new(Gates, "dc += TLane.Load(at.Peephole + 2 * n + u) * dao;", ""),

        // (4) c = f * c' + i * g, (3)(2)(1) its gates
        new(Gates, "dc * i * (one - g * g)", "dc * (one - g * g)"),
        new(Gates, "dc * i * (one - g * g)", "dc * i"),
        new(Gates, "dc * i * (one - g * g)", "dc * i * (one + g * g)"),
        new(Gates, "dc * cPrev * f * (one - f)", "dc * f * (one - f)"),
        new(Gates, "dc * cPrev * f * (one - f)", "dc * cPrev * f"),
        new(Gates, "dc * cPrev * f * (one - f)", "dc * cPrev * (one - f)"),
        new(Gates, "dc * g * i * (one - i)", "dc * i * (one - i)"),
        new(Gates, "dc * g * i * (one - i)", "dc * g * i"),
        new(Gates, "dc * g * i * (one - i)", "dc * g * (one - i)"),
        new(Gates, "TLane dcPrev = dc * f;", "TLane dcPrev = dc;"),
        new(Gates, "TLane dcPrev = dc * f;", "TLane dcPrev = default;"),
        new(Gates, "dcPrev += TLane.Load(at.Peephole + u) * dai;", ""),
        new(Gates, "dcPrev += TLane.Load(at.Peephole + u) * dai;", "dcPrev -= TLane.Load(at.Peephole + u) * dai;"),
        new(Gates, "dcPrev += TLane.Load(at.Peephole + n + u) * daf;", ""),
        new(Gates, "dcPrev += TLane.Load(at.Peephole + n + u) * daf;", "dcPrev -= TLane.Load(at.Peephole + n + u) * daf;"),

        // the vectors
        new(Gates, "Add(at.PeepholeGradient + u, dai * cPrev);", ""),
        new(Gates, "Add(at.PeepholeGradient + u, dai * cPrev);", "Add(at.PeepholeGradient + u, dai * TLane.Load(at.Cell + u));"),
        new(Gates, "Add(at.PeepholeGradient + n + u, daf * cPrev);", ""),
        new(Gates, "Add(at.PeepholeGradient + n + u, daf * cPrev);", "Add(at.PeepholeGradient + n + u, daf * TLane.Load(at.Cell + u));"),
        new(Gates, "Add(at.PeepholeGradient + 2 * n + u, dao * TLane.Load(at.Cell + u));", ""),
        new(Gates, "Add(at.PeepholeGradient + 2 * n + u, dao * TLane.Load(at.Cell + u));", "Add(at.PeepholeGradient + 2 * n + u, dao * cPrev);"),
        new(Gates, "Add(at.BiasGradient + u, dai);", ""),
        new(Gates, "Add(at.BiasGradient + n + u, daf);", ""),
        new(Gates, "Add(at.BiasGradient + 2 * n + u, dag);", ""),
        new(Gates, "Add(at.BiasGradient + 3 * n + u, dao);", ""),

        // layer normalisation: mean, variance, scale
        new(Norm, "TLane.Load(dNormalized + u) - byMeans", "TLane.Load(dNormalized + u)"),
        new(Norm, "TLane.Load(dNormalized + u) - byMeans", "TLane.Load(dNormalized + u) + byMeans"),
        new(Norm, " - TLane.Load(normalized + u) * byVariances", ""),
        new(Norm, " - TLane.Load(normalized + u) * byVariances", " + TLane.Load(normalized + u) * byVariances"),
        new(Norm, "(d * scale).Store(dv + u)", "d.Store(dv + u)"),
        new(Norm, "(dNormalized[u] - byMean - normalized[u] * byVariance) * r", "(dNormalized[u] - normalized[u] * byVariance) * r"),
        new(Norm, "(dNormalized[u] - byMean - normalized[u] * byVariance) * r", "(dNormalized[u] - byMean) * r"),
        new(Norm, "(dNormalized[u] - byMean - normalized[u] * byVariance) * r", "dNormalized[u] - byMean - normalized[u] * byVariance"),
        new(Norm, "T byMean = (sum + TLane.Sum(sums)) / count", "T byMean = TLane.Sum(sums) / count"),
        new(Norm, "T byMean = (sum + TLane.Sum(sums)) / count", "T byMean = sum / count"),
        new(Norm, "(product + TLane.Sum(products)) / count", "TLane.Sum(products) / count"),
        new(Norm, "(product + TLane.Sum(products)) / count", "product / count"),

        // the layer-normalised cell
        new(NormGates, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.OutputGradient + u)"),
        new(NormGates, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.HiddenGradient + u)"),
        new(NormGates, "dh * tanhC * o * (one - o)", "dh * tanhC * o"),
        new(NormGates, "dh * tanhC * o * (one - o)", "dh * o * (one - o)"),
        new(NormGates, "TLane.Load(at.CellGradient + u) + dh * o", "dh * o"),
        new(NormGates, "dh * o * (one - tanhC * tanhC)", "dh * o"),
        new(NormGates, "dh * o * (one - tanhC * tanhC)", "dh * (one - tanhC * tanhC)"),
        new(NormGates, "dc += TLane.Load(at.Peephole + 2 * n + u) * dao;", ""),
        new(NormGates, "dc += TLane.Load(at.Peephole + 2 * n + u) * dao;", "dc -= TLane.Load(at.Peephole + 2 * n + u) * dao;"),
        new(NormGates, "Add(at.PeepholeGradient + 2 * n + u, dao * TLane.Load(at.Cell + u));", ""),
        new(NormGates, "dao * TLane.Load(at.Cell + u)", "dao * TLane.Load(at.CellBefore + u)"),
        new(NormGates, "Add(at.CellGainGradient + u, dc * TLane.Load(at.CellNormalized + u));", ""),
        new(NormGates, "Add(at.CellShiftGradient + u, dc);", ""),
        new(NormGates, "(dc * TLane.Load(at.CellGain + u)).Store(at.CellGradient + u);", "dc.Store(at.CellGradient + u);"),
        new(NormGates, "LayerNormalization<T>.Backward(at.CellGradient, at.CellNormalized, at.Scale[4], n, at.CellGradient);", ""),
        new(NormGates, "at.Scale[4], n, at.CellGradient", "at.Scale[3], n, at.CellGradient"),
        new(NormGates, "dRaw * i * (one - g * g)", "dRaw * i"),
        new(NormGates, "dRaw * i * (one - g * g)", "dRaw * (one - g * g)"),
        new(NormGates, "dRaw * cPrev * f * (one - f)", "dRaw * f * (one - f)"),
        new(NormGates, "dRaw * cPrev * f * (one - f)", "dRaw * cPrev * f"),
        new(NormGates, "dRaw * g * i * (one - i)", "dRaw * i * (one - i)"),
        new(NormGates, "dRaw * g * i * (one - i)", "dRaw * g * i"),
        new(NormGates, "TLane dcPrev = dRaw * f;", "TLane dcPrev = dRaw;"),
        new(NormGates, "dcPrev += TLane.Load(at.Peephole + u) * dai;", ""),
        new(NormGates, "dcPrev += TLane.Load(at.Peephole + n + u) * daf;", ""),
        new(NormGates, "Add(at.PeepholeGradient + u, dai * cPrev);", ""),
        new(NormGates, "Add(at.PeepholeGradient + n + u, daf * cPrev);", ""),
        new(NormGates, "Add(at.GainGradient + k, da * TLane.Load(at.Normalized + k));", ""),
        new(NormGates, "Add(at.ShiftGradient + k, da);", ""),
        new(NormGates, "(da * TLane.Load(at.Gain + k)).Store(at.Gates + k);", "da.Store(at.Gates + k);"),
        new(NormGates, "LayerNormalization<T>.Backward(gradient, at.Normalized + gate * n, at.Scale[gate], n, gradient);", ""),

        // through time
        new(Pass, "new(hiddenGradient, rows, hiddenSize), accumulate: false", "new(hiddenGradient, rows, hiddenSize), accumulate: true"),
        new(Pass, "int t = _steps - 1; t >= 0; t--", "int t = _steps - 1; t > 0; t--"),
        new(Pass, "_hidden.Span.Slice(0, rows * _cell.HiddenSize), rows", "_hidden.Span.Slice(StateSize, rows * _cell.HiddenSize), rows"),
        new("Kernels/Gemm.cs", "C = new(originC, c1), Rows = a.Rows, Accumulate = true", "C = new(originC, c1), Rows = a.Rows, Accumulate = false"),
        new("Kernels/Gemm.cs", "GemmBlock<T>.Run(a, job.OtherB, k, job.OtherC.At(row, 0), rows, accumulate: true);", ""),
        new(Pass, "_hiddenState.FinalGradient.CopyTo(_hiddenGradient.Span);", ""),
        new(Pass, "_cellState.FinalGradient.CopyTo(_cellGradient.Span);", ""),
        new(Pass, "_hiddenGradient.Span.CopyTo(_hiddenState.InitialGradient);", ""),
        new(Pass, "_cellGradient.Span.CopyTo(_cellState.InitialGradient);", ""),
        new(Pass, "_hiddenState.FinalGradient.Clear();", ""),
        new(Pass, "_cellState.FinalGradient.Clear();", ""),
        new(Pass, "_rowGradients.Span.Clear();", ""),
        new(Pass, "_hiddenState.Value.CopyTo(_hidden.Span);", ""),
        new(Pass, "_cellState.Value.CopyTo(_cells.Span);", ""),
        new(Pass, "column += vector.Length;", ""),
        new(Engine, "OutputGradient.Clear();", ""),
        new(Engine, "_canGoBack = false;\n        for (int k = _passes.Length - 1; k >= 0; k--)", "for (int k = _passes.Length - 1; k >= 0; k--)"),

        // input, dense, embedding, loss
        new(Projection, "x, WeightGradient, accumulate: true", "x, WeightGradient, accumulate: false"),
        new(Projection, "new(inputGradient, rows, _inputSize), accumulate: false", "new(inputGradient, rows, _inputSize), accumulate: true"),
        new(Projection, "hiddenBefore, dr, x, WeightGradient", "x, WeightGradient, x, WeightGradient"),
        new(Projection, "Transpose.Add(", "Transpose.Assign("),
        new(Projection, "byToken.Clear();", ""),
        new("Kernels/RowSums.cs", "sums.Slice(selected[k] * columns, columns)", "sums.Slice(0, columns)"),
        new("Layers/Dense.cs", "RowSums.AddTo(dy, layer.OutputSize, 0, layer.Bias.Gradient);", ""),
        new("Layers/Embedding.cs", "RowSums.AddToSelected<T>(OutputGradient, input.Tokens, layer.OutputSize, layer.Table.Gradient)", "_ = Context"),

        // softmax cross-entropy, its weights and smoothing
        new(Softmax, "gradient[target] -= scale;", ""),
        new(Softmax, "scale / total", "scale"),
        new(Softmax, "scale / total", "T.One / total"),
        new(Softmax, "gradient[target] += scale * T.CreateTruncating(smoothing);", ""),
        new(Softmax, "gradient[target] += scale * T.CreateTruncating(smoothing);", "gradient[target] += T.CreateTruncating(smoothing);"),
        new(Softmax, "Softmax.Subtract(gradient, scale * T.CreateTruncating(spread));", ""),
        new(Softmax, "scale * T.CreateTruncating(spread)", "T.CreateTruncating(spread)"),
        new(Softmax, "EvaluateRow(logits, target, gradient, scale) - smoothed", "EvaluateRow(logits, target, gradient, scale)"),
        new(Softmax, "EvaluateRow(logits, target, gradient, scale) - smoothed", "EvaluateRow(logits, target, gradient, scale) + smoothed"),
        new(Softmax, "T.CreateTruncating(weight * factor)", "T.CreateTruncating(factor)"),
        new(Softmax, "? weight * EvaluateSmoothed", "? EvaluateSmoothed"),
        new(Softmax, ": weight * EvaluateRow", ": EvaluateRow"),
        new(Softmax, "total > 0 ? 1 / total : 0", "1.0 / rows"),
        new(Softmax, "rowGradient.Clear();", ""),

        // losses of single numbers
        new(Elements, "derivative = d + d;", "derivative = d;"),
        new(Elements, "TLane.CopySign(c, d)", "c"),
        new(Elements, "TLane.CopySign(c, d)", "d"),
        new(Elements, "c * (size - half * c)", "c * (size - c)"),
        new(Elements, "c * (size - half * c)", "c * size"),
        new(Elements, "numerator / (one + e) - t", "numerator / (one + e)"),
        new(Elements, "numerator / (one + e) - t", "numerator - t"),
        new(Elements, "TLane.MultiplyAdd(isPositive, one - e, e)", "e"),
        new(Elements, "TLane.Max(zero, y) - y * t", "TLane.Max(zero, y)"),
        new(Elements, "TLane.Max(zero, y) - y * t", "y - y * t"),
        new(Elements, " + Logarithm.Log1p<TLane, T>(e);", ";"),
        new(Elements, "(derivative * scale).Store", "derivative.Store"),
        new(Elementwise, "sum += weight * ElementLosses", "sum += ElementLosses"),
        new(Elementwise, "T.CreateTruncating(weight * factor)", "T.CreateTruncating(factor)"),
        new(Elementwise, "steps.TotalWeight(rows) * size", "rows * size"),
        new(Elementwise, "steps.TotalWeight(rows) * size", "steps.TotalWeight(rows)"),
        new(Elementwise, "runGradient.Clear();", ""),
        new(Selection, "_lastOnly ? step == length - 1 : step < length", "step < length"),
        new(Selection, "_lastOnly ? step == length - 1 : step < length", "_lastOnly ? step == _steps - 1 : step < length"),
        new(Selection, "_weights.IsEmpty ? 1 : _weights[Target(row)]", "1"),
        new(Selection, " && Target(end) == Target(end - 1) + 1", ""),

        // connectionist temporal classification
        new(Lattice, "repeats ? LogZero : 0;", "0;"),
        new(Lattice, "repeats ? LogZero : 0;", "LogZero;"),
        new(Lattice, "skips[_states] = 0;", ""),
        new(Lattice, "_alphas.Span[..((steps + 1) * _stride)].Fill(LogZero);", ""),
        new(Lattice, "_ends.Span.Fill(LogZero);", ""),
        new(Lattice, "_emissions.Span.Fill(LogZero);", ""),
        new(Lattice, "(arrived, skipped)", "(arrived, arrived)"),
        new(Lattice, "(arrived, skipped) + TLane.Load(at.Emission + s)", "(arrived, skipped)"),
        new(Lattice, "TLane.Load(at.Before + s), TLane.Load(at.Before + s - 1)", "TLane.Load(at.Before + s), TLane.Load(at.Before + s)"),
        new(Lattice, "TLane.Load(at.Before + s - 2) + TLane.Load(at.Skip + s)", "TLane.Load(at.Before + s - 2)"),
        new(Lattice, "TLane.Load(at.End + s), TLane.Load(at.End + s + 1)", "TLane.Load(at.End + s), TLane.Load(at.End + s)"),
        new(Lattice, "TLane.Load(at.End + s + 2) + TLane.Load(at.Skip + s + 2)", "TLane.Load(at.End + s + 2)"),
        new(Lattice, "TLane.Load(at.End + s + 2) + TLane.Load(at.Skip + s + 2)", "TLane.Load(at.End + s + 2) + TLane.Load(at.Skip + s)"),
        new(Lattice, "TLane.Load(at.Alpha + s) + beta - logProbability", "beta - logProbability"),
        new(Lattice, "TLane.Load(at.Alpha + s) + beta - logProbability", "TLane.Load(at.Alpha + s) + beta"),
        new(Lattice, "(beta + TLane.Load(at.Emission + s)).Store(at.End + s);", "beta.Store(at.End + s);"),
        new(Ctc, "T.CreateTruncating(weight) / total", "T.One / total"),
        new(Ctc, "blank += posteriors[2 * label + 2];", ""),
        new(Ctc, "gradient[target[label]] -= T.CreateTruncating(weight * posteriors[2 * label + 1]);", ""),
        new(Ctc, "gradient[Blank] -= T.CreateTruncating(weight * blank);", ""),
        new(Ctc, "T.CreateTruncating(weight * blank)", "T.CreateTruncating(blank)"),
        new(Ctc, "fromStep: double.IsPositiveInfinity(loss) ? 0 : steps", "fromStep: batch.Steps"),
        new(Ctc, "batch.ClearGradient(sequence, fromStep: 0);", ""),

        .. OptimizerCatalogue.All,
    ];
}
