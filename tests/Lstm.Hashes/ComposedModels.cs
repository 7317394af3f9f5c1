using System.Numerics;

namespace Lstm.Hashes;

/// <summary>Lists models of several layers, of layers made of layers, of token ids, and of layers without a state.</summary>
internal static class ComposedModels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly LstmOptions s_normalised = new() { LayerNorm = new() };
    private static readonly GruOptions s_resetAfter = new() { ResetAfter = true };

    /// <summary>Lists the models.</summary>
    public static IEnumerable<HashedModel<T>> All() =>
    [
        new("stack of lstms", () => [new LstmLayer<T>(3, 9), new LstmLayer<T>(9, 17)]),
        new("stack of all kinds",
            () => [new LstmLayer<T>(3, 9, LstmRows.Everything), new GruLayer<T>(6, 5, new() { ResetAfter = false }), new RnnLayer<T>(5, 7), new Dense<T>(7, 2)]),
        new("bidirectional lstm", () => [new Bidirectional<T>(() => new LstmLayer<T>(3, 17, LstmRows.Everything))]),
        new("bidirectional gru", () => [new Bidirectional<T>(() => new GruLayer<T>(3, 17, GruRows.Everything))]),
        new("bidirectional rnn", () => [new Bidirectional<T>(() => new RnnLayer<T>(3, 17, RnnRows.Everything))]),
        new("directions of two kinds",
            () => [new Bidirectional<T>(new LstmLayer<T>(3, 8, s_normalised), new GruLayer<T>(3, 5, s_resetAfter))]),
        new("directions within a direction",
            () => [new Bidirectional<T>(new Bidirectional<T>(new RnnLayer<T>(3, 4), new GruLayer<T>(3, 2, new() { ResetAfter = false })), new Dense<T>(3, 4))]),
        new("stack of bidirectional lstms",
            () =>
            [
                new Bidirectional<T>(() => new LstmLayer<T>(3, 6)),
                new Bidirectional<T>(() => new LstmLayer<T>(12, 5)),
                new Dense<T>(10, 4),
            ]),
        new("residual lstm", () => [new Residual<T>(new LstmLayer<T>(9, 9, new() { Peepholes = true }))]),
        new("residual of several", () => [new Residual<T>(new GruLayer<T>(9, 5, new() { ResetAfter = false }), new Dropout<T>(5, 0.3), new Dense<T>(5, 9))]),
        new("residual in residual", () => [new Residual<T>(new Residual<T>(new RnnLayer<T>(7, 7)), new LstmLayer<T>(7, 7))]),
        new("residual of two directions", () => [new Residual<T>(new Bidirectional<T>(() => new GruLayer<T>(8, 4, new() { ResetAfter = false })))]),
        new("dense", () => [new Dense<T>(5, 19)]),
        new("dropout", () => [new Dropout<T>(9, 0.4), new Dense<T>(9, 3)]),
        new("dropout variational", () => [new Dense<T>(3, 9), new Dropout<T>(9, 0.4, variational: true)]),

        Tokens("embedding + lstm + dense", () => [new Embedding<T>(7, 6), new LstmLayer<T>(6, 17), new Dense<T>(17, 7)]),
        Tokens("embedding", () => [new Embedding<T>(7, 18)]),
        Tokens("lstm of tokens", () => [new LstmLayer<T>(7, 17, LstmRows.Everything)]),
        Tokens("lstm with norm Haste of tokens", () => [new LstmLayer<T>(7, 17, new() { LayerNorm = LayerNormOptions.Haste })]),
        Tokens("gru of tokens", () => [new GruLayer<T>(7, 17, GruRows.Everything)]),
        Tokens("rnn of tokens", () => [new RnnLayer<T>(7, 17, RnnRows.Everything)]),
        Tokens("dense of tokens", () => [new Dense<T>(7, 17)]),
        Tokens("bidirectional lstm of tokens", () => [new Bidirectional<T>(() => new LstmLayer<T>(7, 9))]),
        Tokens("all kinds of tokens", () =>
        [
            new Embedding<T>(7, 4),
            new Dropout<T>(4, 0.2, variational: true),
            new Bidirectional<T>(() => new LstmLayer<T>(4, 3, new() { Peepholes = true })),
            new Residual<T>(new LstmLayer<T>(6, 6, s_normalised), new Dropout<T>(6, 0.2)),
            new GruLayer<T>(6, 5, new() { ResetAfter = false }),
            new Residual<T>(new GruLayer<T>(5, 5, s_resetAfter)),
            new RnnLayer<T>(5, 4),
            new Dense<T>(4, 7),
        ]),
    ];

    private static HashedModel<T> Tokens(string name, Func<IReadOnlyList<Layer<T>>> layers) => new(name, layers) { TakesTokens = true };
}
