using Lstm.Numerics;

namespace Lstm.Tests.Kernels;

/// <summary>Numbers that do not move in memory, with guards before and behind, so that a write beyond the end is seen.</summary>
internal sealed class Guarded<T>
    where T : unmanaged, IEquatable<T>
{
    private const int GuardLength = 40;

    private readonly T[] _memory;
    private readonly T _guard;

    public Guarded(int length, T guard, Func<int, T>? value = null)
    {
        _guard = guard;
        _memory = GC.AllocateUninitializedArray<T>(length + 2 * GuardLength, pinned: true);
        Array.Fill(_memory, guard);
        for (int k = 0; k < length; k++)
        {
            Span[k] = value is null ? guard : value(k);
        }
    }

    public Span<T> Span => _memory.AsSpan(GuardLength, _memory.Length - 2 * GuardLength);

    /// <summary>The place of <see cref="Span"/>; valid as long as this object is reachable.</summary>
    public Numbers<T> Numbers => Numbers<T>.Of(Span);

    public bool IsIntact => !_memory.AsSpan(0, GuardLength).ContainsAnyExcept(_guard) && !_memory.AsSpan(^GuardLength..).ContainsAnyExcept(_guard);
}
