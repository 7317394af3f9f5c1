using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>An array that the garbage collector does not move and that starts on a cache line.</summary>
internal sealed unsafe class AlignedBuffer<T>
    where T : unmanaged
{
    private readonly T[] _array;
    private readonly int _offset;

    public AlignedBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateArray<T>(checked(length + Simd.CacheLine / sizeof(T)), pinned: true);
        HugePages.Advise(Unsafe.AsPointer(ref _array[0]), (nint)_array.Length * sizeof(T));
        nint misalignment = (nint)Unsafe.AsPointer(ref _array[0]) % Simd.CacheLine;
        _offset = (int)((Simd.CacheLine - misalignment) % Simd.CacheLine / sizeof(T));
    }

    public int Length { get; }

    public Span<T> Span => _array.AsSpan(_offset, Length);

    public Memory<T> Memory => _array.AsMemory(_offset, Length);

    /// <summary>A pointer to the first element, valid as long as this buffer is reachable.</summary>
    public T* Pointer => (T*)Unsafe.AsPointer(ref _array[_offset]);
}
