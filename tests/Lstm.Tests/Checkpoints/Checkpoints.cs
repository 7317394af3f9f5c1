namespace Lstm.Tests.Checkpoints;

internal static class Checkpoints
{
    /// <summary>A checkpoint with numbers of every kind.</summary>
    public static Checkpoint<T> Create<T>(long step = 7, int length = 6)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => new()
        {
            Step = step,
            Parts = new Dictionary<string, NamedState<T>>
            {
                ["model"] = State([T.NaN, T.NegativeZero, T.Epsilon, T.NegativeInfinity, .. Enumerable.Range(0, length - 4).Select(k => T.CreateTruncating(k + step))]),
                ["empty"] = State<T>([]) with { Tensors = [] },
            },
            Texts = new Dictionary<string, string> { ["seed"] = $"{ulong.MaxValue}", ["a/kind"] = "Übung\n\"" },
        };

    private static NamedState<T> State<T>(T[] values)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => new()
        {
            Kind = "Adam",
            Steps = long.MaxValue,
            Numbers = new Dictionary<string, double> { ["rate"] = 0.1, ["best"] = double.PositiveInfinity, ["a/kind"] = -0.0 },
            Tensors = [new StateTensor<T>("mean.0.W", [values.Length / 2, 2], values)],
        };

    /// <summary>The bytes of a file with another version and the checksum that belongs to it.</summary>
    public static byte[] OfVersion(byte[] file, int version)
    {
        string text = System.Text.Encoding.Latin1.GetString(file).Replace("\"checkpoint\":\"1\"", $"\"checkpoint\":\"{version}\"");
        return Sealed(System.Text.Encoding.Latin1.GetBytes(text));
    }

    /// <summary>The same bytes with the checksum that belongs to them.</summary>
    public static byte[] Sealed(byte[] bytes)
    {
        int place = bytes.AsSpan().IndexOf("\"sha256\":\""u8) + 10;
        bytes.AsSpan(place, 64).Fill((byte)'0');
        System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))).CopyTo(bytes, place);
        return bytes;
    }
}
