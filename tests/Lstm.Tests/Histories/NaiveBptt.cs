using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>
/// Back-propagation through time as docs/lstm.md defines it, without buffers that are used again: every pass writes the equations of all steps in
/// reach on a new tape, one sequence after the other. A state that was handed on is the number that was handed on, with the derivative of
/// the step that it came from.
/// </summary>
internal sealed class NaiveBptt
{
    private readonly History _history;
    private readonly NaiveModel _model;
    private readonly int _outputSize;
    private readonly List<NaivePiece> _pieces = [];
    private readonly double[][][] _states;          // [states][batch][size]
    private readonly bool[][] _fresh;
    private readonly bool[][] _written;
    private int _inWindow;
    private bool _forgets;                          // before the next window
    private int _windowSteps;

    public NaiveBptt(History history, IReadOnlyDictionary<string, double[]> parameters, int outputSize)
    {
        (_history, Parameters, _outputSize) = (history, parameters, outputSize);
        _model = history.CreateNaiveModel();
        Gradients = parameters.ToDictionary(pair => pair.Key, pair => new double[pair.Value.Length]);
        _states = [.. _model.States.Select(state => Range(history.Batch, _ => new double[state.Size]))];
        _fresh = [.. _model.States.Select(_ => new bool[history.Batch])];
        _written = [.. _model.States.Select(_ => new bool[history.Batch])];
        InitialGradients = [.. _model.States.Select(state => new double[history.Batch * state.Size])];
        Reset(-1);
    }

    public IReadOnlyDictionary<string, double[]> Parameters { get; }

    public Dictionary<string, double[]> Gradients { get; }

    public double[] Output { get; private set; } = [];

    public double[] InputGradient { get; private set; } = [];

    /// <summary>[states][batch, size].</summary>
    public double[][] InitialGradients { get; }

    public NaiveState[] States => _model.States;

    public double[] StateOf(int state) => [.. Range(_history.Batch, sequence => Shown(state, sequence)).SelectMany(row => row)];

    public void Reset(int sequence)
    {
        for (int b = 0; b < _history.Batch; b++)
        {
            for (int k = 0; k < _states.Length && (sequence < 0 || b == sequence); k++)
            {
                (_fresh[k][b], _written[k][b]) = (true, false);
                Array.Clear(_states[k][b]);
            }
        }

        _forgets |= sequence < 0;
    }

    public void Write(int state, int sequence, double[] values)
    {
        (_states[state][sequence], _fresh[state][sequence], _written[state][sequence]) = (values, false, true);
    }

    /// <summary>A new engine goes on: what was before is out of reach, and a written state is as one that was carried.</summary>
    public void Restore() => _forgets = true;

    public void Forward(HistoryStep window, double[] values, int[] tokens, long number)
    {
        int batch = _history.Batch, longest = Math.Max(1, window.Lengths.Length > 0 ? window.Lengths.Max() : window.Steps);
        Output = new double[window.Steps * batch * _outputSize];
        (_inWindow, _windowSteps) = (0, window.Steps);
        if (_forgets)
        {
            _pieces.Clear();
        }

        _forgets = false;
        ForgetStatesThatAreNotCarried();
        int segment = _history.SegmentSteps;
        for (int start = 0, count = (longest - 1) % segment + 1; start < longest; start += count, count = segment)
        {
            NaivePiece piece = new()
            {
                Start = start,
                Steps = count,
                Lengths = Range(batch, b => window.Lengths.Length == 0 ? count : Math.Clamp(window.Lengths[b] - start, 0, count)),
                MaskNumber = number * _history.SegmentsOfWindow + _inWindow,
                Drops = window.Training,
                Values = values.Length == 0 ? [] : values[(start * batch * _history.InputSize)..((start + count) * batch * _history.InputSize)],
                Tokens = tokens.Length == 0 ? [] : tokens[(start * batch)..((start + count) * batch)],
                Initial = [.. _states.Select((_, k) => Range(batch, b => (double[])Shown(k, b).Clone()))],
                Fresh = [.. _fresh.Select(rows => (bool[])rows.Clone())],
                Written = [.. _written.Select(rows => (bool[])rows.Clone())],
            };
            _pieces.Add(piece);
            _inWindow++;
            Forward(piece);
        }
    }

    /// <param name="outputGradient">[steps, batch, outputSize].</param>
    /// <param name="finalGradients">[states][batch, size].</param>
    public void Backward(double[] outputGradient, double[][] finalGradients)
    {
        bool reachesBack = _history.SegmentsBack > _history.SegmentsOfWindow;
        int inReach = Math.Min(_history.SegmentsBack, reachesBack ? _pieces.Count : _inWindow);
        NaivePiece[] pieces = [.. _pieces.Skip(_pieces.Count - inReach)];
        InputGradient = new double[_history.Tokens ? 0 : _windowSteps * _history.Batch * _history.InputSize];
        for (int b = 0; b < _history.Batch; b++)
        {
            NaiveTrace trace = NaiveTrace.Of(_history, _model, Parameters, pieces, b);
            double[] gradients = trace.Gradients(outputGradient, _outputSize, finalGradients, _inWindow);
            AddParameterGradients(trace, gradients);
            trace.CopyInputGradients(gradients, _inWindow, InputGradient);
            for (int k = 0; k < _states.Length; k++)
            {
                int size = _model.States[k].Size;
                trace.InitialGradient(gradients, k).CopyTo(InitialGradients[k], b * size);
            }
        }
    }

    private void Forward(NaivePiece piece)
    {
        for (int b = 0; b < _history.Batch; b++)
        {
            NaiveTrace trace = NaiveTrace.Of(_history, _model, Parameters, [piece], b);
            for (int t = 0; t < piece.Lengths[b]; t++)
            {
                trace.OutputOf(0, t).CopyTo(Output, ((piece.Start + t) * _history.Batch + b) * _outputSize);
            }

            for (int k = 0; k < _states.Length; k++)
            {
                _states[k][b] = trace.FinalState(k);
                _fresh[k][b] &= piece.Lengths[b] == 0;
                _written[k][b] = false;
            }
        }
    }

    private void AddParameterGradients(NaiveTrace trace, double[] gradients)
    {
        foreach ((string name, Var[] parameter) in trace.Parameters)
        {
            for (int j = 0; j < parameter.Length; j++)
            {
                Gradients[name][j] += gradients[parameter[j].Index];
            }
        }
    }

    private void ForgetStatesThatAreNotCarried()
    {
        for (int k = 0; k < _states.Length; k++)
        {
            for (int b = 0; b < _history.Batch && !_model.States[k].IsCarried; b++)
            {
                if (!_written[k][b])
                {
                    (_states[k][b], _fresh[k][b]) = (new double[_model.States[k].Size], true);
                }
            }
        }
    }

    /// <summary>The state of a sequence, which at its start is the trained initial state if there is one.</summary>
    private double[] Shown(int state, int sequence) =>
        _fresh[state][sequence] && Parameters.TryGetValue(_model.States[state].Name + "0", out double[]? initial) ? initial : _states[state][sequence];
}
