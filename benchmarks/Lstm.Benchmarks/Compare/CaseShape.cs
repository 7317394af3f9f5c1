namespace Lstm.Benchmarks.Compare;

/// <summary>The work that all systems do.</summary>
internal sealed record CaseShape(Configuration Configuration, string Cell, int Threads)
{
    public override string ToString() => $"{Configuration.Name} {Cell} with {ResultText.Threads(Threads)}";
}
