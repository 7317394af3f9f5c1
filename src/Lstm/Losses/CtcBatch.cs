using System.Numerics;

namespace Lstm;

/// <summary>The arguments of one call of <see cref="CtcLoss{T}"/>.</summary>
internal readonly ref struct CtcBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _logits;         // [steps, batch, classes]
    private readonly Span<T> _gradient;               // as the logits, or empty
    private readonly ReadOnlySpan<int> _inputLengths;  // [batch], or empty
    private readonly int _classes;

    public CtcBatch(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> targets,
        ReadOnlySpan<int> targetLengths,
        Span<T> gradient,
        ReadOnlySpan<int> inputLengths,
        CtcLoss<T> ctc)
    {
        _logits = logits;
        _gradient = gradient;
        _inputLengths = inputLengths;
        _classes = ctc.Classes;
        TargetLengths = targetLengths;
        if (Size == 0 || logits.IsEmpty || logits.Length % ((long)Size * _classes) != 0)
        {
            throw new ArgumentException(
                $"Expected logits [steps, {Size}, {_classes}], for {Size} target lengths, but got {logits.Length} numbers.",
                nameof(logits));
        }

        if (Steps > ctc.MaxSteps)
        {
            throw new ArgumentException($"Expected at most {ctc.MaxSteps} steps, but there are {Steps}.", nameof(logits));
        }

        if (HasGradient && gradient.Length != logits.Length)
        {
            throw new ArgumentException(
                $"Expected {logits.Length} numbers, the shape of the logits, or none, but got {gradient.Length}.", nameof(gradient));
        }

        if (!inputLengths.IsEmpty && inputLengths.Length != Size)
        {
            throw new ArgumentException(
                $"Expected {Size} lengths, one for each sequence, but got {inputLengths.Length}.", nameof(inputLengths));
        }

        LossSteps.CheckLengths(inputLengths, Steps, nameof(inputLengths));
        LossSteps.CheckLengths(targetLengths, ctc.MaxTargetLength, nameof(targetLengths));
        CheckTargets(targets, targetLengths, ctc);
    }

    public ReadOnlySpan<int> TargetLengths { get; }

    public int Size => TargetLengths.Length;

    public int Steps => _logits.Length / (Size * _classes);

    public bool HasGradient => !_gradient.IsEmpty;

    public int Length(int sequence) => _inputLengths.IsEmpty ? Steps : _inputLengths[sequence];

    public ReadOnlySpan<T> Logits(int step, int sequence) => _logits.Slice((step * Size + sequence) * _classes, _classes);

    public Span<T> Gradient(int step, int sequence) =>
        _gradient.IsEmpty ? [] : _gradient.Slice((step * Size + sequence) * _classes, _classes);

    public void ClearGradient(int sequence, int fromStep)
    {
        for (int t = fromStep; t < Steps; t++)
        {
            Gradient(t, sequence).Clear();
        }
    }

    private static void CheckTargets(ReadOnlySpan<int> targets, ReadOnlySpan<int> targetLengths, CtcLoss<T> ctc)
    {
        long labels = 0;
        foreach (int length in targetLengths)
        {
            labels += length;
        }

        if (targets.Length != labels)
        {
            throw new ArgumentException(
                $"Expected {labels} labels, the sum of the target lengths, but got {targets.Length}.", nameof(targets));
        }

        for (int k = 0; k < targets.Length; k++)
        {
            if ((uint)targets[k] >= (uint)ctc.Classes || targets[k] == ctc.Blank)
            {
                throw new ArgumentException(
                    $"Expected labels in [0, {ctc.Classes}) other than the blank {ctc.Blank}, but label {k} is {targets[k]}.",
                    nameof(targets));
            }
        }
    }
}
