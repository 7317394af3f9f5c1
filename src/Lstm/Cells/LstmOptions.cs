namespace Lstm;

/// <summary>The options of an <see cref="LstmLayer{T}"/>.</summary>
public sealed record LstmOptions
{
    /// <summary>
    /// Whether the gates see the cell state: i and f that of the step before, o the new one (Gers and Schmidhuber 2000). Adds p [3H].
    /// </summary>
    public bool Peepholes { get; init; }

    /// <summary>
    /// The first value of the forget gate's bias, or of its shift where the gates are normalised. 1 by default, so that a new layer
    /// remembers (Gers et al. 2000; Jozefowicz et al. 2015).
    /// </summary>
    public double ForgetBias { get; init; } = 1;

    /// <summary>How gates and cell state are normalised; null for not at all.</summary>
    public LayerNormOptions? LayerNorm { get; init; }

    /// <summary>Sets the first values of W.</summary>
    public Initializer InputInitializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>Sets the first values of R.</summary>
    public Initializer RecurrentInitializer { get; init; } = Initializer.Orthogonal;

    /// <summary>Sets the first values of p.</summary>
    public Initializer PeepholeInitializer { get; init; } = Initializer.Zero;
}
