using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Lstm.PyTorch.Archives;

namespace Lstm.PyTorch.Pickles;

/// <summary>
/// Reads the pickles of tensors. It interprets the part of protocol 2 that torch.save writes for dictionaries, lists, tuples, texts,
/// numbers and tensors, and refuses everything else by name. It imports nothing and calls nothing.
/// </summary>
/// <remarks>The opcodes are those of Python's pickletools.</remarks>
internal sealed class Unpickler(ReadOnlyMemory<byte> pickle, AllocationBudget budget)
{
    // What is allocated, in bytes: for an object and what it begins with, a number, and a place in a list or dictionary that grows.
    private const int BytesOfObject = 64, BytesOfNumber = 24, BytesOfReference = 32, BytesOfPlace = 80;

    private const int MostDimensions = 64;              // as in PyTorch

    private static readonly object s_mark = new();

    private readonly PickleBytes _bytes = new(pickle, budget);
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private readonly Dictionary<string, PickledStorage> _storages = new(StringComparer.Ordinal);
    private int _deepest;

    /// <summary>Returns what was pickled.</summary>
    /// <exception cref="InvalidDataException">The pickle is damaged, or has something else than tensors and plain values.</exception>
    public object? Read()
    {
        while (true)
        {
            int position = _bytes.Position;
            byte opcode = _bytes.Byte();
            if (opcode == '.')
            {
                return Stop();
            }

            Interpret(opcode, position);
        }
    }

    private void Interpret(byte opcode, int position)
    {
        switch (opcode)
        {
            case 0x80: Protocol(_bytes.Byte()); break;
            case (byte)'c': Push(PickleGlobal.Of(_bytes.Line(), _bytes.Line())); break;
            case (byte)'N': Push(null); break;
            case 0x88: Push(true); break;
            case 0x89: Push(false); break;
            case (byte)'K': Push((long)_bytes.Byte()); break;
            case (byte)'M': Push((long)_bytes.UInt16()); break;
            case (byte)'J': Push((long)_bytes.Int32()); break;
            case 0x8A: Push(_bytes.Integer()); break;
            case (byte)'G': Push(_bytes.Double()); break;
            case (byte)'X': Push(_bytes.Text()); break;
            case (byte)'(': Mark(); break;
            case (byte)')': Push(new PickleTuple([])); break;
            case 0x85: PushTuple(_stack.Count - 1); break;
            case 0x86: PushTuple(_stack.Count - 2); break;
            case 0x87: PushTuple(_stack.Count - 3); break;
            case (byte)'t': PushTuple(PopMark()); break;
            case (byte)']': Push(new PickleList()); break;
            case (byte)'a': Append(_stack.Count - 1); break;
            case (byte)'e': Append(PopMark()); break;
            case (byte)'}': Push(new PickleDict()); break;
            case (byte)'s': SetItems(_stack.Count - 2); break;
            case (byte)'u': SetItems(PopMark()); break;
            case (byte)'q': Remember(_bytes.Byte()); break;
            case (byte)'r': Remember(_bytes.UInt32()); break;
            case (byte)'h': Recall(_bytes.Byte()); break;
            case (byte)'j': Recall(_bytes.UInt32()); break;
            case (byte)'Q': Push(Storage(Pop())); break;
            case (byte)'R': Reduce(); break;
            case (byte)'b': Build(); break;
            default: throw Unknown(opcode, position);
        }
    }

    private static InvalidDataException Unknown(byte opcode, int position) =>
        new($"Expected the opcodes of tensors in data.pkl, but got {Describe(opcode)} at {position}.");

    private object? Stop()
    {
        object? result = Pop();
        return _stack.Count == 0 && _bytes.IsAtEnd
            ? result
            : throw new InvalidDataException($"Expected one value in data.pkl, but there is more after its end at {_bytes.Position}.");
    }

    private static void Protocol(int version)
    {
        if (version != 2)
        {
            throw new InvalidDataException($"Expected a pickle of protocol 2, as torch.save writes them, but got protocol {version}.");
        }
    }

