using System.Runtime.InteropServices;
using Lstm.Files;

namespace Lstm.Tests.Formats;

public sealed class LittleEndianTests
{
    [Fact]
    public void The_lowest_byte_comes_first()
    {
        using MemoryStream stream = new();

        LittleEndian.Write<float>(stream, [1f]);
        LittleEndian.Write<double>(stream, [-2d]);

        stream.ToArray().Should().Equal(0, 0, 0x80, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0);
    }

    /// <summary>What a machine of the other byte order would do, which sees these bytes as other numbers.</summary>
    [Fact]
    public void A_swap_turns_the_bytes_of_every_number()
    {
        using MemoryStream stream = new();

        LittleEndian.Write(stream, MemoryMarshal.Cast<uint, float>([0x01020304, 0x7F800001]), swap: BitConverter.IsLittleEndian);
        LittleEndian.Write(stream, MemoryMarshal.Cast<ulong, double>([0x0102030405060708]), swap: BitConverter.IsLittleEndian);

        stream.ToArray().Should().Equal(1, 2, 3, 4, 0x7F, 0x80, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(150_000)]
    public void Every_length_comes_back_with_and_without_a_swap(int length)
    {
        double[] values = [.. Enumerable.Range(0, length).Select(k => k + 0.1)];
        foreach (bool swap in (bool[])[false, true])
        {
            using MemoryStream stream = new();
            LittleEndian.Write<double>(stream, values, swap);
            stream.Position = 0;
            double[] read = new double[length];
            LittleEndian.Read<double>(stream, read, swap);

            stream.Length.Should().Be(length * 8L);
            read.AsSpan().SequenceEqual(values).Should().BeTrue();
        }
    }
}
