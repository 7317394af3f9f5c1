using System.Globalization;
using System.Numerics;
using Lstm.Files;

namespace Lstm;

/// <summary>
/// What an optimiser or an average of weights carries from step to step, in the form that files have: named tensors and numbers. All of it
/// has to come back to the bit for a resumed run to be the same as one that did not stop.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record NamedState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The type that the state is of, as in <c>AdamW</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The number of steps done.</summary>
    public required long Steps { get; init; }

    /// <summary>The options by name.</summary>
    public required IReadOnlyDictionary<string, double> Numbers { get; init; }

    /// <summary>The tensors; those of one name before the dot, one for each parameter, in the order of the parameters.</summary>
    public required IReadOnlyList<StateTensor<T>> Tensors { get; init; }

    /// <summary>The same with tensors of its own, which later steps do not change.</summary>
    public NamedState<T> Copy() => this with { Tensors = [.. Tensors.Select(tensor => tensor with { Values = tensor.Values.ToArray() })] };

    /// <summary>Writes a safetensors file: to a temporary file beside it that then takes its name.</summary>
    /// <param name="path">The file; replaced if it exists. Of a symbolic link, the file that it leads to.</param>
    /// <exception cref="ArgumentException">A tensor has not as many values as its shape tells, or a name cannot be kept.</exception>
    /// <exception cref="IOException">The file cannot be written, its folder is not there, or it is a folder, a pipe or a device.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => NamedStateFile.Save(path, this);

    /// <summary>Reads what <see cref="Save"/> wrote, to the bit.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what is wrong.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static NamedState<T> Load(string path) => NamedStateFile.Load<T>(path);

    /// <summary>Checks that a state is of what <paramref name="expected"/> is of.</summary>
    /// <param name="state">What a user wants to restore.</param>
    /// <param name="expected">A state of the one to be restored.</param>
    /// <param name="free">The number that may differ.</param>
    /// <exception cref="ArgumentException">It is not; the message says in what it differs.</exception>
    internal static void CheckFits(NamedState<T> state, NamedState<T> expected, string? free = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.DifferencesFrom(expected, free).FirstOrDefault() is string difference)
        {
            throw new ArgumentException($"Expected a state {difference}.", nameof(state));
        }
    }

    /// <summary>Whether there are tensors of a name before the dot.</summary>
    internal bool HasTensors(string name) => Tensors.Any(tensor => tensor.Name.StartsWith(name + ".", StringComparison.Ordinal));

    /// <summary>Copies all tensors, in their order, into arrays that are each as long as all parameters.</summary>
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

        string tensors = List(Tensors.Select(tensor => tensor.Describe())), expectedTensors = List(expected.Tensors.Select(tensor => tensor.Describe()));
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
                yield return $"whose {name} is {Text(number)}, but got {Text(Numbers[name])}";
            }
        }
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(NamedState<>), PrintMembers);
}
