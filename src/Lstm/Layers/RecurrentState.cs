using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// One state of a recurrent layer, such as h or c: what the next window starts from, and its gradients. After a forward pass the value
/// is the state after the last step, so that it is carried on to the next window; write to it to start from another one.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class RecurrentState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _value;
    private readonly T[] _finalGradient;
    private readonly T[] _initialGradient;

    /// <summary>A state that starts at 0.</summary>
    /// <param name="name">A short name, such as <c>h</c>.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="size">The number of units.</param>
    /// <param name="training">Whether there will be backward passes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public RecurrentState(string name, int batch, int size, bool training)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Name = name;
        Batch = batch;
        Size = size;
        int length = ArraySize.Of("The numbers of a state", nameof(batch), ("batch", batch), ("size", size));
        _value = new T[length];
        _finalGradient = training ? new T[length] : [];
        _initialGradient = training ? new T[length] : [];
    }

    /// <summary>The name within the layer (<c>h</c>) and, in a <see cref="Bptt{T}"/>, within the model (<c>1.h</c>).</summary>
    public string Name { get; internal set; }

    /// <summary>Whether the next window is the first of its sequences.</summary>
    internal bool IsFresh { get; set; } = true;

    /// <summary>Whether a window begins with what the one before has left.</summary>
    internal bool IsCarried { get; set; } = true;

    /// <summary>The number of sequences.</summary>
    public int Batch { get; }

    /// <summary>The number of units.</summary>
    public int Size { get; }

    /// <summary>[batch, size]: before a forward pass the initial state, after it the state after the last step.</summary>
    public Span<T> Value => _value;

    /// <summary>
    /// [batch, size]: the gradient of the loss with respect to the state after the last step. Zero unless it is set before a backward
    /// pass, which uses it up: it is zero again afterwards.
    /// </summary>
    public Span<T> FinalGradient => _finalGradient;

    /// <summary>[batch, size]: the gradient of the loss with respect to the initial state, set by a backward pass.</summary>
    public Span<T> InitialGradient => _initialGradient;

    /// <summary>The next window is the first of its sequences.</summary>
    internal void Reset()
    {
        Value.Clear();
        IsFresh = true;
    }

    /// <summary>A state of the same name and size, for as many sequences.</summary>
    internal RecurrentState<T> Copy() => new(Name, Batch, Size, _finalGradient.Length > 0) { IsCarried = IsCarried };
}
