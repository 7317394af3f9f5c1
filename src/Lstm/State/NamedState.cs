using System.Numerics;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// The state that an optimiser or an average of weights carries from step to step, in the form in which files keep it: named tensors and
/// numbers. A resumed run equals an uninterrupted one only if every bit of the state is restored.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record NamedState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The type of the object that has the state, such as <c>AdamW</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The number of steps done.</summary>
    public required long Steps { get; init; }

    /// <summary>The options by name.</summary>
    public required IReadOnlyDictionary<string, double> Numbers { get; init; }

    /// <summary>The tensors: for each name before the dot, one for each parameter, in the order of the parameters.</summary>
    public required IReadOnlyList<StateTensor<T>> Tensors { get; init; }

    /// <summary>Copies the state, with tensors of its own that later steps do not change.</summary>
    public NamedState<T> Copy() => this with { Tensors = [.. Tensors.Select(tensor => tensor with { Values = tensor.Values.ToArray() })] };

    /// <summary>Writes a safetensors file, by way of a temporary file beside it that then takes its name.</summary>
    /// <param name="path">The file, which is replaced if it exists. For a symbolic link, it is the file that the link leads to.</param>
    /// <exception cref="ArgumentException">A tensor does not have as many values as its shape, or a name cannot be kept.</exception>
    /// <exception cref="IOException">The file cannot be written, has no folder, or is a folder, a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        CheckShapes(this);
        Dictionary<string, string> metadata = [];
        StateMetadata.Add(metadata, prefix: "", this);
        Safetensors.Save(path, Tensors, metadata);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, with every bit of its numbers.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static NamedState<T> Load(string path) =>
        Safetensors.Read(path, (stream, header) => StateMetadata.Read(header.Metadata, prefix: "", Safetensors.ReadAll<T>(stream, header)));

    /// <exception cref="ArgumentException">A tensor does not have as many values as its shape.</exception>
    internal static void CheckShapes(NamedState<T> state)
    {
        if (state.Tensors.FirstOrDefault(tensor => !tensor.HasItsShape) is StateTensor<T> wrong)
        {
            throw new ArgumentException(
                $"Expected as many values as the shape of {wrong.Describe()} has, but got {wrong.Values.Length}.", nameof(state));
        }
    }

    /// <summary>Checks that a state fits the object that has the state <paramref name="expected"/>.</summary>
    /// <param name="state">The state that a user wants to restore.</param>
    /// <param name="expected">A state of the object to be restored.</param>
    /// <param name="free">The name of a number that may differ; default: none.</param>
    /// <exception cref="ArgumentException">The state does not fit; the message says how it differs.</exception>
    internal static void CheckFits(NamedState<T> state, NamedState<T> expected, string? free = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.DifferencesFrom(expected, free).FirstOrDefault() is string difference)
        {
            throw new ArgumentException($"Expected a state {difference}.", nameof(state));
        }
    }

    /// <summary>Returns whether there are tensors with a name before the dot.</summary>
    internal bool HasTensors(string name) => Tensors.Any(tensor => tensor.Name.StartsWith(name + ".", StringComparison.Ordinal));

    /// <summary>Copies all tensors, in their order, into arrays that are each as long as all parameters together.</summary>
    internal void CopyTensorsTo(IEnumerable<Memory<T>> arrays)
    {
        int next = 0;
        foreach (Memory<T> array in arrays)
        {
            for (int done = 0; done < array.Length; next++)
            {
                Tensors[next].Values.CopyTo(array[done..]);
                done += Tensors[next].Values.Length;
            }
        }
    }

    private IEnumerable<string> DifferencesFrom(NamedState<T> expected, string? free)
    {
        if (Kind != expected.Kind)
        {
            yield return $"of kind {expected.Kind}, but got {Kind}";
        }

        if (Steps is < 0 or > CheckpointNumbers.MostSteps)
        {
            yield return $"after 0 or more steps and no more than {CheckpointNumbers.MostSteps}, but got {Steps}";
        }

        string tensors = List(Tensors.Select(tensor => tensor.Describe())),
            expectedTensors = List(expected.Tensors.Select(tensor => tensor.Describe()));
        if (tensors != expectedTensors)
        {
            yield return $"with the tensors {expectedTensors}, but got {tensors}";
        }

        for (int k = 0; k < Tensors.Count; k++)
        {
            int length = expected.Tensors[k].Values.Length;
            if (Tensors[k].Values.Length != length)
            {
                yield return $"with {length} values in {Tensors[k].Describe()}, but got {Tensors[k].Values.Length}";
            }
        }

        if (!Numbers.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(expected.Numbers.Keys))
        {
            yield return $"with the numbers {List(expected.Numbers.Keys)}, but got {List(Numbers.Keys)}";
        }

        foreach ((string name, double number) in expected.Numbers)
        {
            if (name != free && !Numbers[name].Equals(number))
            {
                yield return $"whose {name} is {number:R}, but got {Numbers[name]:R}";
            }
        }
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names);

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(NamedState<>), PrintMembers);
}
