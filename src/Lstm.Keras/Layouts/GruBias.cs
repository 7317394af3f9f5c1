using System.Numerics;

namespace Lstm.Keras.Layouts;

/// <summary>
/// The bias [2, 3H] of Keras' GRU with <c>reset_after=True</c>: one for W x and one for R h', each with the gates z, r, h. Those of z and r
/// are added up, so this library has one of each: b = (bi_r + br_r, bi_z + br_z, bi_h), rb = br_h.
/// </summary>
internal static class GruBias
{
    public static KerasVariable<T> Of<T>(Parameter<T> bias, Parameter<T> recurrentBias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int units = recurrentBias.Length;
        return new(
            "cell/vars/2",
            "bias",
            [2, 3 * units],
            (values, target) =>
            {
                Span<T> b = target.Of(bias);
                GateLayout.FromKernel(values.AsSpan(0, 3 * units), GateLayout.Gru, inputs: 1, b);
                Span<T> ofHidden = new T[3 * units];
                GateLayout.FromKernel(values.AsSpan(3 * units), GateLayout.Gru, inputs: 1, ofHidden);
                for (int k = 0; k < 2 * units; k++)
                {
                    b[k] += ofHidden[k];
                }

                ofHidden[(2 * units)..].CopyTo(target.Of(recurrentBias));
            },
            () =>
            {
                T[] ofHidden = new T[3 * units];
                recurrentBias.Current.CopyTo(ofHidden.AsSpan(2 * units));
                return [.. GateLayout.ToKernel(bias.Current, GateLayout.Gru, inputs: 1), .. ofHidden];
            });
    }
}
