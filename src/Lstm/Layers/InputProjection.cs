using System.Numerics;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Z = X W^T for all steps at once, with its backward pass dX = dZ W and dW += dZ^T X. Token ids select columns of W: the one-hot
/// matrix they stand for is never formed.
/// </summary>
internal sealed class InputProjection<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassContext<T> _context;
    private readonly Parameter<T> _weights;
    private readonly int _inputSize;
    private readonly int _outputSize;
    private T[] _byToken = [];

    public InputProjection(PassContext<T> context, Parameter<T> weights)
    {
        _context = context;
        _weights = weights;
        (_outputSize, _inputSize) = (weights.Shape[0], weights.Shape[1]);
    }

    /// <param name="input">X [steps, batch, inputSize], or token ids.</param>
    /// <param name="z">[steps * batch, outputSize].</param>
    public void Forward(LayerInput<T> input, Span<T> z)
    {
        int rows = input.Steps * _context.Batch;
        if (!input.IsTokens)
        {
            Matrix<T> x = new(input.Values, rows, _inputSize);
            _context.Gemm.Multiply(x, new Matrix<T>(_weights.Value, _outputSize, _inputSize).Transposed, new(z, rows, _outputSize), false);
            return;
        }

        Span<T> byToken = ByToken;
        Transpose.Assign(_weights.Value, _outputSize, _inputSize, byToken);
        for (int row = 0; row < rows; row++)
        {
            byToken.Slice(input.Tokens[row] * _outputSize, _outputSize).CopyTo(z.Slice(row * _outputSize, _outputSize));
        }
    }

    /// <param name="input">As in the forward pass.</param>
    /// <param name="dz">[steps * batch, outputSize].</param>
    /// <param name="inputGradient">dX [steps, batch, inputSize], assigned; empty where it is not wanted.</param>
    public void Backward(LayerInput<T> input, ReadOnlySpan<T> dz, Span<T> inputGradient)
    {
        int rows = input.Steps * _context.Batch;
        if (input.IsTokens)
        {
            Span<T> byToken = ByToken;
            byToken.Clear();
            RowSums.AddToSelected(dz, input.Tokens, _outputSize, byToken);
            Transpose.Add(byToken, _inputSize, _outputSize, _weights.Gradient);
            return;
        }

        Matrix<T> dZ = new(dz, rows, _outputSize);
        Matrix<T> x = new(input.Values, rows, _inputSize);
        _context.Gemm.Multiply(dZ.Transposed, x, new(_weights.Gradient, _outputSize, _inputSize), accumulate: true);
        if (!inputGradient.IsEmpty)
        {
            Matrix<T> w = new(_weights.Value, _outputSize, _inputSize);
            _context.Gemm.Multiply(dZ, w, new(inputGradient, rows, _inputSize), accumulate: false);
        }
    }

    /// <summary>[inputSize, outputSize]: W^T in the forward pass, dW^T in the backward pass.</summary>
    private Span<T> ByToken => _byToken.Length > 0 ? _byToken : _byToken = new T[_inputSize * _outputSize];
}
