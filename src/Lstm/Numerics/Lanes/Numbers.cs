using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lstm.Numerics;

/// <summary>
/// The place of some numbers in an <see cref="AlignedBuffer{T}"/>, whose memory the garbage collector does not move; it is valid as long as
/// the buffer is reachable. Code over lanes reads and writes the numbers without pointers.
/// </summary>
internal readonly unsafe struct Numbers<T>
    where T : unmanaged
{
    /// <summary>The first number, for kernels of this floor. It is a field, as the compiler inlines a limited number of calls.</summary>
    public readonly T* First;

    private Numbers(T* first)
    {
        First = first;
    }

    /// <summary>Whether there are no numbers.</summary>
    public bool IsNone => First == null;

    /// <summary>Returns the numbers of a span of an <see cref="AlignedBuffer{T}"/>; none if the span is empty.</summary>
    public static Numbers<T> Of(ReadOnlySpan<T> span) =>
        span.IsEmpty ? default : new((T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span)));

    /// <summary>Returns the numbers from a place on.</summary>
    public static Numbers<T> operator +(Numbers<T> numbers, nint place) => new(numbers.First + place);

    /// <summary>Effectively computes <c>numbers[u] += term</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TLane>(int u, TLane term)
        where TLane : unmanaged, ILane<TLane, T> => (TLane.Load(First + u) + term).Store(First + u);

    /// <summary>Prefetches <paramref name="count"/> numbers from a place on into the first-level cache.</summary>
    public void Prefetch(nint place, int count) => Simd.Prefetch(First + place, count);
}
