using System.Numerics;

namespace Lstm;

/// <summary>
/// What belongs to a model beside its layers and parameters, and is kept in the same file: what its inputs and outputs mean, and where it
/// comes from. Every member may be left out.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed record ModelInfo<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The characters that the token ids stand for.</summary>
    public CharVocabulary? Characters { get; init; }

    /// <summary>The words that the token ids stand for.</summary>
    public WordVocabulary? Words { get; init; }

    /// <summary>The scaler of the columns of the series.</summary>
    public StandardScaler<T>? Scaler { get; init; }

    /// <summary>The names of the classes, by their numbers; or of the columns of the output.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What the model is for, in a word or a sentence.</summary>
    public string? Task { get; init; }

    /// <summary>What the model reaches, by the names of metrics.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The seed of its training.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The name of the data that it was trained on.</summary>
    public string? Data { get; init; }

    /// <summary>The SHA-256 of those data, or what else identifies them.</summary>
    public string? DataHash { get; init; }

    /// <summary>The licence of the model, best as an SPDX identifier such as <c>MIT</c>.</summary>
    public string? Licence { get; init; }

    /// <summary>Further texts by names of your own, which do not begin with <c>lstm.</c>.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>();

    /// <summary>The version of this library that wrote the file; null unless the information was read from a file that has it.</summary>
    public string? LibraryVersion { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => RecordText.Of(nameof(ModelInfo<>), PrintMembers);
}
