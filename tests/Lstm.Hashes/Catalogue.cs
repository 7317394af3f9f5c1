using System.Numerics;

namespace Lstm.Hashes;

/// <summary>Lists the models of the report.</summary>
internal static class Catalogue<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int InputSize = 3;
    private const int HiddenSize = 17;

    /// <summary>Lists all models.</summary>
    public static IEnumerable<HashedModel<T>> Models() =>
    [
        .. LstmRows.All.Select(row => Of($"lstm {row.Name}", () => new LstmLayer<T>(InputSize, HiddenSize, row.Options))),
        .. GruRows.All.Select(row => Of($"gru {row.Name}", () => new GruLayer<T>(InputSize, HiddenSize, row.Options))),
        .. RnnRows.All.Select(row => Of($"rnn {row.Name}", () => new RnnLayer<T>(InputSize, HiddenSize, row.Options))),
        .. SizeModels<T>.All(),
        .. ComposedModels<T>.All(),
        .. WindowModels<T>.All(),
    ];

    private static HashedModel<T> Of(string name, Func<Layer<T>> layer) => new(name, () => [layer()]);
}
