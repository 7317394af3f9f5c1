using System.Buffers.Binary;
using System.Text;

namespace Lstm.Tests.Formats;

/// <summary>Safetensors files made by hand, to be right or wrong at will.</summary>
internal static class FileBytes
{
    /// <summary>The tensors of a <c>Dense(3, 4)</c>, 64 bytes of data. For ' read ".</summary>
    public const string Weights = "'0.W':{'dtype':'F32','shape':[4,3],'data_offsets':[0,48]}";

    public const string Bias = "'0.b':{'dtype':'F32','shape':[4],'data_offsets':[48,64]}";

    /// <summary>A header in which ' stands for ", its length before it, and zeros as data.</summary>
    public static byte[] Of(string header, int dataLength) => Of(header, new byte[dataLength]);

    public static byte[] Of(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header.Replace('\'', '"'));
        return WithLength((ulong)json.Length, [.. json, .. data]);
    }

    public static byte[] WithLength(ulong headerLength, params byte[] rest)
    {
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, headerLength);
        return [.. prefix, .. rest];
    }
}
