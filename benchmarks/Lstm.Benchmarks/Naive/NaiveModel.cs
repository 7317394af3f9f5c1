namespace Lstm.Benchmarks.Naive;

/// <summary>A whole training step of plain loops, with a copy of the weights of one of the library's models.</summary>
internal sealed class NaiveModel
{
    private readonly INaiveLayer[] _layers;
    private readonly float[][] _inputGradients;     // of each layer
    private readonly float[] _outputGradient;
    private readonly NaiveParameter[] _parameters;
    private readonly int _classes;
    private int _step;

    public NaiveModel(Sequential<float> origin, int steps, int batch)
    {
        int rows = steps * batch;
        _layers = [.. origin.Layers.Select<Layer<float>, INaiveLayer>(layer => layer switch
        {
            LstmLayer<float> lstm => new NaiveLstm(lstm, steps, batch),
            Dense<float> dense => new NaiveDense(dense, rows),
            _ => throw new ArgumentException($"There is no plain loop for {layer}.", nameof(origin)),
        })];
        _inputGradients = [.. origin.Layers.Select(layer => new float[rows * layer.InputSize])];
        _classes = origin.Layers[^1].OutputSize;
        _outputGradient = new float[rows * _classes];
        _parameters = [.. _layers.SelectMany(layer => layer.Parameters)];
    }

    /// <summary>Forward, loss, backward, clipping and Adam.</summary>
    /// <returns>The loss before the step.</returns>
    public double Train(ReadOnlySpan<float> x, ReadOnlySpan<int> targets, float maxNorm, float learningRate)
    {
        for (int k = 0; k < _layers.Length; k++)
        {
            _layers[k].Forward(InputOf(k, x));
        }

        double loss = NaiveLoss.SoftmaxCrossEntropy(_layers[^1].Output, targets, _outputGradient);
        for (int k = _layers.Length - 1; k >= 0; k--)
        {
            _layers[k].Backward(InputOf(k, x), k == _layers.Length - 1 ? _outputGradient : _inputGradients[k + 1], _inputGradients[k]);
        }

        NaiveOptimizer.ClipByGlobalNorm(_parameters, maxNorm);
        NaiveOptimizer.Adam(_parameters, learningRate, ++_step);
        return loss;
    }

    /// <summary>The layers' outputs, without a loss.</summary>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> x)
    {
        for (int k = 0; k < _layers.Length; k++)
        {
            _layers[k].Forward(InputOf(k, x));
        }

        return _layers[^1].Output;
    }

    private ReadOnlySpan<float> InputOf(int layer, ReadOnlySpan<float> x) => layer == 0 ? x : _layers[layer - 1].Output;
}
