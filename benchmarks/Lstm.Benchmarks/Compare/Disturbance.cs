namespace Lstm.Benchmarks.Compare;

/// <summary>What others took from the turns of a round.</summary>
/// <param name="Stolen">The share of the processors' time that the host gave to other machines.</param>
/// <param name="Waiting">How many threads waited for a processor, on average.</param>
/// <param name="Switches">How often each thread of a worker had to leave its processor, in a second.</param>
internal readonly record struct Disturbance(double Stolen, double Waiting, double Switches)
{
    /// <summary>A tick is a hundredth of a second. In a round of three turns on two processors one is 1.7 %, and may be chance.</summary>
    public const double MostStolen = 0.02;

    /// <summary>One who waits all the time takes a third of two processors; half of that shows in a ratio.</summary>
    public const double MostWaiting = 0.5;

    /// <summary>Two who share a processor change places 100 times a second and more; a thread that is left alone, hardly ever.</summary>
    public const double MostSwitches = 50;

    public bool IsTooMuch => Stolen > MostStolen || Waiting > MostWaiting || Switches > MostSwitches;
}
