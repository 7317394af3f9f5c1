using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lstm.Numerics;

/// <summary>
/// The place of some numbers in memory that the garbage collector does not move, which is that of an <see cref="AlignedBuffer{T}"/>; valid
/// as long as that is reachable. Code over lanes reads and writes them without pointers.
/// </summary>
internal readonly unsafe struct Numbers<T>
    where T : unmanaged
{
    /// <summary>The first number, for kernels of this floor: a field, as the compiler inlines so many calls only.</summary>
    public readonly T* First;

    private Numbers(T* first)
    {
        First = first;
    }

    /// <summary>Whether there are none.</summary>
    public bool IsNone => First == null;

    /// <summary>Those of a span of an <see cref="AlignedBuffer{T}"/>; none of an empty span.</summary>
    public static Numbers<T> Of(ReadOnlySpan<T> span) =>
        span.IsEmpty ? default : new((T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span)));

    /// <summary>The numbers from a place on.</summary>
    public static Numbers<T> operator +(Numbers<T> numbers, nint place) => new(numbers.First + place);

    /// <summary>Effectively computes <c>numbers[u] += term</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TLane>(int u, TLane term)
        where TLane : unmanaged, ILane<TLane, T> => (TLane.Load(First + u) + term).Store(First + u);

    /// <summary>Has so many numbers from a place on be fetched into the near cache.</summary>
    public void Prefetch(nint place, int count) => Simd.Prefetch(First + place, count);
}
