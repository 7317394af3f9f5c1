using System.Globalization;
using System.Numerics;
using System.Text;
using Lstm.PyTorch.Pickles;

namespace Lstm.PyTorch.Archives;

/// <summary>
/// Reads the archive of torch.save: <c>data.pkl</c> describes tensors, <c>data/0</c> and so on are their numbers, <c>version</c> and
/// <c>byteorder</c> say how they are written. All lie in one folder.
/// </summary>
internal sealed class TorchArchive<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string PickleName = "/data.pkl";
    private const int NewestVersion = 10;               // kMaxSupportedFileFormatVersion of caffe2/serialize/versions.h
    private const int LongestNote = 32, LongestList = 16;
    private const int BytesPerTensor = 300;             // of the state dictionary: the tensor, its shape, its places in lists

    private readonly AllocationBudget _budget;
    private readonly StoredZip _zip;
    private readonly string _folder;
    private readonly Dictionary<string, T[]> _storages = new(StringComparer.Ordinal);

    /// <summary>Opens an archive, and checks what it is.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or not of torch.save.</exception>
    public TorchArchive(FileStream file)
    {
        _budget = new AllocationBudget(file.Length);
        _zip = new StoredZip(file, _budget);
        if (_zip.Names.Any(name => name.EndsWith("/constants.pkl", StringComparison.Ordinal)))
        {
            throw new InvalidDataException("Expected a file of torch.save, but it is a program of TorchScript: save a state dictionary.");
        }

        _zip.CheckStored();
        string[] pickles = [.. _zip.Names.Where(name => name.EndsWith(PickleName, StringComparison.Ordinal)
            && name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleName.Length)];
        if (pickles.Length != 1)
        {
            throw new InvalidDataException($"Expected one 'data.pkl' in a folder of the archive, but there are {pickles.Length}.");
        }

        _folder = pickles[0][..^PickleName.Length];
        CheckVersion();
        CheckByteOrder();
    }

    /// <summary>Reads the state dictionary.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is damaged.</exception>
    public TorchStateDict<T> Read(string? key)
    {
        byte[] pickle = _zip.ReadAll(_zip.Entry(_folder + PickleName), _budget);
        PickleDict dictionary = Choose(new Unpickler(pickle, _budget).Read(), key);
        List<StateTensor<T>> tensors = [];
        List<TorchOtherTensor> others = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((object name, object? value) in dictionary.Members)
        {
            _budget.Take(BytesPerTensor);
            if (name is not string text || value is not PickledTensor tensor)
            {
                throw new InvalidDataException($"Expected tensors by name, but {Unpickler.Describe(name)} is {Unpickler.Describe(value)}.");
            }

            if (!names.Add(text))
            {
                throw new InvalidDataException($"Expected every name once, but '{text}' comes twice.");
            }

            if (tensor.Storage.Type.IsFloating)
            {
                tensors.Add(new(text, tensor.Shape, Values(text, tensor)));
            }
            else
            {
                others.Add(new(text, tensor.Storage.Type.Name, tensor.Shape));
            }
        }

        return new(tensors, others);
    }

    private void CheckVersion()
    {
        string text = Note("version");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version is < 1 or > NewestVersion)
        {
            throw new InvalidDataException($"Expected a version from 1 to {NewestVersion} of torch.save, but got '{text}'.");
        }
    }

    private void CheckByteOrder()
    {
        // PyTorch writes it since 2.1.
        if (_zip.Has($"{_folder}/byteorder") && Note("byteorder") is string order && order != "little")
        {
            throw new InvalidDataException($"Expected the byte order 'little', but got '{order}'.");
        }
    }

    private string Note(string name)
    {
        StoredEntry entry = _zip.Entry($"{_folder}/{name}");
        return entry.Length <= LongestNote
            ? Encoding.Latin1.GetString(_zip.ReadAll(entry, _budget)).TrimEnd('\n')
            : throw new InvalidDataException($"Expected at most {LongestNote} bytes of '{name}', but got {entry.Length}.");
    }

    private static PickleDict Choose(object? top, string? key)
    {
        if (top is not PickleDict dictionary)
        {
            throw new InvalidDataException($"Expected a dictionary of tensors, but the file holds {Unpickler.Describe(top)}.");
        }

        if (key != null)
        {
            KeyValuePair<object, object?> member = dictionary.Members.LastOrDefault(member => member.Key is string name && name == key);
            return member.Value as PickleDict ?? throw new InvalidDataException(
                $"Expected a dictionary of tensors as the member '{key}', but "
                    + (member.Key is null ? "there is none" : $"it is {Unpickler.Describe(member.Value)}")
                    + $": the file has {Names(dictionary)}.");
        }

        bool hasTensors = dictionary.Members.Any(member => member.Value is PickledTensor);
        return !hasTensors && dictionary.Members.Any(member => member.Value is PickleDict)
            ? throw new InvalidDataException(
                $"Expected tensors, but the file holds other dictionaries: say which is meant, by its key. It has {Names(dictionary)}.")
            : dictionary;
    }

    private static string Names(PickleDict dictionary)
    {
        string more = dictionary.Members.Count > LongestList ? ", ..." : "";
        return dictionary.Members.Count == 0
            ? "no members"
            : string.Join(", ", dictionary.Members.Take(LongestList).Select(member => Unpickler.Describe(member.Key))) + more;
    }

    private ReadOnlyMemory<T> Values(string name, PickledTensor tensor)
    {
        long count = tensor.Count;
        if (count == 0)
        {
            return default;
        }

        T[] numbers = Storage(name, tensor.Storage);

        // A view without a copy counts as well: what is made of many views of one storage is as large as all of them.
        _budget.Take(count * ElementNumbers<T>.Size);
        if (tensor.IsContiguous)
        {
            return numbers.AsMemory((int)tensor.Offset, (int)count);
        }

        return Gathered(numbers, tensor, (int)count);
    }

    /// <summary>Copies the elements of a view in the order of its shape.</summary>
    private static T[] Gathered(T[] numbers, PickledTensor tensor, int count)
    {
        T[] values = new T[count];
        int[] index = new int[tensor.Shape.Length];
        long place = tensor.Offset;
        for (int k = 0; k < count; k++)
        {
            values[k] = numbers[place];
            for (int d = index.Length - 1; d >= 0; d--)
            {
                place += tensor.Strides[d];
                if (++index[d] < tensor.Shape[d])
                {
                    break;
                }

                place -= tensor.Strides[d] * tensor.Shape[d];
                index[d] = 0;
            }
        }

        return values;
    }

    private T[] Storage(string name, PickledStorage storage)
    {
        if (_storages.TryGetValue(storage.Key, out T[]? known))
        {
            return known;
        }

        ElementNumbers<T>.Check(name, storage.Type);
        StoredEntry entry = _zip.Entry($"{_folder}/data/{storage.Key}");
        if (storage.Count > Array.MaxLength || entry.Length != storage.Count * storage.Type.Size)
        {
            throw new InvalidDataException(
                $"Expected {storage.Count} elements of {storage.Type} in '{entry.Name}', for tensor '{name}', but it has "
                    + $"{entry.Length} bytes.");
        }

        _budget.Take(storage.Count * ElementNumbers<T>.Size);
        T[] numbers = new T[storage.Count];
        int position = 0;
        _zip.Read(entry, _budget, chunk =>
        {
            int count = chunk.Length / storage.Type.Size;
            ElementNumbers<T>.Read(chunk, storage.Type, numbers.AsSpan(position, count));
            position += count;
        });
        _storages.Add(storage.Key, numbers);
        return numbers;
    }
}
