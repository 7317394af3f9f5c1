using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lstm.Numerics;

/// <summary>
/// Transposes a square as wide as one register: 8 x 8 floats or 4 x 4 doubles if registers have 256 bits, else 1 x 1.
/// </summary>
internal static unsafe class SquareTranspose<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Size => Avx.IsSupported ? Vector256<T>.Count : 1;

    /// <summary>Effectively computes <c>destination[i, j] = source[j, i]</c>, both row-major.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(T* source, nint sourceStride, T* destination, nint destinationStride)
    {
        if (!Avx.IsSupported)
        {
            *destination = *source;
        }
        else if (typeof(T) == typeof(float))
        {
            Run((float*)source, sourceStride, (float*)destination, destinationStride);
        }
        else
        {
            Run((double*)source, sourceStride, (double*)destination, destinationStride);
        }
    }

    private static void Run(float* s, nint step, float* d, nint stride)
    {
        Vector256<float> r0 = Avx.LoadVector256(s), r1 = Avx.LoadVector256(s + step);
        Vector256<float> r2 = Avx.LoadVector256(s + 2 * step), r3 = Avx.LoadVector256(s + 3 * step);
        Vector256<float> r4 = Avx.LoadVector256(s + 4 * step), r5 = Avx.LoadVector256(s + 5 * step);
        Vector256<float> r6 = Avx.LoadVector256(s + 6 * step), r7 = Avx.LoadVector256(s + 7 * step);

        // Interleave pairs of rows, then fours, within each half register; then swap the halves.
        Vector256<float> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Vector256<float> a4 = Avx.UnpackLow(r4, r5), a5 = Avx.UnpackHigh(r4, r5), a6 = Avx.UnpackLow(r6, r7), a7 = Avx.UnpackHigh(r6, r7);
        Vector256<float> b0 = Avx.Shuffle(a0, a2, 0x44), b1 = Avx.Shuffle(a0, a2, 0xEE),
            b2 = Avx.Shuffle(a1, a3, 0x44), b3 = Avx.Shuffle(a1, a3, 0xEE);
        Vector256<float> b4 = Avx.Shuffle(a4, a6, 0x44), b5 = Avx.Shuffle(a4, a6, 0xEE),
            b6 = Avx.Shuffle(a5, a7, 0x44), b7 = Avx.Shuffle(a5, a7, 0xEE);
        Avx.Store(d, Avx.Permute2x128(b0, b4, 0x20));
        Avx.Store(d + stride, Avx.Permute2x128(b1, b5, 0x20));
        Avx.Store(d + 2 * stride, Avx.Permute2x128(b2, b6, 0x20));
        Avx.Store(d + 3 * stride, Avx.Permute2x128(b3, b7, 0x20));
        Avx.Store(d + 4 * stride, Avx.Permute2x128(b0, b4, 0x31));
        Avx.Store(d + 5 * stride, Avx.Permute2x128(b1, b5, 0x31));
        Avx.Store(d + 6 * stride, Avx.Permute2x128(b2, b6, 0x31));
        Avx.Store(d + 7 * stride, Avx.Permute2x128(b3, b7, 0x31));
    }

    private static void Run(double* s, nint step, double* d, nint stride)
    {
        Vector256<double> r0 = Avx.LoadVector256(s), r1 = Avx.LoadVector256(s + step);
        Vector256<double> r2 = Avx.LoadVector256(s + 2 * step), r3 = Avx.LoadVector256(s + 3 * step);
        Vector256<double> a0 = Avx.UnpackLow(r0, r1), a1 = Avx.UnpackHigh(r0, r1), a2 = Avx.UnpackLow(r2, r3), a3 = Avx.UnpackHigh(r2, r3);
        Avx.Store(d, Avx.Permute2x128(a0, a2, 0x20));
        Avx.Store(d + stride, Avx.Permute2x128(a1, a3, 0x20));
        Avx.Store(d + 2 * stride, Avx.Permute2x128(a0, a2, 0x31));
        Avx.Store(d + 3 * stride, Avx.Permute2x128(a1, a3, 0x31));
    }
}
