using System.Numerics;

namespace Lstm.Files;

/// <summary>
/// Saves and loads a <see cref="Checkpoint{T}"/> as one safetensors file with a checksum. Tensors are named <c>part/tensor</c>. The
/// metadata contain, in this order, the checksum, the version of the format, the step, the names of the parts, the
/// <see cref="StateMetadata"/> of each part, and the texts.
/// </summary>
internal static class CheckpointFile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The version that is written, and the last that is known. A change of the format takes the next number, and a reader for this version
    /// stays.
    /// </summary>
    public const int Version = 1;

    private const string VersionKey = "checkpoint", StepKey = "step", PartsKey = "parts", TextPrefix = "text.";
    private const char PartEnd = '/', PartSeparator = ',';

    /// <param name="path">The file.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="wrap">Wraps the stream of the file, to see what is written and when; default: no wrapping.</param>
    /// <inheritdoc cref="Checkpoint{T}.Save"/>
    public static void Save(string path, Checkpoint<T> checkpoint, Func<Stream, Stream>? wrap = null)
    {
        Check(checkpoint);
        byte[] header = SafetensorsHeaderWriter.Write<T>(
            checkpoint.Parts.SelectMany(
                part => part.Value.Tensors.Select(tensor => (part.Key + PartEnd + tensor.Name, tensor.Shape.ToArray()))),
            MetadataOf(checkpoint));
        AtomicFile.Write(path, file => Checksum.Write(wrap is null ? file : wrap(file), header, stream =>
        {
            foreach (StateTensor<T> tensor in checkpoint.Parts.Values.SelectMany(part => part.Tensors))
            {
                LittleEndian.Write(stream, tensor.Values.Span);
            }
        }));
    }

    /// <inheritdoc cref="Checkpoint{T}.Load"/>
    public static Checkpoint<T> Load(string path) => Safetensors.Read(path, (stream, header) =>
        {
            CheckKind(header.Metadata);
            Checksum.Verify(stream, header);            // all versions have it in the same place, so a damaged version is found
            CheckVersion(path, header.Metadata);
            return Read(header.Metadata, Safetensors.ReadAll<T>(stream, header));
        });

    private static void Check(Checkpoint<T> checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentOutOfRange.ThrowIfNegative(checkpoint.Step, nameof(checkpoint));
        foreach ((string name, NamedState<T> part) in checkpoint.Parts)
        {
            if (!IsPartName(name))
            {
                throw new ArgumentException($"Expected names of parts of letters, digits, - and _, but got '{name}'.", nameof(checkpoint));
            }

            NamedState<T>.CheckShapes(part);
        }
    }

    private static Dictionary<string, string> MetadataOf(Checkpoint<T> checkpoint)
    {
        Dictionary<string, string> metadata = new()
        {
            [Checksum.Key] = Checksum.Blank,
            [VersionKey] = $"{Version}",
            [StepKey] = $"{checkpoint.Step}",
            [PartsKey] = string.Join(PartSeparator, checkpoint.Parts.Keys),
        };
        foreach ((string name, NamedState<T> part) in checkpoint.Parts)
        {
            StateMetadata.Add(metadata, name + PartEnd, part);
        }

        foreach ((string name, string text) in checkpoint.Texts)
        {
            metadata[TextPrefix + name] = text;
        }

        return metadata;
    }

    private static void CheckKind(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.ContainsKey(VersionKey))
        {
            throw new InvalidDataException(
                "Expected a checkpoint, but the file is something else: it does not give the version of its format.");
        }
    }

    private static void CheckVersion(string path, IReadOnlyDictionary<string, string> metadata)
    {
        long version = StateMetadata.Integer(metadata, VersionKey);
        if (version > Version)
        {
            throw new NotSupportedException(
                $"Cannot read '{path}'. Expected a checkpoint of format version {Version} or less, but got {version}: "
                + $"it was written by a newer {nameof(Lstm)}.");
        }
    }

    private static Checkpoint<T> Read(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StateTensor<T>> tensors)
    {
        // Grouped by part once: a search for each part would take time quadratic in the number of parts.
        ILookup<string, StateTensor<T>> tensorsOf = tensors.ToLookup(
            tensor => PartOf(tensor.Name), tensor => tensor with { Name = tensor.Name[(tensor.Name.IndexOf(PartEnd) + 1)..] });
        ILookup<string, KeyValuePair<string, string>> textsOf = metadata.ToLookup(text => PartOf(text.Key));
        string[] parts = PartsOf(metadata);
        if (tensorsOf.Select(part => part.Key).Except(parts).FirstOrDefault() is string unknown)
        {
            throw new InvalidDataException(
                $"Expected tensors of the parts that '{PartsKey}' lists, but '{tensorsOf[unknown].First().Name}' is of '{unknown}'.");
        }

        Checkpoint<T> checkpoint = new()
        {
            Step = StateMetadata.Integer(metadata, StepKey),
            Parts = parts.ToDictionary(
                part => part, part => StateMetadata.Read(textsOf[part].ToDictionary(), part + PartEnd, [.. tensorsOf[part]])),
            Texts = metadata.Where(text => text.Key.StartsWith(TextPrefix, StringComparison.Ordinal))
                .ToDictionary(text => text.Key[TextPrefix.Length..], text => text.Value),
        };
        CheckNumbers(checkpoint);
        return checkpoint;
    }

    private static string PartOf(string name) => name[..Math.Max(0, name.IndexOf(PartEnd))];

    private static string[] PartsOf(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(PartsKey, out string? list))
        {
            throw new InvalidDataException($"Expected a checkpoint with metadata '{PartsKey}', but it has none.");
        }

        string[] parts = list == "" ? [] : list.Split(PartSeparator);
        if (Array.Find(parts, part => !IsPartName(part)) is string other)
        {
            throw new InvalidDataException(
                $"Expected metadata '{PartsKey}' to be names of letters, digits, - and _, but one is '{other}'.");
        }

        if (parts.GroupBy(part => part).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
        {
            throw new InvalidDataException($"Expected metadata '{PartsKey}' to name every part once, but '{twice.Key}' comes twice.");
        }

        return parts;
    }

    private static bool IsPartName(string name) =>
        name != "" && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    /// <summary>
    /// Finds numbers that a trainer could not continue from when the file is read, so that an earlier checkpoint is taken.
    /// </summary>
    private static void CheckNumbers(Checkpoint<T> checkpoint)
    {
        try
        {
            TrainerNumbers.Check(checkpoint);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }
}
