using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lstm.Numerics;

/// <summary>The portable lane: as many counters as fit in one <see cref="Vector{T}"/>, one or two.</summary>
internal readonly unsafe struct VectorPhiloxLane(Vector<ulong> value) : IPhiloxLane<VectorPhiloxLane>
{
    private readonly Vector<ulong> _value = value;

    public static int Blocks => Vector<ulong>.Count / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPhiloxLane Broadcast(ulong even, ulong odd) => Create(even, odd, even, odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPhiloxLane Counters(ulong position, ulong stream) => Create(position, stream, position + 1, stream);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPhiloxLane operator +(VectorPhiloxLane a, VectorPhiloxLane b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPhiloxLane operator ^(VectorPhiloxLane a, VectorPhiloxLane b) => new(a._value ^ b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPhiloxLane operator *(VectorPhiloxLane a, VectorPhiloxLane b)
    {
        if (Avx2.IsSupported && Vector<ulong>.Count == 4)
        {
            return new(Avx2.Multiply(a._value.AsVector256().AsUInt32(), b._value.AsVector256().AsUInt32()).AsVector());
        }

        Vector<ulong> word = new(uint.MaxValue);
        return Sse2.IsSupported && Vector<ulong>.Count == 2
            ? new(Sse2.Multiply(a._value.AsVector128().AsUInt32(), b._value.AsVector128().AsUInt32()).AsVector())
            : new((a._value & word) * (b._value & word));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPhiloxLane UpperWords(VectorPhiloxLane value) => new(value._value >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPhiloxLane Exchange(VectorPhiloxLane value) => Vector<ulong>.Count == 4
        ? new(Vector256.Shuffle(value._value.AsVector256(), Vector256.Create(1UL, 0, 3, 2)).AsVector())
        : new(Vector128.Shuffle(value._value.AsVector128(), Vector128.Create(1UL, 0)).AsVector());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorPhiloxLane Join(VectorPhiloxLane lower, VectorPhiloxLane upper) =>
        new(lower._value & new Vector<ulong>(uint.MaxValue) | upper._value << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ulong* destination) => Vector.Store(_value, destination);

    /// <summary>Creates a lane of the first <see cref="Vector{T}.Count"/> of four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static VectorPhiloxLane Create(ulong first, ulong second, ulong third, ulong fourth) => Vector<ulong>.Count == 4
        ? new(Vector256.Create(first, second, third, fourth).AsVector())
        : new(Vector128.Create(first, second).AsVector());
}
