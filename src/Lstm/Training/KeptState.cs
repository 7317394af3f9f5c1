using System.Numerics;
using System.Runtime.InteropServices;

namespace Lstm;

/// <summary>A copy of a state, which is kept in the same memory again and again.</summary>
internal sealed class KeptState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The state that is kept; null before there is one.</summary>
    public NamedState<T>? Value { get; set; }

    public void Keep(NamedState<T> present)
    {
        // An optimiser may keep more tensors now than it did before.
        if (Value?.Tensors.Count != present.Tensors.Count)
        {
            Value = present.Copy();
            return;
        }

        for (int k = 0; k < present.Tensors.Count; k++)
        {
            present.Tensors[k].Values.Span.CopyTo(MemoryMarshal.AsMemory(Value!.Tensors[k].Values).Span);
        }

        Value = present with { Tensors = Value!.Tensors };
    }
}
