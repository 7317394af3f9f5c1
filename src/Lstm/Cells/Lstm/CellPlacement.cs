namespace Lstm;

/// <summary>The place where the cell state is normalised.</summary>
public enum CellPlacement
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>The output gate sees the normalised cell state, which is carried on.</summary>
    Carried,

    /// <summary>The normalised cell state becomes h alone; the output gate sees the raw one, which is carried on.</summary>
    Output,
}
