namespace Lstm.Keras.Hdf5;

/// <summary>A message of an object header: one property of a group or of a dataset.</summary>
/// <param name="Type">What the message describes.</param>
/// <param name="IsShared">Whether the body only refers to a message elsewhere.</param>
/// <param name="Body">The content.</param>
internal readonly record struct HeaderMessage(int Type, bool IsShared, ReadOnlyMemory<byte> Body)
{
    public const int Dataspace = 0x01;
    public const int LinkInfo = 0x02;
    public const int Datatype = 0x03;
    public const int FillValue = 0x05;
    public const int Link = 0x06;
    public const int Layout = 0x08;
    public const int Attribute = 0x0C;
    public const int Continuation = 0x10;
    public const int SymbolTable = 0x11;
}
