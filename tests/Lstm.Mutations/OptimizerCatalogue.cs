namespace Lstm.Mutations;

/// <summary>Every term of the optimisers, schedules and averages, flipped or dropped.</summary>
internal static class OptimizerCatalogue
{
    private const string Steps = "Kernels/OptimizerSteps.cs";
    private const string Decay = "Kernels/WeightDecay.cs";
    private const string Adagrad = "Kernels/AdagradSteps.cs";
    private const string RmsProp = "Kernels/RmsPropSteps.cs";
    private const string Averages = "Kernels/AverageSteps.cs";
    private const string Moments = "Optimizers/AdamMoments.cs";
    private const string Optimizer = "Optimizers/Optimizer.cs";
    private const string Range = "Optimizers/ParameterRange.cs";
    private const string Average = "Optimizers/WeightAverage.cs";
    private const string Schedule = "Optimizers/LearningRateSchedule.cs";
    private const string Plateau = "Optimizers/ReduceOnPlateau.cs";
    private const string Factor = "Optimizers/GradientFactor.cs";
    private const string Squares = "Optimizers/SquareSum.cs";
    private const string Guard = "Optimizers/OverflowGuard.cs";
    private const string Compensation = "Kernels/Compensation.cs";
    private const string Clipping = "Optimizers/GradientClipping.cs";

