namespace Lstm.Benchmarks.Compare;

/// <summary>What disturbed the rounds of a case; empty where the system does not tell.</summary>
internal sealed record CaseDisturbance(IReadOnlyList<Disturbance> Rounds)
{
    /// <summary>The largest share of rounds that may be disturbed: so few hardly move a median.</summary>
    public const double MostRounds = 0.1;

    /// <summary>Whether this is a case that ran twice.</summary>
    public bool RanAgain { get; init; }

    public int Disturbed => Rounds.Count(round => round.IsTooMuch);

    public bool IsTooMuch => Disturbed > MostRounds * Rounds.Count;

    public double? Stolen => Mean(round => round.Stolen);

    public double? Waiting => Mean(round => round.Waiting);

    public double? Switches => Mean(round => round.Switches);

    /// <summary>How many rounds of how many; with a mark where they are too many.</summary>
    public override string ToString() => Rounds.Count == 0 ? "" : $"{Disturbed}/{Rounds.Count}{(IsTooMuch ? " !" : "")}";

    private double? Mean(Func<Disturbance, double> part) => Rounds.Count == 0 ? null : Rounds.Average(part);
}
