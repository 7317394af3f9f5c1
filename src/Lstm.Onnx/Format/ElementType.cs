namespace Lstm.Onnx;

/// <summary>The type of a tensor's elements, with the numbers of <c>onnx.proto3</c>.</summary>
internal enum ElementType
{
    /// <summary>Numbers of 32 bits.</summary>
    Float = 1,

    /// <summary>Integers of 32 bits.</summary>
    Int32 = 6,

    /// <summary>Integers of 64 bits.</summary>
    Int64 = 7,

    /// <summary>Truth values.</summary>
    Bool = 9,
}
