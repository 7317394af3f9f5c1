using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The product Z = X W^T for all steps at once, with its backward pass dX = dZ W and dW += dZ^T X. Token ids select columns of W: the
/// one-hot matrix that they stand for is never formed.
/// </summary>
internal sealed class InputProjection<T>(PassContext<T> context, Parameter<T> weights)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _outputSize = weights.Shape[0];
    private readonly int _inputSize = weights.Shape[1];
    private readonly PackedWeights<T> _packed = context.PackedWeightsOf(weights, firstRow: 0, weights.Shape[0], parts: 1);
    private readonly TokenTable<T> _byToken = context.TokenTableOf(weights);
    private readonly SelectedSums _sums = new(weights.Shape[1], checked(context.Steps * context.Batch));

    /// <summary>Brings W into the order in which the forward pass of this window reads it.</summary>
    public void Begin(LayerInput<T> input)
    {
        long? version = context.VersionOf(weights);
        if (input.IsTokens)
        {
            _byToken.Fill(version);
        }
        else
        {
            _packed.Pack(context.Gemm, Weights.Transposed, version);
        }
    }

    /// <summary>Computes Z of all rows.</summary>
    /// <param name="input">X [steps, batch, inputSize], or token ids.</param>
    /// <param name="z">[steps * batch, outputSize].</param>
    public void Forward(LayerInput<T> input, Span<T> z)
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.InputProjection);
        int rows = input.Steps * context.Batch;
        if (input.IsTokens)
        {
            ForwardRows(0, input, 0, rows, z);
        }
        else
        {
            context.Gemm.Multiply(new(input.Values, rows, _inputSize), _packed[0], new(z, rows, _outputSize), accumulate: false);
        }
    }

    /// <summary>Computes Z of some rows, on the calling thread alone.</summary>
    /// <param name="worker">The number of the worker.</param>
    /// <param name="input">X [steps, batch, inputSize], or token ids.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="z">[rows, outputSize].</param>
    public void ForwardRows(int worker, LayerInput<T> input, int first, int rows, Span<T> z)
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.InputProjection);
        if (!input.IsTokens)
        {
            Matrix<T> x = new(input.Values.Slice(first * _inputSize, rows * _inputSize), rows, _inputSize);
            context.Gemm.MultiplyRows(worker, x, _packed[0], new(z, rows, _outputSize), accumulate: false);
            return;
        }

        ReadOnlySpan<T> byToken = _byToken.Rows;
        for (int row = 0; row < rows; row++)
        {
            byToken.Slice(input.Tokens[first + row] * _outputSize, _outputSize).CopyTo(z[(row * _outputSize)..]);
        }
    }

    /// <summary>Computes dW += dZ^T X, unless W is frozen.</summary>
    public void AddWeightGradient(LayerInput<T> input, Matrix<T> dz)
    {
        if (weights.IsFrozen)
        {
            return;
        }

        if (input.IsTokens)
        {
            Span<T> byToken = _byToken.Rows;
            byToken.Clear();
            _sums.Add(dz.Data, input.Tokens, _outputSize, byToken);
            Transpose.Add(byToken, _inputSize, _outputSize, weights.Gradient);
        }
        else
        {
            Matrix<T> x = new(input.Values, dz.Rows, _inputSize);
            context.Gemm.Multiply(dz.Transposed, x, WeightGradient, accumulate: true);
        }
    }

    /// <summary>Computes dW += dZ^T X, unless W is frozen, and dR += dZ^T Hprev, where possible reading dZ once.</summary>
    public void AddWeightGradients(LayerInput<T> input, Matrix<T> dz, Matrix<T> hiddenBefore, Matrix<T> dr)
    {
        if (input.IsTokens || weights.IsFrozen)
        {
            AddWeightGradient(input, dz);
            context.Gemm.Multiply(dz.Transposed, hiddenBefore, dr, accumulate: true);
        }
        else
        {
            Matrix<T> x = new(input.Values, dz.Rows, _inputSize);
            context.Gemm.AddProducts(dz.Transposed, hiddenBefore, dr, x, WeightGradient);
        }
    }

    /// <summary>Computes dX = dZ W of all rows.</summary>
    /// <param name="dz">[steps * batch, outputSize].</param>
    /// <param name="inputGradient">dX [steps, batch, inputSize], assigned; empty where it is not wanted.</param>
    public void InputGradient(ReadOnlySpan<T> dz, Span<T> inputGradient)
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.InputGradient);
        int rows = dz.Length / _outputSize;
        if (!inputGradient.IsEmpty)
        {
            context.Gemm.Multiply(new(dz, rows, _outputSize), Weights, new(inputGradient, rows, _inputSize), accumulate: false);
        }
    }

    private Matrix<T> Weights => new(weights.Current, _outputSize, _inputSize);

    private Matrix<T> WeightGradient => new(weights.Gradient, _outputSize, _inputSize);
}
