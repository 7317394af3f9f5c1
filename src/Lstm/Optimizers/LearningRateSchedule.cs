namespace Lstm;

/// <summary>
/// A learning rate for every step, effectively a function of the number of steps done: set
/// <c>adam.LearningRate = schedule.At(adam.Steps)</c> before each step. Of all schedules, only <see cref="ReduceOnPlateau"/> has a state
/// that a checkpoint keeps. A schedule serves every element type: the rates that it is made with are 0 or within the range of float.
/// </summary>
/// <remarks>docs/optimizers.md has the equations and the names that PyTorch uses.</remarks>
public abstract class LearningRateSchedule
{
    /// <summary>Returns the learning rate of a step; 0 where it has fallen below what a float can hold, 1.4e-45.</summary>
    /// <param name="step">The number of steps done before it, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public double At(long step)
    {
        double rate = Rate(Arguments.AtLeast(0, step, nameof(step)));
        return rate < float.Epsilon ? 0 : rate;
    }

    /// <summary>Creates a schedule with the same rate for every step.</summary>
    /// <param name="rate">The rate, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule Constant(double rate) => new Function(Checked(rate), static (rate, _) => rate);

    /// <summary>
    /// Creates a schedule whose rate is multiplied by <paramref name="factor"/> after every <paramref name="period"/> steps:
    /// <c>rate * factor^floor(step / period)</c>.
    /// </summary>
    /// <param name="rate">The first rate, 0 or more.</param>
    /// <param name="period">The number of steps, 1 or more.</param>
    /// <param name="factor">The factor, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule Step(double rate, long period, double factor = 0.1)
    {
        Arguments.AtLeast(1, period, nameof(period));
        Arguments.Factor(factor, nameof(factor));
        return new Function(Checked(rate), (rate, step) => rate * Math.Pow(factor, step / period));
    }

    /// <summary>
    /// Creates a schedule whose rate falls evenly, by <paramref name="factor"/> in every <paramref name="period"/> steps:
    /// <c>rate * factor^(step / period)</c>.
    /// </summary>
    /// <param name="rate">The first rate, 0 or more.</param>
    /// <param name="factor">The factor, in (0, 1].</param>
    /// <param name="period">The number of steps, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule Exponential(double rate, double factor, long period = 1)
    {
        Arguments.AtLeast(1, period, nameof(period));
        Arguments.Factor(factor, nameof(factor));
        return new Function(Checked(rate), (rate, step) => rate * Math.Pow(factor, (double)step / period));
    }

    /// <summary>
    /// Creates a schedule whose rate falls from <paramref name="rate"/> to <paramref name="finalRate"/> along half a cosine in
    /// <paramref name="steps"/> steps, and stays there. Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts"
    /// (2017), equation 5.
    /// </summary>
    /// <param name="rate">The first rate, 0 or more.</param>
    /// <param name="steps">The number of steps, 1 or more.</param>
    /// <param name="finalRate">The last rate, 0 or more; default: 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule Cosine(double rate, long steps, double finalRate = 0)
    {
        Arguments.AtLeast(1, steps, nameof(steps));
        Arguments.Rate(finalRate, nameof(finalRate));
        return new Function(Checked(rate), (rate, step) => HalfCosine(rate, finalRate, (double)step / steps));
    }

    /// <summary>
    /// Creates a schedule whose rate rises from <c>maxRate / divisor</c> to <paramref name="maxRate"/> along half a cosine, then falls to
    /// <c>maxRate / (divisor * finalDivisor)</c>, and stays there. Smith, "A disciplined approach to neural network hyper-parameters: Part
    /// 1" (2018), in PyTorch's form without its cycle of the momentum.
    /// </summary>
    /// <param name="maxRate">The highest rate, 0 or more.</param>
    /// <param name="steps">The number of steps of the whole cycle, 2 or more.</param>
    /// <param name="rise">The share of the steps in which the rate rises, in (0, 1); at least one step.</param>
    /// <param name="divisor">The number that divides the highest rate to give the first one, 1 or more.</param>
    /// <param name="finalDivisor">The number that divides the first rate to give the last one, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule OneCycle(
        double maxRate, long steps, double rise = 0.3, double divisor = 25, double finalDivisor = 1e4)
    {
        Arguments.AtLeast(2, steps, nameof(steps));
        double peak = rise is > 0 and < 1 && rise * steps >= 1
            ? rise * steps - 1
            : throw ArgumentOutOfRange.Error(nameof(rise), rise, $"Expected a part in (0, 1) that is at least one of {steps} steps.");
        double first = Arguments.Rate(maxRate, nameof(maxRate)) / OneOrMore(divisor, nameof(divisor));
        double last = Arguments.Rate(first, nameof(divisor)) / OneOrMore(finalDivisor, nameof(finalDivisor));
        Arguments.Rate(last, nameof(finalDivisor));
        return new Function(maxRate, (maxRate, step) => step < peak
            ? HalfCosine(first, maxRate, step / peak)
            : HalfCosine(maxRate, last, (step - peak) / (steps - 1 - peak)));
    }

    /// <summary>
    /// Creates a schedule that rises to the first rate of this one in equal parts, <c>At(0) * (step + 1) / (steps + 1)</c> for
    /// <paramref name="steps"/> steps, after which this schedule begins. Goyal et al., "Accurate, Large Minibatch SGD" (2017), section 2.2.
    /// </summary>
    /// <param name="steps">The number of steps before this schedule begins, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is negative.</exception>
    public LearningRateSchedule AfterWarmUp(long steps) => new WarmUp(this, Arguments.AtLeast(0, steps, nameof(steps)));

    /// <summary>The schedule that losses are reported to, or null.</summary>
    internal virtual ReduceOnPlateau? Plateau => null;

    private protected abstract double Rate(long step);

    /// <summary>
    /// Returns a number between <paramref name="from"/>, where <paramref name="part"/> is 0, and <paramref name="to"/>, where it is 1.
    /// </summary>
    private static double HalfCosine(double from, double to, double part) =>
        part < 1 ? to + (from - to) * (1 + Math.Cos(Math.PI * part)) / 2 : to;

    private static double Checked(double rate) => Arguments.Rate(rate, nameof(rate));

    private static double OneOrMore(double value, string name) => value >= 1 && double.IsFinite(value)
        ? value
        : throw ArgumentOutOfRange.Error(name, value, "Expected a finite number of 1 or more.");

    private sealed class Function(double rate, Func<double, long, double> rateAt) : LearningRateSchedule
    {
        private protected override double Rate(long step) => rateAt(rate, step);
    }

    private sealed class WarmUp(LearningRateSchedule next, long steps) : LearningRateSchedule
    {
        internal override ReduceOnPlateau? Plateau => next.Plateau;

        private protected override double Rate(long step) =>
            step < steps ? next.Rate(0) * (step + 1) / (steps + 1) : next.Rate(step - steps);
    }
}
