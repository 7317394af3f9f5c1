using System.Runtime.CompilerServices;

namespace Lstm.Kernels;

/// <summary>An array that the garbage collector does not move and that starts on a cache line.</summary>
internal sealed unsafe class AlignedBuffer<T>
    where T : unmanaged
{
    private const int CacheLine = 64;

    private readonly T[] _array;
    private readonly int _offset;

    public AlignedBuffer(int length)
    {
        Length = length;
        _array = GC.AllocateArray<T>(checked(length + CacheLine / sizeof(T)), pinned: true);
        nint misalignment = (nint)Unsafe.AsPointer(ref _array[0]) % CacheLine;
        _offset = (int)((CacheLine - misalignment) % CacheLine / sizeof(T));
    }

    public int Length { get; }

    public Span<T> Span => _array.AsSpan(_offset, Length);

    public Memory<T> Memory => _array.AsMemory(_offset, Length);

    /// <summary>Valid as long as this buffer is reachable.</summary>
    public T* Pointer => (T*)Unsafe.AsPointer(ref _array[_offset]);
}
