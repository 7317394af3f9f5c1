namespace Lstm.Benchmarks.Naive;

/// <summary>A plain LSTM layer: every product and every gate as a loop over single numbers, step after step, from a zero state.</summary>
internal sealed class NaiveLstm : INaiveLayer
{
    private readonly NaiveParameter _w, _r, _b;     // [4H,I] [4H,H] [4H]
    private readonly float[] _hidden, _cells;       // [T+1,B,H]; slot 0 is the initial state
    private readonly float[] _gates;                // [T,B,4H]: pre-activations, then i f g o, then their gradients
    private readonly float[] _dh, _dc;              // [B,H]
    private readonly int _inputSize, _size, _steps, _batch;

    /// <summary>A layer with the weights W, R and b of a layer of the library.</summary>
    public NaiveLstm(LstmLayer<float> origin, int steps, int batch)
    {
        (_inputSize, _size, _steps, _batch) = (origin.InputSize, origin.HiddenSize, steps, batch);
        Parameters = [.. origin.Parameters.Select(parameter => new NaiveParameter(parameter))];
        (_w, _r, _b) = (Parameters[0], Parameters[1], Parameters[2]);
        int state = batch * _size;
        (_hidden, _cells, _gates) = (new float[(steps + 1) * state], new float[(steps + 1) * state], new float[steps * 4 * state]);
        (_dh, _dc) = (new float[state], new float[state]);
    }

    public IReadOnlyList<NaiveParameter> Parameters { get; }

    public ReadOnlySpan<float> Output => _hidden.AsSpan(_batch * _size);

    public void Forward(ReadOnlySpan<float> x)
    {
        Array.Clear(_gates);
        for (int t = 0; t < _steps; t++)
        {
            Span<float> gates = Step(_gates, t, 4 * _size);
            NaiveProduct.AddByTransposed(x.Slice(t * _batch * _inputSize, _batch * _inputSize), _w.Value, gates, _batch, 4 * _size, _inputSize);
            NaiveProduct.AddByTransposed(Step(_hidden, t, _size), _r.Value, gates, _batch, 4 * _size, _size);
            NaiveGates.Forward(gates, _b.Value, Step(_cells, t, _size), Step(_cells, t + 1, _size), Step(_hidden, t + 1, _size));
        }
    }

    public void Backward(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dx)
    {
        Array.Clear(_dh);
        Array.Clear(_dc);
        dx.Clear();
        for (int t = _steps - 1; t >= 0; t--)
        {
            Span<float> da = Step(_gates, t, 4 * _size);
            ReadOnlySpan<float> dyNow = dy.Slice(t * _batch * _size, _batch * _size);
            NaiveGates.Backward(da, Step(_cells, t, _size), Step(_cells, t + 1, _size), dyNow, _dh, _dc, _b.Gradient);
            Array.Clear(_dh);
            NaiveProduct.Add(da, _r.Value, _dh, _batch, _size, 4 * _size);
            int start = t * _batch * _inputSize, length = _batch * _inputSize;
            NaiveProduct.Add(da, _w.Value, dx.Slice(start, length), _batch, _inputSize, 4 * _size);
            NaiveProduct.AddTransposed(da, x.Slice(start, length), _w.Gradient, 4 * _size, _inputSize, _batch);
            NaiveProduct.AddTransposed(da, Step(_hidden, t, _size), _r.Gradient, 4 * _size, _size, _batch);
        }
    }

    private Span<float> Step(float[] buffer, int t, int width) => buffer.AsSpan(t * _batch * width, _batch * width);
}
