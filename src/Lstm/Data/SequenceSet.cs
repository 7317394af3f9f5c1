using System.Numerics;
using System.Runtime.InteropServices;

namespace Lstm;

/// <summary>A set of sequences of various lengths, of vectors or of token ids. Each has a label if there are classes.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>; <see cref="int"/> for token ids, with 1 feature.</typeparam>
public sealed class SequenceSet<T>
    where T : unmanaged, INumberBase<T>
{
    private readonly List<T> _values = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _labels = [];

    /// <summary>Creates an empty set.</summary>
    /// <param name="features">F, the number of features of a step.</param>
    /// <param name="classes">The number of classes: labels are in [0, classes); 0 if sequences have no labels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of features is less than 1, or that of classes is negative.</exception>
    public SequenceSet(int features = 1, int classes = 0)
    {
        ArgumentOutOfRange.ThrowIfLessThan(features, 1);
        ArgumentOutOfRange.ThrowIfNegative(classes);
        Features = features;
        Classes = classes;
    }

    /// <summary>F, the number of features of a step.</summary>
    public int Features { get; }

    /// <summary>The number of classes: labels are in [0, Classes); 0 if sequences have no labels.</summary>
    public int Classes { get; }

    /// <summary>The number of sequences.</summary>
    public int Count => _ends.Count;

    /// <summary>The number of steps of the longest sequence; 0 for an empty set.</summary>
    public int LongestLength { get; private set; }

    /// <summary>The numbers of a sequence, [length, features]. The span is valid until a sequence is added.</summary>
    public ReadOnlySpan<T> this[int sequence] => CollectionsMarshal.AsSpan(_values)[StartOf(sequence).._ends[sequence]];

    /// <summary>Returns the number of steps of a sequence.</summary>
    public int LengthOf(int sequence) => (_ends[sequence] - StartOf(sequence)) / Features;

    /// <summary>Returns the label of a sequence; -1 if sequences have no labels.</summary>
    public int LabelOf(int sequence) => _labels[sequence];

    /// <summary>Appends a sequence without a label. After an error the set is as it was.</summary>
    /// <param name="values">The numbers, [length, features], of at least one step.</param>
    /// <exception cref="InvalidOperationException">The set has classes.</exception>
    /// <exception cref="MalformedDataException">
    /// The sequence is empty, its last step is not complete, or a number is not finite.
    /// </exception>
    public void Add(ReadOnlySpan<T> values)
    {
        if (Classes > 0)
        {
            throw new InvalidOperationException($"Expected a label: the sequences of this set are of {Classes} classes.");
        }

        Append(values, label: -1);
    }

    /// <summary>Appends a sequence with its label. After an error the set is as it was.</summary>
    /// <param name="values">The numbers, [length, features], of at least one step.</param>
    /// <param name="label">The class of the sequence, in [0, classes).</param>
    /// <exception cref="MalformedDataException">
    /// The sequence is empty, its last step is not complete, a number is not finite, or the label is out of range.
    /// </exception>
    public void Add(ReadOnlySpan<T> values, int label)
    {
        if ((uint)label >= (uint)Classes)
        {
            throw new MalformedDataException($"Expected a label in [0, {Classes}), but got {label}.", nameof(label), sequence: Count);
        }

        Append(values, label);
    }

    private void Append(ReadOnlySpan<T> values, int label)
    {
        (int length, int surplus) = Math.DivRem(values.Length, Features);
        if (surplus != 0)
        {
            throw new MalformedDataException(
                $"Expected steps of {Features} numbers, but the last of {values.Length} has {surplus}.",
                nameof(values),
                Count,
                row: length);
        }

        if (length == 0)
        {
            throw new MalformedDataException("Expected at least one step, but the sequence is empty.", nameof(values), Count);
        }

        MalformedDataException.ThrowIfNotFinite(values, Features, nameof(values), Count);
        _values.AddRange(values);
        _ends.Add(_values.Count);
        _labels.Add(label);
        LongestLength = Math.Max(LongestLength, length);
    }

    private int StartOf(int sequence) => sequence == 0 ? 0 : _ends[sequence - 1];
}
