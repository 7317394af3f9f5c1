using System.Globalization;

namespace Lstm.Benchmarks.Worker;

/// <summary>What a worker is told to load: shapes, and what to do with them.</summary>
internal sealed record Work(int InputSize, int HiddenSize, int Layers, int Batch, int Steps)
{
    public string Cell { get; init; } = "plain";

    public WorkMode Mode { get; init; } = WorkMode.Training;

    /// <summary>Is added to the forget gate's part of every bias.</summary>
    public float ForgetBias { get; init; }

    public bool HasForward => Mode != WorkMode.Characters;

    public bool HasTraining => Mode is not (WorkMode.Sequences or WorkMode.Steps);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The number of words is another.</exception>
    public static Work Parse(string[] words)
    {
        if (words is not [.. { Length: 5 } sizes, string cell, string mode, string forgetBias])
        {
            throw new FormatException($"expected: load I H layers B T cell mode forget-bias, but got {words.Length} words");
        }

        int[] numbers = [.. sizes.Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
        return new Work(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
        {
            Cell = cell,
            Mode = Enum.Parse<WorkMode>(mode, ignoreCase: true),
            ForgetBias = float.Parse(forgetBias, CultureInfo.InvariantCulture),
        };
    }

    /// <summary>The words of the protocol.</summary>
    public override string ToString() =>
        $"{InputSize} {HiddenSize} {Layers} {Batch} {Steps} {Cell} {Mode.ToString().ToLowerInvariant()} {ForgetBias}";
}