    private void Push(object? value)
    {
        budget.Take(value switch
        {
            long or double => BytesOfNumber,
            PickleDict or PickleList or PickleTuple => BytesOfObject,
            _ => 0,
        });
        if (_stack.Count == _deepest)
        {
            budget.Take(BytesOfReference);
            _deepest++;
        }

        _stack.Add(value);
    }

    private object? Pop()
    {
        object? value = Items(_stack.Count - 1)[0];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private void Mark()
    {
        budget.Take(BytesOfReference);
        _marks.Add(_stack.Count);
        Push(s_mark);
    }

    /// <summary>Removes the last mark and returns its place, where the first item after it is now.</summary>
    private int PopMark()
    {
        if (_marks.Count == 0)
        {
            throw new InvalidDataException($"Expected a mark before {_bytes.Position} of data.pkl, but there is none.");
        }

        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        _stack.RemoveAt(mark);
        return mark;
    }

    /// <summary>The values of the stack from a place on, among which there is no mark.</summary>
    private ReadOnlySpan<object?> Items(int start)
    {
        int least = _marks.Count == 0 ? 0 : _marks[^1] + 1;
        return start >= least
            ? CollectionsMarshal.AsSpan(_stack)[start..]
            : throw new InvalidDataException($"Expected more values before {_bytes.Position} of data.pkl.");
    }

    private void RemoveItems(int start) => _stack.RemoveRange(start, _stack.Count - start);

    private void PushTuple(int start)
    {
        ReadOnlySpan<object?> items = Items(start);
        budget.Take((long)items.Length * BytesOfReference);
        PickleTuple tuple = new(items.ToArray());
        RemoveItems(start);
        Push(tuple);
    }

    private void Append(int start)
    {
        if (Items(start - 1)[0] is not PickleList)
        {
            throw Unexpected("a list to append to", Items(start - 1)[0]);
        }

        RemoveItems(start);
    }

    private void SetItems(int start)
    {
        ReadOnlySpan<object?> items = Items(start - 1);
        if (items[0] is not PickleDict dictionary || items.Length % 2 == 0)
        {
            throw Unexpected("a dictionary, keys and values", items[0]);
        }

        budget.Take((long)items.Length * BytesOfReference);
        for (int k = 1; k < items.Length; k += 2)
        {
            dictionary.Add(items[k] ?? "None", items[k + 1]);
        }

        RemoveItems(start);
    }

    private void Remember(long place)
    {
        if (!_memo.ContainsKey(place))
        {
            budget.Take(BytesOfPlace);
        }

        _memo[place] = Items(_stack.Count - 1)[0];
    }

    private void Recall(long place)
    {
        if (!_memo.TryGetValue(place, out object? value))
        {
            throw new InvalidDataException($"Expected a value that is remembered as {place} in data.pkl, but there is none.");
        }

        Push(value);
    }

    /// <summary>Makes a storage of ('storage', class, key, device, number of elements).</summary>
    private PickledStorage Storage(object? id)
    {
        if (id is not PickleTuple { Items: ["storage", PickleGlobal { Element: ElementType type }, string key, string, long count] }
            || count < 0)
        {
            throw Unexpected("the type, key, device and size of a storage", id);
        }

        budget.Take(BytesOfObject + BytesOfPlace);
        PickledStorage storage = new(type, key, count);
        return _storages.TryAdd(key, storage) || _storages[key] == storage
            ? _storages[key]
            : throw new InvalidDataException(
                $"Expected one type and size of storage '{key}', but got {_storages[key].Count} of {_storages[key].Type} and "
                    + $"{count} of {type}.");
    }

