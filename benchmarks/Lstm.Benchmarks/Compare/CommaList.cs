namespace Lstm.Benchmarks.Compare;

/// <summary>Values that are written with commas between them.</summary>
internal sealed record CommaList<T>(IReadOnlyList<T> Values)
{
    public override string ToString() => string.Join(',', Values);
}
