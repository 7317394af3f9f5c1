namespace Lstm.Mutations;

/// <summary>Every term of the optimisers, schedules and averages, flipped or dropped.</summary>
internal static class OptimizerCatalogue
{
    public static IEnumerable<Mutation> All =>
    [
        // (1)(2) weight decay
        new("WeightDecay", "MultiplyAdd(values, decay, gradients, gradients)", "MultiplyAdd(values, -decay, gradients, gradients)"),
        new("WeightDecay", "Run<Shrinking<T>>(fraction", "Run<Shrinking<T>>(-fraction"),
        new("WeightDecay", "MultiplyAdd(values, decay, gradients, gradients)", "Multiply(values, decay, gradients)"),
        new("Optimizer", "learningRate * range.WeightDecay", "range.WeightDecay"),
        new("Optimizer", "learningRate * range.WeightDecay", "LearningRate * range.WeightDecay"),
        new("Optimizer", "range.WeightDecay > 0 && IsDecayDecoupled", "range.WeightDecay > 0 && !IsDecayDecoupled"),
        new("ParameterRange", "parameter.IsMatrix ? weightDecay : 0", "weightDecay"),
        new("Parameter", "_shape.Length >= 2 && Blocks <= _shape[0]", "_shape.Length >= 2"),
        new("Parameter", "_shape.Length >= 2 && Blocks <= _shape[0]", "Blocks <= _shape[0]"),
        new("ParameterRange", "group?.WeightDecay ??", ""),

        // (3)(4)(5) gradient descent
        new("Descent", "TLane.Broadcast(at.Factors) * g", "TLane.Broadcast(-at.Factors) * g"),
        new("Momentum", "decay * TLane.Load(at.Velocity + k) + g", "TLane.Load(at.Velocity + k) + g"),
        new("Momentum", "at.Factors.Nesterov ? g + decay * v : v", "v"),
        new("Momentum", "at.Factors.Nesterov ? g + decay * v : v", "at.Factors.Nesterov ? g + v : v"),
        new("Momentum", "at.Factors.Nesterov ? g + decay * v : v", "at.Factors.Nesterov ? decay * v : v"),
        new("Momentum", "v.Store(at.Velocity + k);", ""),

        // (6)(7) Adagrad
        new("adagrad (6)", "TLane.Load(at.Squares + k) + root * root", "root * root"),
        new("AdagradSteps", "TLane.SquareRoot(s) + TLane.Broadcast(at.Factors.Epsilon)",
            "TLane.SquareRoot(s + TLane.Broadcast(at.Factors.Epsilon))"),
        new("AdagradSteps", "s.Store(at.Squares + k);", ""),
        new("adagrad (7)", "* g / root", "* g"),

        // (8) to (12) RMSprop
        new("rmsprop (8)", "decay * TLane.Load(at.Squares + k) + rest * root * root", "decay * TLane.Load(at.Squares + k) + root * root"),
        new("rmsprop (8)", "decay * TLane.Load(at.Squares + k) + rest * root * root", "TLane.Load(at.Squares + k) + rest * root * root"),
        new("RmsPropSteps", "s.Store(at.Squares + k);", ""),
        new("rmsprop (10)", "decay * TLane.Load(at.Mean + k) + rest * g;", "decay * TLane.Load(at.Mean + k) + g;"),
        new("RmsPropSteps", "a.Store(at.Mean + k);", ""),
        new("RmsPropSteps", "TLane.Max(TLane.Broadcast(T.Zero), s - a * a)", "s - a * a"),
        new("RmsPropSteps", "s - a * a", "s"),
        new("rmsprop (9)", "g / (TLane.SquareRoot(s) + TLane.Broadcast(at.Factors.Epsilon))",
            "g / TLane.SquareRoot(s + TLane.Broadcast(at.Factors.Epsilon))"),
        new("rmsprop (11)", "TLane.Broadcast(at.Factors.Momentum) * TLane.Load(at.Velocity + k)", "TLane.Load(at.Velocity + k)"),
        new("RmsPropSteps", "step.Store(at.Velocity + k);", ""),
        new("rmsprop (12)", "TLane.Broadcast(at.Factors.Rate) * step", "step"),

        // (13)(14)(15) Adam
        new("AdamStep", "beta1 * TLane.Load(at.Mean + k) + TLane.Broadcast(at.Factors.Rest1) * g", "beta1 * TLane.Load(at.Mean + k) + g"),
        new("AdamStep", "beta1 * TLane.Load(at.Mean + k) + TLane.Broadcast(at.Factors.Rest1) * g",
            "TLane.Load(at.Mean + k) + TLane.Broadcast(at.Factors.Rest1) * g"),
        new("AdamStep", "TLane.Broadcast(at.Factors.Rest2) * root * root", "TLane.Broadcast(at.Factors.Rest2) * root"),
        new("AdamStep", "TLane v = beta2 * TLane.Load", "TLane v = beta1 * TLane.Load"),
        new("AdamStep", "/ TLane.Broadcast(at.Factors.VarianceRoot)", ""),
        new("AdamStep", "+ TLane.Broadcast(at.Factors.Epsilon)", ""),
        new("AdamStep", "m.Store(at.Mean + k);", ""),
        new("AdamStep", "v.Store(at.Squares + k);", ""),
        new("AdamStep", "TLane.Broadcast(at.Factors.Rate) * m / root", "TLane.Broadcast(at.Factors.Rate) * g / root"),
        new("AdamOptimizer", "learningRate / _correction1", "learningRate"),
        new("AdamOptimizer", "T.CreateTruncating(Math.Sqrt(_correction2))", "T.One"),
        new("AdamOptimizer", "Math.Sqrt(_correction2)", "_correction2"),
        new("AdamOptimizer", "1 - Math.Pow(_beta2, Steps)", "1 - Math.Pow(_beta1, Steps)"),

        // ranges, steps, state
        new("Optimizer", "LearningRate * range.LearningRateFactor", "LearningRate"),
        new("Optimizer", "gradients[first..end].Clear();", ""),
        new("Optimizer", "Steps = state.Steps;", ""),
        new("Optimizer", "state.CopyTensorsTo(Buffers.Select(buffer => buffer.Values.Memory));", ""),
        new("Optimizer", "LearningRate = state.Numbers[LearningRateKey];", ""),
        new("Sgd", "_velocity.Span.Slice(start, values.Length)", "_velocity.Span.Slice(0, values.Length)"),
        new("Adagrad", "_squares.Span.Slice(start, values.Length)", "_squares.Span.Slice(0, values.Length)"),
        new("RmsProp", "_squares.Span.Slice(start, length)", "_squares.Span.Slice(0, length)"),
        new("RmsProp", "_mean.Span.Slice(start, length)", "_mean.Span.Slice(0, length)"),
        new("RmsProp", "_velocity.Span.Slice(start, length)", "_velocity.Span.Slice(0, length)"),
        new("AdamOptimizer", "_mean.Span.Slice(start, values.Length)", "_mean.Span.Slice(0, values.Length)"),
        new("AdamOptimizer", "_variance.Span.Slice(start, values.Length)", "_variance.Span.Slice(0, values.Length)"),

        // (16) averages
        new("AverageSteps", "half * w - half * a", "w"),
        new("average (16)", "TLane.Broadcast(T.One - at.Share) * a + TLane.Broadcast(at.Share) * w", "TLane.Broadcast(at.Share) * w"),
        new("average (16)", "a + share * distance", "a - share * distance"),
        new("average (16)(18)", "rest + share * (distance - half * rest)", "share * (distance - half * rest)"),
        new("average (16)(18)", "share * (distance - half * rest)", "share * distance"),
        new("AverageSteps", "(first[k], second[k]) = (second[k], first[k]);", "second[k] = first[k];"),
        new("AverageSteps", "(first[k], second[k]) = (second[k], first[k]);", "first[k] = second[k];"),
        new("WeightAverage", "1 - _decay ?? 1.0 / n", "_decay ?? 1.0 / n"),
        new("WeightAverage", "1 - _decay ?? 1.0 / n", "1 - _decay ?? 1.0 / Steps"),
        new("WeightAverage", "n == 1", "n == 2"),
        new("WeightAverage", "average.Steps > average._startStep", "average.Steps >= average._startStep"),
        new("WeightAverage", "_parameters.HoldAverage = isApplied;", ""),
        new("WeightAverage", "_applied = null;", ""),

        // (17)(18) rests
        new("rests (17)", "(TLane.Broadcast(T.One) - isStale) * rest - step", "rest - step"),
        new("rests (17)", "(TLane.Broadcast(T.One) - isStale) * rest - step", "(TLane.Broadcast(T.One) - isStale) * rest + step"),
        new("rests (18)", "(w - (sum - added) + (d - added))", "(w - (sum - added))"),
        new("rests (18)", "(w - (sum - added) + (d - added))", "(d - added)"),

        // steps that would overflow
        new("OverflowGuard", "rate * optimizer.LargestStep(s_largest) <= s_harmless", "true"),
        new("OverflowGuard", "_parameters.GradientBound <= s_largest && !addsDecay", "_parameters.GradientBound <= s_largest"),
        new("OverflowGuard", "(isBounded || AreSmall(ranges))", "true"),
        new("OverflowGuard", "shrink <= 1 &&", ""),
        new("OverflowGuard", "isLarge |= !buffer.AreSquares && T.Abs(number) > largest;", ""),
        new("OverflowGuard", "before[^1].AsSpan(0, length).CopyTo(values[start..end]);", ""),
        new("OverflowGuard", "before[^2].AsSpan(0, length).CopyTo(gradients[start..end]);", ""),
        new("OverflowGuard", "Exchange(buffers, before, start, length, save: false);", ""),
        new("Optimizer", "Steps--;", ""),
        new("ParameterCollection", "GradientBound = null; return _gradients.Span;", "return _gradients.Span;"),

        // frozen parameters
        new("ParameterRange", "last.Start + last.Length == next.Start", "last.Length > 0"),
        new("Optimizer", "!Parameters[k].IsFrozen", "k >= 0"),
        new("GradientClipping", "if (!parameters[k].IsFrozen)", ""),
        new("RecurrentPass", "if (!vector.Parameter.IsFrozen)", ""),
        new("CarriedState", "State.Initial is not { IsFrozen: false }", "State.Initial is null"),
        new("Dense", "if (!layer.Bias.IsFrozen)", ""),
        new("Embedding", "if (!layer.Table.IsFrozen)", ""),
        new("InputProjection", "input.IsTokens || weights.IsFrozen", "input.IsTokens"),
        new("ModelPass", "_passes[first].States.Count == 0 &&", ""),

        // schedules
        new("LearningRateSchedule", "Math.Pow(factor, step / period)", "Math.Pow(factor, (double)step / period)"),
        new("LearningRateSchedule", "Math.Pow(factor, (double)step / period)", "Math.Pow(factor, step / period)"),
        new("LearningRateSchedule", "rise * steps - 1", "rise * steps"),
        new("LearningRateSchedule", "(steps - 1 - peak)", "(steps - peak)"),
        new("LearningRateSchedule", "part < 1 ? to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2 : to",
            "to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2"),
        new("LearningRateSchedule", "(1 + Math.Cos(Math.PI * part)) / 2", "(1 - part)"),
        new("LearningRateSchedule", "next.Rate(0) * (step + 1) / (steps + 1)", "next.Rate(0) * step / steps"),
        new("LearningRateSchedule", ": next.Rate(step - steps)", ": next.Rate(step)"),
        new("ReduceOnPlateau", "best - _threshold * Math.Abs(best)", "best"),
        new("ReduceOnPlateau", "_threshold * Math.Abs(best)", "_threshold * best"),
        new("ReduceOnPlateau", "double.IsFinite(loss) &&", ""),
        new("ReduceOnPlateau", "better || cooldown > 0 ? 0", "better ? 0"),
        new("ReduceOnPlateau", "bad > _patience", "bad >= _patience"),
        new("ReduceOnPlateau", "Math.Max(rate * _factor, _minRate)", "rate * _factor"),
        new("ReduceOnPlateau", "Math.Min(rate, Math.Max(rate * _factor, _minRate))", "Math.Max(rate * _factor, _minRate)"),
        new("ReduceOnPlateau", "best, 0, _cooldown", "best, 0, 0"),

        // clipping
        new("GradientFactor", "limitExponent - rootExponent - shift", "limitExponent - rootExponent"),
        new("GradientFactor", "limitExponent - rootExponent - shift", "limitExponent - shift"),
        new("GradientFactor", "!double.IsFinite(root) ||", ""),
        new("GradientFactor", "steps++;", ""),
        new("SquareSum", "Math.Sqrt(_large + _middle * s_down * s_down)", "Math.Sqrt(_large)"),
        new("SquareSum", "Math.Sqrt(_middle + _small * s_down * s_down)", "Math.Sqrt(_middle)"),
        new("SquareSum", "magnitude >= s_large", "false"),
        new("SquareSum", "magnitude < s_small", "false"),
        new("SquareSum", "sum >= s_small * s_small &&", ""),
        new("SquareSum", "_small += other._small;", ""),
        new("GradientClipping", "largest = Math.Max(largest, norm);", "largest = norm;"),

        // numbers too small to matter; means of squares are flushed themselves, so that the flush of their roots is for speed alone
        new("Momentum", "SmallNumbers.Flush<TLane, T>(decay * TLane.Load(at.Velocity + k) + g)", "decay * TLane.Load(at.Velocity + k) + g"),
        new("AdamStep", "m = SmallNumbers.Flush<TLane, T>(m);", ""),
        new("AdamStep", "v = SmallNumbers.FlushSquares<TLane, T>(v);", ""),
        new("AdagradSteps", "root = SmallNumbers.FlushRoots<TLane, T>(g);", "root = g;"),
        new("RmsPropSteps", "s = SmallNumbers.FlushSquares<TLane, T>(s);", ""),
        new("RmsPropSteps", "a = SmallNumbers.Flush<TLane, T>(a);", ""),
        new("RmsPropSteps", "step = SmallNumbers.Flush<TLane, T>(step);", ""),
        new("AverageSteps", "SmallNumbers.Flush<TLane, T>(a + share * distance).Store", "(a + share * distance).Store"),
        new("AverageSteps", "SmallNumbers.Flush<TLane, T>(average).Store", "average.Store"),
        new("Compensation", "SmallNumbers.Flush<TLane, T>(sum).Store", "sum.Store"),
        new("Compensation", "SmallNumbers.Flush<TLane, T>(w - (sum - added) + (d - added)).Store",
            "(w - (sum - added) + (d - added)).Store"),
        new("Compensation", "SmallNumbers.Flush<TLane, T>(w - step).Store", "(w - step).Store"),
        new("Optimizer", "Math.Max(root, vanishing)", "vanishing"),
        new("Optimizer", "Math.Max(root, vanishing)", "root"),
    ];
}
