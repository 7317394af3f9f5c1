using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lstm.Numerics;

/// <summary>The wide lane: four counters in 512 bits.</summary>
internal readonly unsafe struct Vector512PhiloxLane(Vector512<ulong> value) : IPhiloxLane<Vector512PhiloxLane>
{
    private readonly Vector512<ulong> _value = value;

    public static int Blocks => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512PhiloxLane Broadcast(ulong even, ulong odd) => new(Vector512.Create(Vector128.Create(even, odd)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512PhiloxLane Counters(ulong position, ulong stream) =>
        new(Vector512.Create(Vector128.Create(position, stream)) + Vector512.Create(0UL, 0, 1, 0, 2, 0, 3, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512PhiloxLane operator +(Vector512PhiloxLane a, Vector512PhiloxLane b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512PhiloxLane operator ^(Vector512PhiloxLane a, Vector512PhiloxLane b) => new(a._value ^ b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512PhiloxLane operator *(Vector512PhiloxLane a, Vector512PhiloxLane b)
    {
        Vector512<ulong> word = Vector512.Create<ulong>(uint.MaxValue);
        return Avx512F.IsSupported
            ? new(Avx512F.Multiply(a._value.AsUInt32(), b._value.AsUInt32()))
            : new((a._value & word) * (b._value & word));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512PhiloxLane UpperWords(Vector512PhiloxLane value) => new(value._value >>> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512PhiloxLane Exchange(Vector512PhiloxLane value) =>
        new(Vector512.Shuffle(value._value, Vector512.Create(1UL, 0, 3, 2, 5, 4, 7, 6)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512PhiloxLane Join(Vector512PhiloxLane lower, Vector512PhiloxLane upper) =>
        new(lower._value & Vector512.Create<ulong>(uint.MaxValue) | upper._value << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ulong* destination) => Vector512.Store(_value, destination);
}
