namespace Lstm;

/// <summary>Where the cell state is normalised.</summary>
public enum CellPlacement
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>The normalised cell state is what the output gate sees and what is carried on.</summary>
    Carried,

    /// <summary>The normalised cell state becomes h alone; the output gate sees the raw one, which is carried on.</summary>
    Output,
}
