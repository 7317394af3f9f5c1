namespace Lstm.Onnx;

/// <summary>A size of a tensor: a number, or a name where the size is known only when the model runs.</summary>
internal readonly record struct Dimension(long Size, string? Symbol)
{
    public static implicit operator Dimension(int size) => new(size, null);

    public static implicit operator Dimension(string symbol) => new(0, symbol);

    /// <summary>Returns the message, with the field numbers of <c>onnx.proto3</c>.</summary>
    public ProtoMessage ToMessage() => Symbol is null ? new ProtoMessage().Add(1, Size) : new ProtoMessage().Add(2, Symbol);
}
