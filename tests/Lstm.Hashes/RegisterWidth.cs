using System.Numerics;
using System.Runtime.Intrinsics;

namespace Lstm.Hashes;

/// <summary>Tells the widest registers that the library computes with: sums are in another order at another width.</summary>
internal static class RegisterWidth
{
    /// <summary>Names the type and the bits of the registers.</summary>
    public static string Text { get; } =
        Vector512.IsHardwareAccelerated ? "Vector512 of 512 bits"
        : Vector.IsHardwareAccelerated ? $"Vector of {8 * Vector<byte>.Count} bits"
        : "no vectors";
}
