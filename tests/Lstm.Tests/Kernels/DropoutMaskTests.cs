using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>The factors of dropout and zoneout, drawn many at once, are those of the counter one by one.</summary>
public sealed class DropoutMaskTests
{
    [Fact]
    public void Float_agrees_for_every_length() => Check(1.25f);

    [Fact]
    public void Double_agrees_for_every_length() => Check(1.25);

    [Theory]
    [InlineData(1)]
    [InlineData(1 - 1e-10)]
    public void Nothing_is_dropped_at_the_rate_0(double keep)
    {
        float[] mask = new float[1000];
        DropoutMask.Fill(1, new UInt128(2, 0), 3, keep, 7f, mask);
        mask.Should().AllBeEquivalentTo(7f);
    }

    /// <summary>Rows are parts of one sequence of counters, whatever their length.</summary>
    [Fact]
    public void Rows_do_not_overlap()
    {
        const int Length = 130, SmallestOverlap = 32;
        double[][] rows = [.. Enumerable.Range(0, 50).Select(row =>
        {
            double[] mask = new double[Length];
            DropoutMask.Fill(1, new UInt128(2, 0), row, 0.5, 1.0, mask);
            return mask;
        })];

        foreach ((double[] row, double[] next) in rows.Zip(rows.Skip(1)))
        {
            for (int shift = 0; shift <= Length - SmallestOverlap; shift++)
            {
                row.AsSpan(shift).SequenceEqual(next.AsSpan(0, Length - shift)).Should().BeFalse("a row must not begin within the row before it");
            }
        }
    }

    /// <summary>A lane that is not there is emulated, with the same bits.</summary>
    [Fact]
    public unsafe void Every_lane_draws_the_same_words()
    {
        const ulong Key = 0xa4093822299f31d0, Stream = 0x0370734413198a2e, Position = ulong.MaxValue - 10;
        ulong* scalar = stackalloc ulong[64], vector = stackalloc ulong[64], wide = stackalloc ulong[64];

        PhiloxBlocks.Fill<ScalarPhiloxLane>(Key, Stream, Position, scalar, 64);
        PhiloxBlocks.Fill<VectorPhiloxLane>(Key, Stream, Position, vector, 64);
        PhiloxBlocks.Fill<Vector512PhiloxLane>(Key, Stream, Position, wide, 64);

        new Span<ulong>(vector, 64).ToArray().Should().Equal(new Span<ulong>(scalar, 64).ToArray());
        new Span<ulong>(wide, 64).ToArray().Should().Equal(new Span<ulong>(scalar, 64).ToArray());
    }

    private static void Check<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int length = 1; length <= 257; length++)
        {
            const ulong Seed = 0x0123456789abcdef, Stream = 0xfedcba9876543210, First = 0x0000_0005_0000_0000;
            long row = length * 1_000_003L;
            Guarded<T> mask = new(length, T.NegativeOne);

            DropoutMask.Fill(Seed, new UInt128(Stream, First), row, keep: 0.7, value, mask.Span);

            for (int j = 0; j < length; j++)
            {
                UInt128 position = First + ((ulong)row * (ulong)((length + 3) / 4)) + (ulong)(j / 4);
                uint word = (uint)(PhiloxBlocks.Block(((UInt128)Stream << 64) + position, Seed) >> (32 * (j % 4)));
                mask.Span[j].Should().Be(word < 0.7 * (1UL << 32) ? value : T.Zero, "of factor {0} of {1}", j, length);
            }

            mask.IsIntact.Should().BeTrue("length {0}", length);
        }
    }
}