    public static IEnumerable<Mutation> All =>
    [
        // (1)(2) weight decay
        new(Decay, "Factor = decay, Destination", "Factor = -decay, Destination"),
        new(Decay, "Fraction = fraction", "Fraction = -fraction"),
        new(Decay, "TLane.Load(at.Destination + k) + TLane.Broadcast(at.Factor)", "TLane.Broadcast(at.Factor)"),
        new(Optimizer, "learningRate * range.WeightDecay", "range.WeightDecay"),
        new(Optimizer, "learningRate * range.WeightDecay", "LearningRate * range.WeightDecay"),
        new(Optimizer, "range.WeightDecay > 0 && IsDecayDecoupled", "range.WeightDecay > 0 && !IsDecayDecoupled"),
        new(Range, "parameter.IsMatrix ? weightDecay : 0", "weightDecay"),
        new("Parameters/Parameter.cs", "_shape.Length >= 2 && Blocks <= _shape[0]", "_shape.Length >= 2"),
        new("Parameters/Parameter.cs", "_shape.Length >= 2 && Blocks <= _shape[0]", "Blocks <= _shape[0]"),
        new(Range, "group?.WeightDecay ?? ", ""),

        // (3)(4)(5) gradient descent
        new(Steps, "TLane.Broadcast(at.Rate) * TLane.Load(at.Gradients + k)", "TLane.Broadcast(-at.Rate) * TLane.Load(at.Gradients + k)"),
        new(Steps, "decay * TLane.Load(at.Velocity + k) + g", "TLane.Load(at.Velocity + k) + g"),
        new(Steps, "at.Nesterov ? g + decay * v : v", "v"),
        new(Steps, "at.Nesterov ? g + decay * v : v", "at.Nesterov ? g + v : v"),
        new(Steps, "at.Nesterov ? g + decay * v : v", "at.Nesterov ? decay * v : v"),
        new(Steps, "v.Store(at.Velocity + k);", ""),

        // (6)(7) Adagrad
        new(Adagrad, "TLane.Load(at.Squares + k) + g * g", "g * g"),
        new(Adagrad, "TLane.SquareRoot(s) + TLane.Broadcast(at.Epsilon)", "TLane.SquareRoot(s + TLane.Broadcast(at.Epsilon))"),
        new(Adagrad, "s.Store(at.Squares + k);", ""),
        new(Adagrad, "* g / root", "* g"),

        // (8) to (12) RMSprop
        new(RmsProp, "decay * TLane.Load(at.Squares + k) + rest * g * g", "decay * TLane.Load(at.Squares + k) + g * g"),
        new(RmsProp, "decay * TLane.Load(at.Squares + k) + rest * g * g", "TLane.Load(at.Squares + k) + rest * g * g"),
        new(RmsProp, "s.Store(at.Squares + k);", ""),
        new(RmsProp, "decay * TLane.Load(at.Mean + k) + rest * g;", "decay * TLane.Load(at.Mean + k) + g;"),
        new(RmsProp, "a.Store(at.Mean + k);", ""),
        new(RmsProp, "TLane.Max(TLane.Broadcast(T.Zero), s - a * a)", "s - a * a"),
        new(RmsProp, "s - a * a", "s"),
        new(RmsProp, "g / (TLane.SquareRoot(s) + TLane.Broadcast(at.Factors.Epsilon))", "g / TLane.SquareRoot(s + TLane.Broadcast(at.Factors.Epsilon))"),
        new(RmsProp, "TLane.Broadcast(at.Factors.Momentum) * TLane.Load(at.Velocity + k)", "TLane.Load(at.Velocity + k)"),
        new(RmsProp, "step.Store(at.Velocity + k);", ""),
        new(RmsProp, "TLane.Broadcast(at.Factors.Rate) * step", "step"),

        // (13)(14)(15) Adam
        new(Steps, "beta1 * TLane.Load(at.Mean + k) + TLane.Broadcast(at.Factors.Rest1) * g", "beta1 * TLane.Load(at.Mean + k) + g"),
        new(Steps, "beta1 * TLane.Load(at.Mean + k) + TLane.Broadcast(at.Factors.Rest1) * g", "TLane.Load(at.Mean + k) + TLane.Broadcast(at.Factors.Rest1) * g"),
        new(Steps, "TLane.Broadcast(at.Factors.Rest2) * g * g", "TLane.Broadcast(at.Factors.Rest2) * g"),
        new(Steps, "TLane v = beta2 * TLane.Load", "TLane v = beta1 * TLane.Load"),
        new(Steps, " / TLane.Broadcast(at.Factors.VarianceRoot)", ""),
        new(Steps, " + TLane.Broadcast(at.Factors.Epsilon)", ""),
        new(Steps, "m.Store(at.Mean + k);", ""),
        new(Steps, "v.Store(at.Variance + k);", ""),
        new(Steps, "TLane.Broadcast(at.Factors.Rate) * m / root", "TLane.Broadcast(at.Factors.Rate) * g / root"),
        new(Moments, "learningRate / _correction1", "learningRate"),
        new(Moments, "T.CreateTruncating(Math.Sqrt(_correction2))", "T.One"),
        new(Moments, "Math.Sqrt(_correction2)", "_correction2"),
        new(Moments, "1 - Math.Pow(beta2, t)", "1 - Math.Pow(beta1, t)"),

        // ranges, steps, state
        new(Optimizer, "LearningRate * range.LearningRateFactor", "LearningRate"),
        new(Optimizer, "gradients[first..end].Clear();", ""),
        new(Optimizer, "Steps = state.Steps;", ""),
        new(Optimizer, "state.CopyTensorsTo(Buffers.Select(buffer => buffer.Values.Memory));", ""),
        new(Optimizer, "LearningRate = Arguments.NonNegative<T>(state.Numbers[LearningRateKey], nameof(state));", ""),
        new("Optimizers/Sgd.cs", "_velocity.Span.Slice(start, values.Length)", "_velocity.Span.Slice(0, values.Length)"),
        new("Optimizers/Adagrad.cs", "_squares.Span.Slice(start, values.Length)", "_squares.Span.Slice(0, values.Length)"),
        new("Optimizers/RmsProp.cs", "_squares.Span.Slice(start, length)", "_squares.Span.Slice(0, length)"),
        new("Optimizers/RmsProp.cs", "_mean.Span.Slice(start, length)", "_mean.Span.Slice(0, length)"),
        new("Optimizers/RmsProp.cs", "_velocity.Span.Slice(start, length)", "_velocity.Span.Slice(0, length)"),
        new(Moments, "mean.Span.Slice(start, values.Length)", "mean.Span.Slice(0, values.Length)"),
        new(Moments, "variance.Span.Slice(start, values.Length)", "variance.Span.Slice(0, values.Length)"),

        // (16) averages
        new(Averages, "half * TLane.Load(at.Values + k) - half * a", "TLane.Load(at.Values + k)"),
        new(Averages, "a + share * distance", "a - share * distance"),
        new(Averages, "rest + share * (distance - half * rest)", "share * (distance - half * rest)"),
        new(Averages, "share * (distance - half * rest)", "share * distance"),
        new(Averages, "b.Store(at.First + k);", ""),
        new(Averages, "a.Store(at.Second + k);", ""),
        new(Average, "1 - _decay ?? 1.0 / n", "_decay ?? 1.0 / n"),
        new(Average, "1 - _decay ?? 1.0 / n", "1 - _decay ?? 1.0 / Steps"),
        new(Average, "n == 1", "n == 2"),
        new(Average, "average.Steps > average._startStep", "average.Steps >= average._startStep"),
        new(Average, "_parameters.HoldAverage = isApplied;", ""),
        new(Average, "_applied = null;", ""),

        // (17)(18) rests
        new(Compensation, "(TLane.Broadcast(T.One) - isStale) * rest - step", "rest - step"),
        new(Compensation, "(TLane.Broadcast(T.One) - isStale) * rest - step", "(TLane.Broadcast(T.One) - isStale) * rest + step"),
        new(Compensation, "(w - (sum - added) + (d - added))", "(w - (sum - added))"),
        new(Compensation, "(w - (sum - added) + (d - added))", "(d - added)"),

        // steps that would overflow
        new(Guard, "rate * optimizer.LargestStep(s_largest) <= s_harmless", "true"),
        new(Guard, "_parameters.GradientBound <= s_largest && !addsDecay", "_parameters.GradientBound <= s_largest"),
        new(Guard, "(isBounded || AreSmall(ranges))", "true"),
        new(Guard, "shrink <= 1 && ", ""),
        new(Guard, "isLarge |= !buffer.AreSquares && T.Abs(number) > largest;", ""),
        new(Guard, "before[^1].AsSpan(0, length).CopyTo(values[start..end]);", ""),
        new(Guard, "before[^2].AsSpan(0, length).CopyTo(gradients[start..end]);", ""),
        new(Guard, "Exchange(buffers, before, start, length, save: false);", ""),
        new(Optimizer, "Steps--;", ""),
        new("Parameters/ParameterCollection.cs", "GradientBound = null;\n            return _gradients.Span;", "return _gradients.Span;"),

        // frozen parameters
        new(Range, "last.Start + last.Length == next.Start", "last.Length > 0"),
        new(Optimizer, "!Parameters[k].IsFrozen", "k >= 0"),
        new(Clipping, "if (!parameters[k].IsFrozen)", ""),
        new("Bptt/RecurrentPass.cs", "if (!vector.IsFrozen)", ""),
        new("Bptt/CarriedState.cs", "_initial is not { IsFrozen: false }", "_initial is null"),
        new("Layers/Dense.cs", "if (!layer.Bias.IsFrozen)", ""),
        new("Layers/Embedding.cs", "if (!layer.Table.IsFrozen)", ""),
        new("Layers/InputProjection.cs", "input.IsTokens || _weights.IsFrozen", "input.IsTokens"),
        new("Bptt/ModelPass.cs", "_passes[first].States.Count == 0 && ", ""),

        // schedules
        new(Schedule, "Math.Pow(factor, step / period)", "Math.Pow(factor, (double)step / period)"),
        new(Schedule, "Math.Pow(factor, (double)step / period)", "Math.Pow(factor, step / period)"),
        new(Schedule, "rise * steps - 1\n", "rise * steps\n"),
        new(Schedule, "(steps - 1 - peak)", "(steps - peak)"),
        new(Schedule, "part < 1 ? to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2 : to", "to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2"),
        new(Schedule, "(1 + Math.Cos(Math.PI * part)) / 2", "(1 - part)"),
        new(Schedule, "next.Rate(0) * (step + 1) / (steps + 1)", "next.Rate(0) * step / steps"),
        new(Schedule, ": next.Rate(step - steps)", ": next.Rate(step)"),
        new(Plateau, "best - _threshold * Math.Abs(best)", "best"),
        new(Plateau, "_threshold * Math.Abs(best)", "_threshold * best"),
        new(Plateau, "double.IsFinite(loss) && ", ""),
        new(Plateau, "better || cooldown > 0 ? 0", "better ? 0"),
        new(Plateau, "bad > _patience", "bad >= _patience"),
        new(Plateau, "Math.Max(rate * _factor, _minRate)", "rate * _factor"),
        new(Plateau, "Math.Min(rate, Math.Max(rate * _factor, _minRate))", "Math.Max(rate * _factor, _minRate)"),
        new(Plateau, "best, 0, _cooldown", "best, 0, 0"),

        // clipping
        new(Factor, "limitExponent - rootExponent - shift", "limitExponent - rootExponent"),
        new(Factor, "limitExponent - rootExponent - shift", "limitExponent - shift"),
        new(Factor, "!double.IsFinite(root) || ", ""),
        new(Factor, "steps++;", ""),
        new(Squares, "Math.Sqrt(_large + _middle * s_down * s_down)", "Math.Sqrt(_large)"),
        new(Squares, "Math.Sqrt(_middle + _small * s_down * s_down)", "Math.Sqrt(_middle)"),
        new(Squares, "magnitude >= s_large", "false"),
        new(Squares, "magnitude < s_small", "false"),
        new(Squares, "sum >= s_small * s_small && ", ""),
        new(Squares, "_small += other._small;", ""),
        new(Clipping, "largest = Math.Max(largest, norm);", "largest = norm;"),
    ];
}
