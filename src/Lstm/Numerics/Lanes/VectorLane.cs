using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>The portable lane: one <see cref="Vector{T}"/>, of 128 or 256 bits, depending on the chip.</summary>
internal unsafe struct VectorLane<T>(Vector<T> value) : ILane<VectorLane<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Vector<T> _value = value;

    public static int Count => Vector<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Load(T* source) => new(Vector.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(T* destination) => Vector.Store(_value, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Load(Numbers<T> source, int u) => new(Vector.Load(source.First + u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(Numbers<T> destination, int u) => Vector.Store(_value, destination.First + u);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Broadcast(T value) => new(new Vector<T>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator +(VectorLane<T> a, VectorLane<T> b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator -(VectorLane<T> a, VectorLane<T> b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator *(VectorLane<T> a, VectorLane<T> b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> operator /(VectorLane<T> a, VectorLane<T> b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> MultiplyAdd(VectorLane<T> a, VectorLane<T> b, VectorLane<T> c) => typeof(T) == typeof(float)
        ? new(Vector.MultiplyAddEstimate(a._value.As<T, float>(), b._value.As<T, float>(), c._value.As<T, float>()).As<float, T>())
        : new(Vector.MultiplyAddEstimate(a._value.As<T, double>(), b._value.As<T, double>(), c._value.As<T, double>()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref VectorLane<T> sum, VectorLane<T> a, VectorLane<T> b)
    {
        if (typeof(T) == typeof(float))
        {
            sum._value = Vector.MultiplyAddEstimate(
                a._value.As<T, float>(), b._value.As<T, float>(), sum._value.As<T, float>()).As<float, T>();
        }
        else
        {
            sum._value = Vector.MultiplyAddEstimate(
                a._value.As<T, double>(), b._value.As<T, double>(), sum._value.As<T, double>()).As<double, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Min(VectorLane<T> limit, VectorLane<T> value) => new(Vector.MinNative(limit._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Max(VectorLane<T> limit, VectorLane<T> value) => new(Vector.MaxNative(limit._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> SquareRoot(VectorLane<T> value) => new(Vector.SquareRoot(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> Abs(VectorLane<T> value) => new(Vector.Abs(value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> IsGreater(VectorLane<T> a, VectorLane<T> b) => new(Vector.GreaterThan(a._value, b._value) & Vector<T>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> FlushBelow(VectorLane<T> limit, VectorLane<T> value)
    {
        Vector<T> magnitude = Vector.Abs(value._value);
        return new(Vector.AndNot(value._value, magnitude & Vector.LessThan(magnitude, limit._value)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> CopySign(VectorLane<T> magnitude, VectorLane<T> sign) =>
        new(Vector.CopySign(magnitude._value, sign._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static VectorLane<T> PowerOfTwo(VectorLane<T> shifted) => typeof(T) == typeof(float)
        ? new((Vector.ShiftLeft(shifted._value.As<T, int>(), 23) + new Vector<int>(127 << 23)).As<int, T>())
        : new((Vector.ShiftLeft(shifted._value.As<T, long>(), 52) + new Vector<long>(1023L << 52)).As<long, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(VectorLane<T> value) => Vector.Sum(value._value);
}
