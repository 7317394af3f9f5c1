namespace Lstm.Numerics;

/// <summary>
/// A lane of <see cref="Count"/> numbers that are processed together. Every kernel is written once over a lane type and instantiated for
/// the vector registers and for a single number, which handles remainders and is the fallback.
/// </summary>
internal unsafe interface ILane<TSelf, T>
    where TSelf : unmanaged, ILane<TSelf, T>
    where T : unmanaged
{
    static abstract int Count { get; }

    static abstract TSelf Load(T* source);

    static abstract TSelf Load(Numbers<T> source, int u);

    void Store(T* destination);

    void Store(Numbers<T> destination, int u);

    static abstract TSelf Broadcast(T value);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Computes a * b + c, rounded once if the chip has a fused multiply-add.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>
    /// Adds a * b to a sum, rounded once if the chip has a fused multiply-add. The sum stays in its register, where
    /// <see cref="MultiplyAdd"/> may cost a move.
    /// </summary>
    static abstract void AddProduct(ref TSelf sum, TSelf a, TSelf b);

    /// <summary>Returns the smaller number; <paramref name="value"/> where either is NaN.</summary>
    static abstract TSelf Min(TSelf limit, TSelf value);

    /// <summary>Returns the larger number; <paramref name="value"/> where either is NaN.</summary>
    static abstract TSelf Max(TSelf limit, TSelf value);

    static abstract TSelf SquareRoot(TSelf value);

    static abstract TSelf Abs(TSelf value);

    /// <summary>Returns 1 where a is greater than b, else 0.</summary>
    static abstract TSelf IsGreater(TSelf a, TSelf b);

    /// <summary>Returns the value, or 0 with its sign where its magnitude is less than the limit; NaN stays NaN.</summary>
    static abstract TSelf FlushBelow(TSelf limit, TSelf value);

    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>
    /// Returns 2^n, where the low bits of <paramref name="shifted"/> hold the integer n (<see cref="Elementary.RoundingShift{T}"/>).
    /// </summary>
    static abstract TSelf PowerOfTwo(TSelf shifted);

    /// <summary>Returns the sum of the <see cref="Count"/> numbers.</summary>
    static abstract T Sum(TSelf value);
}
