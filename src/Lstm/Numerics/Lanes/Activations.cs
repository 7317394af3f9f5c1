using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Computes the functions of <see cref="Activation"/> and their derivatives over lanes.</summary>
internal static class Activations
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Activate<TLane, T>(Activation activation, TLane x)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => activation switch
        {
            Activation.Tanh => Elementary.Tanh<TLane, T>(x),
            Activation.Sigmoid => Elementary.Sigmoid<TLane, T>(x),
            Activation.Relu => TLane.Max(TLane.Broadcast(T.Zero), x),
            _ => x,
        };

    /// <summary>Computes the derivative of an activation from its result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Slope<TLane, T>(Activation activation, TLane y)
        where TLane : unmanaged, ILane<TLane, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => activation switch
        {
            Activation.Tanh => TLane.Broadcast(T.One) - y * y,
            Activation.Sigmoid => y * (TLane.Broadcast(T.One) - y),
            Activation.Relu => TLane.IsGreater(y, TLane.Broadcast(T.Zero)),
            _ => TLane.Broadcast(T.One),
        };
}
