namespace Lstm.Mutations;

/// <summary>Every term of every backward pass, flipped or dropped.</summary>
internal static class Catalogue
{
    private const string Norm = "Kernels/LayerNormalization.cs";
    private const string AffineNorm = "Kernels/AffineNormalization.cs";
    private const string Engine = "Bptt/Bptt.cs";
    private const string SoftmaxRow = "Losses/SoftmaxRow.cs";
    private const string Softmax = "Losses/SoftmaxCrossEntropy.cs";
    private const string Elementwise = "Losses/ElementwiseLoss.cs";
    private const string Reduced = "Losses/LossReduction.cs";
    private const string Elements = "Kernels/ElementLosses.cs";
    private const string Selection = "Losses/LossSteps.cs";
    private const string Ctc = "Losses/Ctc.cs";
    private const string Lattice = "Kernels/CtcLattice.cs";
    private const string Projection = "Layers/InputProjection.cs";
    private const string Flow = "Diagnostics/FlowRecorder.cs";
    private const string Trace = "Diagnostics/TraceRecorder.cs";
    private const string CellGradient = "Diagnostics/CellGradientProbe.cs";

    public static IEnumerable<Mutation> All =>
    [
        .. LstmCatalogue.All,

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

        // what rounding has left of the mean
        new(Norm, " - rest * rest", ""),
        new(Norm, "TLane.Load(v + u) - means - rests", "TLane.Load(v + u) - means"),
        new(Norm, "v[u] - mean - rest", "v[u] - mean"),
        new(AffineNorm, "TLane.Load(at.Values + u) - meanLane - restLane", "TLane.Load(at.Values + u) - meanLane"),
        new(AffineNorm, "at.Values[u] - mean - rest", "at.Values[u] - mean"),

        // products and their sums
        new("Kernels/Gemm.cs", "C = new(originC, c1), Rows = a.Rows, Accumulate = true", "C = new(originC, c1), Rows = a.Rows, Accumulate = false"),
        new("Kernels/Gemm.cs", "GemmBlock<T>.Run(a, job.OtherB, k, job.OtherC.At(row, 0), accumulate: true);", ""),
        new("Kernels/GemmBlock.cs", "second = columns > width / 2", "second = columns == width"),
        new("Kernels/Gemm.cs", "job.C.At(row, 0), job.Accumulate || k > 0", "job.C.At(row, 0), job.Accumulate"),
        new("Kernels/Gemm.cs", "GemmBlock<T>.Run(a, job.B, k, job.C", "GemmBlock<T>.Run(a, job.B, 0, job.C"),
        new("Kernels/Gemm.cs", "GemmBlock<T>.Run(a, job.OtherB, k, job.OtherC", "GemmBlock<T>.Run(a, job.OtherB, 0, job.OtherC"),
        new(Engine, "OutputGradient.Clear();", ""),

        // input, dense, embedding, loss
        new(Projection, "x, WeightGradient, accumulate: true", "x, WeightGradient, accumulate: false"),
        new(Projection, "new(inputGradient, rows, _inputSize), accumulate: false", "new(inputGradient, rows, _inputSize), accumulate: true"),
        new(Projection, "hiddenBefore, dr, x, WeightGradient", "x, WeightGradient, x, WeightGradient"),
        new(Projection, "Transpose.Add(", "Transpose.Assign("),
        new(Projection, "byToken.Clear();", ""),
        new("Kernels/SelectedSums.cs", "sums.Slice(sum * columns, columns)", "sums.Slice(0, columns)"),
        new("Kernels/SelectedSums.cs", "_next[next - 1]", "0"),
        new("Kernels/RowSums.cs", "Rows = source.Rows + column", "Rows = source.Rows"),
        new("Bptt/StepSums.cs", "RowSums.AddTo<T>(_sums.Steps(0, _levels)", "RowSums.AddTo<T>(_sums.Steps(0, 1)"),
        new("Bptt/StepSums.cs", "t % part == 0", "level == 1"),
        new("Bptt/RecurrentPass.cs", "_at.RowGradients.EndStep(t, first, rows);", ""),
        new("Kernels/Softmax.cs", "chunks += double.CreateTruncating", "chunks = double.CreateTruncating"),
        new("Layers/Dense.cs", "RowSums.AddTo(dy, layer.OutputSize, 0, layer.Bias.Gradient);", ""),
        new("Layers/Embedding.cs", "_sums.Add<T>(OutputGradient, input.Tokens, layer.OutputSize, layer.Table.Gradient)", "_ = Context"),

        // softmax cross-entropy, its weights and smoothing
        new(SoftmaxRow, "gradient[target] -= scale;", ""),
        new(SoftmaxRow, "scale / total", "scale"),
        new(SoftmaxRow, "scale / total", "T.One / total"),
        new(SoftmaxRow, "gradient[target] += factor * T.CreateTruncating(smoothing);", ""),
        new(SoftmaxRow, "gradient[target] += factor * T.CreateTruncating(smoothing);", "gradient[target] += T.CreateTruncating(smoothing);"),
        new(SoftmaxRow, "Softmax.Subtract(gradient, factor * T.CreateTruncating(spread));", ""),
        new(SoftmaxRow, "factor * T.CreateTruncating(spread)", "T.CreateTruncating(spread)"),
        new(SoftmaxRow, "gradient, factor, out T max, out T total) - smoothed", "gradient, factor, out T max, out T total)"),
        new(SoftmaxRow, "gradient, factor, out T max, out T total) - smoothed", "gradient, factor, out T max, out T total) + smoothed"),
        new(Softmax, "work.Reduction.Scale(weight)", "work.Reduction.Scale(1)"),
        new(Softmax, "scale, work.LabelSmoothing, weight, ref sum", "scale, work.LabelSmoothing, 1, ref sum"),
        new(Softmax, "product = weight * loss;", "product = loss;"),
        new(SoftmaxRow, "sum.Add(weight * loss);", "sum.Add(loss);"),
        new(SoftmaxRow, "double.CreateTruncating(number) * scale", "double.CreateTruncating(number)"),
        new(SoftmaxRow, "WideLoss(max, logit, total) - wideSmoothed", "WideLoss(max, logit, total)"),
        new("Kernels/Softmax.cs", "T.IsPositiveInfinity(logits[k])", "T.IsInfinity(logits[k])"),
        new("Kernels/Softmax.cs", "double.IsNegativeInfinity(max) ? max : 0", "0"),
        new(Reduced, "isUsual ? 1 / _total : double.NaN", "isUsual ? 1 : double.NaN"),
        new(Reduced, "_isMean ? weight / Total : weight", "weight"),
        new(Reduced, "Total.IsZero ? 0 : sum.Total / Total", "sum.Total / Total"),
        new(Reduced, "WideSum.IsUsual(scale) ? scale", "true ? scale"),
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
        new(Elements, "isPositive - sign * t", "isPositive"),
        new(Elements, "isPositive - sign * t", "isPositive - t"),
        new(Elements, "TLane.MultiplyAdd(size, share, Logarithm.Log1p<TLane, T>(e))", "size * share"),
        new(Elements, "derivative = 2 * d;", "derivative = d;"),
        new(Elements, "d.Significand < 0 ? -c : c", "c"),
        new(Elements, "c * (size - 0.5 * c)", "c * size"),
        new(Elements, "(y > 0 ? 1 : e) / (1 + e) - t", "(y > 0 ? 1 : e) / (1 + e)"),
        new(Elements, "share == 0 && !double.IsNaN(y) ? log : ", ""),
        new(Elements, "fits && IsExact<T>(chunkSum)", "IsExact<T>(chunkSum)"),
        new(Elements, "fits && IsExact<T>(chunkSum)", "fits"),
        new(Elements, "sum.Add(weight * number);", "sum.Add(number);"),
        new(Elements, "(double)(derivative * scale)", "(double)derivative"),
        new(Elements, "part.CopyTo(kept);", ""),
        new(Elements, "(derivative * scale).Store", "derivative.Store"),
        new(Elementwise, "runGradient, weight, losses", "runGradient, 1, losses"),
        new(Elements, "T.CreateTruncating(reduction.Scale(weight))", "T.CreateTruncating(reduction.Scale(1))"),
        new(Elementwise, "steps.TotalWeight(rows) * size", "steps.TotalWeight(1) * (rows * size)"),
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
        new(Lattice, "_ends.Span[.._stride].Fill(LogZero);", ""),
        new(Lattice, "_emissions.Span[..(steps * _stride)].Fill(LogZero);", ""),
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
        new(Ctc, "emissions[s] == max && max > 0 ? 0", "emissions[s] == max ? 0"),
        new(Ctc, "blank += posteriors[2 * label + 2];", ""),
        new(Ctc, "gradient[target[label]] -= T.CreateTruncating(weight * posteriors[2 * label + 1]);", ""),
        new(Ctc, "gradient[Blank] -= T.CreateTruncating(weight * blank);", ""),
        new(Ctc, "T.CreateTruncating(weight * blank)", "T.CreateTruncating(blank)"),
        new(Ctc, "fromStep: double.IsPositiveInfinity(loss) ? 0 : steps", "fromStep: batch.Steps"),
        new(Ctc, "batch.ClearGradient(sequence, fromStep: 0);", ""),

        // what is recorded of a backward pass
        new(Flow, "Moments.OfSum<T>(step.OutputGradient.Slice(k * size, size), at.Hidden.Gradient.Rows(0, row, 1))", "Moments.Of<T>(at.Hidden.Gradient.Rows(0, row, 1))"),
        new(Flow, "Moments.OfSum<T>(step.OutputGradient.Slice(k * size, size), at.Hidden.Gradient.Rows(0, row, 1))", "Moments.Of<T>(step.OutputGradient.Slice(k * size, size))"),
        new(Flow, "Moments.Of<T>(at.Hidden.Values.Rows(t + 1, row, 1))", "Moments.Of<T>(at.Hidden.Values.Rows(t, row, 1))"),
        new(Flow, "Moments.Of<T>(at.Cell.Values.Rows(t + 1, row, 1))", "Moments.Of<T>(at.Cell.Values.Rows(t, row, 1))"),
        new(Flow, "_segments.Position + t", "t"),
        new(Flow, "value < _bounds.Low", "value > _bounds.Low"),
        new(Flow, "value > _bounds.High", "value < _bounds.High"),
        new(Trace, "TensorPrimitives.Add(dy, at.Hidden.Gradient.Rows(0, row, 1), to.Of(\"dh\"))", "dy.CopyTo(to.Of(\"dh\"))"),
        new(CellGradient, "gate.Name is \"i\" or \"f\" or \"g\"", "gate.Name is \"f\""),
        new(CellGradient, "gate.Name == \"f\" ? T.One : T.Zero", "T.Zero"),
        new(CellGradient, "step.CellGradient.CopyTo(dc);", "dc.Clear();"),

        .. EngineCatalogue.All,
        .. LayerCatalogue.All,
        .. OptimizerCatalogue.All,
        .. TrainerCatalogue.All,
    ];
}
