using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>The lane of one counter, for chips without vectors.</summary>
internal readonly unsafe struct ScalarPhiloxLane(ulong even, ulong odd) : IPhiloxLane<ScalarPhiloxLane>
{
    private readonly ulong _even = even, _odd = odd;

    public static int Blocks => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarPhiloxLane Broadcast(ulong even, ulong odd) => new(even, odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarPhiloxLane Counters(ulong position, ulong stream) => new(position, stream);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarPhiloxLane operator +(ScalarPhiloxLane a, ScalarPhiloxLane b) => new(a._even + b._even, a._odd + b._odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarPhiloxLane operator ^(ScalarPhiloxLane a, ScalarPhiloxLane b) => new(a._even ^ b._even, a._odd ^ b._odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarPhiloxLane operator *(ScalarPhiloxLane a, ScalarPhiloxLane b) =>
        new((ulong)(uint)a._even * (uint)b._even, (ulong)(uint)a._odd * (uint)b._odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarPhiloxLane UpperWords(ScalarPhiloxLane value) => new(value._even >> 32, value._odd >> 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarPhiloxLane Exchange(ScalarPhiloxLane value) => new(value._odd, value._even);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarPhiloxLane Join(ScalarPhiloxLane lower, ScalarPhiloxLane upper) =>
        new(upper._even << 32 | (uint)lower._even, upper._odd << 32 | (uint)lower._odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ulong* destination) => (destination[0], destination[1]) = (_even, _odd);
}