    private void Reduce()
    {
        object? arguments = Pop(), function = Pop();
        if (function is not PickleGlobal global || arguments is not PickleTuple { Items: object?[] items })
        {
            throw Unexpected("a name and its arguments", function);
        }

        Push(
            global == PickleGlobal.OrderedDict && items.Length == 0 ? new PickleDict()
            : global == PickleGlobal.RebuildTensor && items.Length is 6 or 7 ? Tensor(items)
            : global == PickleGlobal.RebuildParameter && items is [PickledTensor tensor, bool, PickleDict] ? tensor
            : throw new InvalidDataException($"Expected tensors in data.pkl, but got {global} of {items.Length} arguments."));
    }

    /// <summary>Sets the attributes of an ordered dictionary: the versions of modules, which no tensor depends on.</summary>
    private void Build()
    {
        _ = Pop();
        if (Items(_stack.Count - 1)[0] is not PickleDict)
        {
            throw Unexpected("a dictionary with attributes", _stack[^1]);
        }
    }

    /// <summary>Makes a tensor of (storage, offset, shape, strides, requires_grad, hooks) and perhaps metadata.</summary>
    private PickledTensor Tensor(object?[] items)
    {
        if (items is not [PickledStorage storage, long offset, PickleTuple shape, PickleTuple strides, bool, ..])
        {
            throw Unexpected("the storage, offset, shape and strides of a tensor", items[0]);
        }

        if (shape.Items.Length > MostDimensions)
        {
            throw new InvalidDataException($"Expected a tensor of at most {MostDimensions} dimensions, but got {shape.Items.Length}.");
        }

        budget.Take((long)(shape.Items.Length + strides.Items.Length) * sizeof(long) + 2 * BytesOfObject);
        int[] sizes = Array.ConvertAll(shape.Items, size => size is long and >= 0 and <= int.MaxValue
            ? (int)(long)size
            : throw Unexpected("sizes from 0 to 2^31-1", size));
        long[] steps = Array.ConvertAll(strides.Items, step => step is long and >= 0
            ? (long)step
            : throw Unexpected("strides of 0 or more", step));
        if (sizes.Length != steps.Length || offset < 0)
        {
            throw new InvalidDataException(
                $"Expected a stride for each dimension and an offset of 0 or more, but got {sizes.Length} dimensions, "
                    + $"{steps.Length} strides and an offset of {offset}.");
        }

        CheckWithin(storage, offset, sizes, steps);
        return new(storage, offset, sizes, steps);
    }

    private static void CheckWithin(PickledStorage storage, long offset, int[] shape, long[] strides)
    {
        if (shape.Contains(0))
        {
            return;
        }

        Int128 last = offset, count = 1;
        for (int k = 0; k < shape.Length; k++)
        {
            count *= shape[k];
            last += (Int128)(shape[k] - 1) * strides[k];
            if (count > Array.MaxLength || last >= storage.Count)
            {
                break;
            }
        }

        if (count > Array.MaxLength || last >= storage.Count)
        {
            throw new InvalidDataException(
                $"Expected a tensor within the {storage.Count} elements of storage '{storage.Key}', but one of shape [{List(shape)}] "
                    + $"and strides [{List(strides)}] begins at {offset}.");
        }
    }

    private static string List<TNumber>(TNumber[] numbers) => string.Join(",", numbers.Take(8)) + (numbers.Length > 8 ? ",..." : "");

    private InvalidDataException Unexpected(string expected, object? found) =>
        new($"Expected {expected} before {_bytes.Position} of data.pkl, but got {Describe(found)}.");

    [SuppressMessage("Style", "IDE0072:Add missing cases", Justification = "Everything else is named by its type.")]
    public static string Describe(object? value) => value switch
    {
        null => "None",
        string text => $"'{text}'",
        long or double or bool => $"{value}",
        PickleGlobal global => $"{global}",
        PickleDict => "a dictionary",
        PickleList => "a list",
        PickleTuple tuple => $"a tuple of {tuple.Items.Length}",
        PickledTensor => "a tensor",
        PickledStorage => "a storage",
        byte opcode => opcode is > 0x20 and < 0x7F ? $"0x{opcode:X2} ('{(char)opcode}')" : $"0x{opcode:X2}",
        _ => "a mark",
    };
}
