namespace Lstm;

/// <summary>One number of a batch, and its place in the data.</summary>
/// <param name="Tensor"><see cref="Input"/> or <see cref="Target"/>.</param>
/// <param name="Value">The number, as text.</param>
/// <param name="Sequence">The sequence of a set; null for a series.</param>
/// <param name="Row">The row of the series, or the step of the sequence.</param>
/// <param name="Column">The column of the row.</param>
internal sealed record BatchNumber(string Tensor, string Value, int? Sequence, int Row, int Column)
{
    public const string Input = "input", Target = "target";

    public string Place => $"at {(Sequence is int sequence ? $"sequence {sequence}, " : "")}row {Row}, column {Column} of the data";

    public MalformedDataException ToException() =>
        new($"Expected a finite number as {Tensor}, but got {Value}.", "batch", Sequence, Row, Column);
}
