using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.Kernels;

/// <summary>What is left to do where h is a projection: zoneout, and the gradient at the projection.</summary>
internal static class ProjectedHidden
{
    /// <summary>h = m*h + (1-m)*h'.</summary>
    public static void Forward<T>(in ForwardStep<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> m = step.Masks.ZoneoutHidden;
        if (!m.IsEmpty)
        {
            for (int k = 0; k < m.Length; k++)
            {
                step.Hidden[k] = m[k] * step.Hidden[k] + (T.One - m[k]) * step.HiddenBefore[k];     // (8)
            }
        }
    }

    /// <summary>The gradient at the projection is m*(dy + dh_next); (1-m)*(dy + dh_next) passes to h'.</summary>
    public static void Backward<T>(in BackwardStep<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> m = step.Masks.ZoneoutHidden;
        TensorPrimitives.Add(step.OutputGradient, step.HiddenGradient, step.ProductGradient);
        if (!m.IsEmpty)
        {
            for (int k = 0; k < m.Length; k++)
            {
                step.HiddenGradient[k] = (T.One - m[k]) * step.ProductGradient[k];                  // (8)
                step.ProductGradient[k] *= m[k];                                                    // (8)
            }
        }
    }
}
