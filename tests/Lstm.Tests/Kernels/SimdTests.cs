using System.Globalization;
using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

public sealed class SimdTests
{
    private const string WidthVariable = "LSTM_EXPECTED_VECTOR_BITS";

    /// <summary>A run under a switch of the runtime proves something only if that switch has worked.</summary>
    [Fact]
    public void The_lane_in_use_is_as_wide_as_the_run_means_it_to_be()
    {
        int bits = Simd.LaneCount<float>() * 32;
        string? expected = Environment.GetEnvironmentVariable(WidthVariable);
        if (string.IsNullOrEmpty(expected))
        {
            bits.Should().BeOneOf(32, 128, 256, 512);
        }
        else
        {
            bits.Should().Be(int.Parse(expected, CultureInfo.InvariantCulture));
        }
    }
}
