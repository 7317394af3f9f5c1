using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm.PyTorch.Modules;

/// <summary>
/// The biases of PyTorch and those of a layer. A recurrent module has two, of W x and of R h', which add up to b. A GRU multiplies the
/// part of n by r before it adds it, so that part is rb, and b has that of W x alone:
/// <code>
/// b = bias_ih + bias_hh          GRU: b_r = bias_ir + bias_hr,  b_z = bias_iz + bias_hz,  b_n = bias_in,  rb = bias_hn
/// </code>
/// </summary>
/// <param name="InputName">The name of the bias of W x, or of the only bias.</param>
/// <param name="RecurrentName">The name of the bias of R h', or null for a module that has one bias.</param>
/// <param name="Bias">b.</param>
/// <param name="RecurrentBias">rb, the last part of the bias of R h', or null.</param>
internal sealed record BiasMap<T>(string InputName, string? RecurrentName, Parameter<T> Bias, Parameter<T>? RecurrentBias) : ITensorMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many numbers of the two biases add up.</summary>
    private int Summed => Bias.Length - (RecurrentBias?.Length ?? 0);

    public bool IsIn(TorchStateDict<T> weights) =>
        weights.Has(InputName) || (RecurrentName != null && weights.Has(RecurrentName));

    public void Import(WeightImport<T> import)
    {
        ReadOnlyMemory<T> input = import.Take(InputName, Bias.Shape);
        if (RecurrentName is null)
        {
            import.Set(Bias, input);
            return;
        }

        ReadOnlyMemory<T> recurrent = import.Take(RecurrentName, Bias.Shape);
        T[] sum = input.ToArray();
        TensorPrimitives.Add(sum.AsSpan(0, Summed), recurrent.Span[..Summed], sum.AsSpan(0, Summed));
        import.Set(Bias, sum);
        if (RecurrentBias != null)
        {
            import.Set(RecurrentBias, recurrent[Summed..]);
        }
    }

    /// <summary>Sets the biases to 0, as a module without biases has them.</summary>
    public void ImportNone(WeightImport<T> import)
    {
        import.Set(Bias, new T[Bias.Length]);
        if (RecurrentBias != null)
        {
            import.Set(RecurrentBias, new T[RecurrentBias.Length]);
        }
    }

    public IEnumerable<StateTensor<T>> Export()
    {
        int[] shape = Bias.Shape.ToArray();
        yield return new(InputName, shape, Bias.Current.ToArray());
        if (RecurrentName != null)
        {
            T[] recurrent = new T[Bias.Length];
            RecurrentBias?.Current.CopyTo(recurrent.AsSpan(Summed));
            yield return new(RecurrentName, shape, recurrent);
        }
    }

    /// <summary>Refuses biases that a module without biases cannot have.</summary>
    /// <exception cref="InvalidOperationException">A number is not 0.</exception>
    public void CheckNone()
    {
        foreach (Parameter<T> bias in RecurrentBias is null ? new[] { Bias } : [Bias, RecurrentBias])
        {
            if (bias.Current.ContainsAnyExcept(T.Zero))
            {
                throw new InvalidOperationException(
                    $"Expected {bias.Name} to be 0, as the module has no '{InputName}', but some of it is not.");
            }
        }
    }
}
