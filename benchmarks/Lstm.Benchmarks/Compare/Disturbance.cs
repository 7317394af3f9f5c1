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

    /// <summary>Threads that are left alone have up to 47, and those who share a processor mostly 100 to 300.</summary>
    public const double MostSwitches = 80;

    public bool IsTooMuch => Stolen > MostStolen || Waiting > MostWaiting || Switches > MostSwitches;
}
