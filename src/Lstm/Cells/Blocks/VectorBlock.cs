using System.Numerics;

namespace Lstm;

/// <summary>A vector of parameters of a cell, such as a bias; its gradient has a row for every sequence.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class VectorBlock<T> : Block
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal VectorBlock(object cell, Parameter<T> parameter, int offset)
        : base(cell, parameter.Name, parameter.Length, "size")
    {
        Parameter = parameter;
        Offset = offset;
    }

    /// <summary>The parameter.</summary>
    public Parameter<T> Parameter { get; }

    /// <summary>The position of its first number in a row of the gradients of all vectors.</summary>
    internal int Offset { get; }
}
