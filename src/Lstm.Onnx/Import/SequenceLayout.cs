namespace Lstm.Onnx;

/// <summary>Where the directions of a recurrent operator stand among the axes of steps T, sequences B and units H.</summary>
internal enum SequenceLayout
{
    /// <summary>[T,B,H]: those of all directions are one after the other.</summary>
    Plain,

    /// <summary>[T,D,B,H], as the operators have them.</summary>
    Operator,

    /// <summary>[T,B,D,H].</summary>
    Turned,
}
