namespace Lstm;

/// <summary>
/// A learning rate that is lowered where a loss no longer falls: call <c>plateau.Report(loss)</c> after each validation and, as with every
/// schedule, set <c>adam.LearningRate = plateau.At(adam.Steps)</c> before each step.
/// </summary>
/// <remarks>
/// The rules are those of PyTorch's ReduceLROnPlateau for a measure that should fall. For a measure that should rise, report its negative.
/// </remarks>
public sealed class ReduceOnPlateau : LearningRateSchedule
{
    private readonly double _factor;
    private readonly int _patience;
    private readonly double _threshold;
    private readonly int _cooldown;
    private readonly double _minRate;
    private PlateauState _state;

    /// <summary>Creates a schedule that begins with <paramref name="rate"/>.</summary>
    /// <param name="rate">The first rate, 0 or more.</param>
    /// <param name="factor">The factor by which the rate is multiplied, in (0, 1).</param>
    /// <param name="patience">
    /// The number of reports in a row that may pass without a better loss; the next such report lowers the rate.
    /// </param>
    /// <param name="threshold">The share of the best loss by which a better loss must be below it, in [0, 1).</param>
    /// <param name="cooldown">The number of reports after a reduction that are not counted.</param>
    /// <param name="minRate">The rate below which the schedule never lowers the rate, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ReduceOnPlateau(
        double rate, double factor = 0.1, int patience = 10, double threshold = 1e-4, int cooldown = 0, double minRate = 0)
    {
        _state = new(Arguments.Rate(rate, nameof(rate)), double.PositiveInfinity, 0, 0);
        _factor = factor < 1
            ? Arguments.Factor(factor, nameof(factor))
            : throw ArgumentOutOfRange.Error(nameof(factor), factor, "Expected a number greater than 0 and less than 1.");
        _patience = (int)Arguments.AtLeast(0, patience, nameof(patience));
        _threshold = threshold is >= 0 and < 1
            ? threshold
            : throw ArgumentOutOfRange.Error(nameof(threshold), threshold, "Expected a number in [0, 1).");
        _cooldown = (int)Arguments.AtLeast(0, cooldown, nameof(cooldown));
        _minRate = Arguments.Rate(minRate, nameof(minRate));
    }

    /// <summary>The state, which is all that changes in a schedule, for a checkpoint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The rate is negative or not finite, the best loss is NaN, or a count is negative.
    /// </exception>
    public PlateauState State
    {
        get => _state;
        set
        {
            value.Check(nameof(value));
            _state = value;
        }
    }

    internal override ReduceOnPlateau? Plateau => this;

    /// <summary>Reports a loss. A loss that is NaN or infinite is never better than the best one.</summary>
    public void Report(double loss)
    {
        (double rate, double best, int bad, int cooldown) = _state;
        bool better = double.IsFinite(loss) && (double.IsInfinity(best) || loss < best - _threshold * Math.Abs(best));
        best = better ? loss : best;
        bad = better || cooldown > 0 ? 0 : bad + 1;
        cooldown = Math.Max(0, cooldown - 1);
        bool reduce = bad > _patience;
        _state = reduce ? new(Math.Min(rate, Math.Max(rate * _factor, _minRate)), best, 0, _cooldown) : new(rate, best, bad, cooldown);
    }

    private protected override double Rate(long step) => _state.Rate;
}
