using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

public sealed class BlocksTests
{
    [Theory]
    [InlineData(0, 16)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 16)]
    [InlineData(256 * 16, 16)]
    [InlineData(256 * 16 + 1, 16)]
    [InlineData(1000, 1)]
    [InlineData(int.MaxValue, 1 << 14)]
    public void Blocks_cover_all_items_in_order(int items, int length)
    {
        Blocks blocks = new(items, length);
        int next = 0;
        for (int block = 0; block < blocks.Count; block++)
        {
            (int start, int end) = blocks[block];
            start.Should().Be(next);
            end.Should().BeGreaterThan(start);
            next = end;
        }

        next.Should().Be(items);
        blocks.Count.Should().BeLessThanOrEqualTo(Blocks.MaxCount);
    }

    [Theory]
    [InlineData(0, 4, 1)]
    [InlineData(99, 4, 1)]
    [InlineData(200, 4, 2)]
    [InlineData(100_000, 4, 4)]
    public void Slices_have_enough_to_do(int items, int threads, int expected) =>
        new Blocks(items, length: 16).Slices(threads, itemsPerThread: 100).Should().Be(expected);
}
