using static Lstm.Tests.Histories.NaiveAlgebra;

namespace Lstm.Tests.Histories;

/// <summary>The equations of one sequence over some pieces, on a tape.</summary>
internal sealed class NaiveTrace
{
    private readonly History _history;
    private readonly NaivePiece[] _pieces;
    private readonly int _sequence;
    private readonly Tape _tape = new();
    private readonly Dictionary<string, Var[]> _final = [];
    private readonly Var[][][] _starts;         // [pieces][states]
    private readonly Var[][][] _inputs;         // [pieces][steps]
    private readonly Var[][][] _outputs;        // [pieces][steps]
    private readonly NaiveState[] _states;

    private NaiveTrace(History history, NaiveState[] states, NaivePiece[] pieces, int sequence)
    {
        (_history, _states, _pieces, _sequence) = (history, states, pieces, sequence);
        (_starts, _inputs, _outputs) = (new Var[pieces.Length][][], new Var[pieces.Length][][], new Var[pieces.Length][][]);
    }

    public Dictionary<string, Var[]> Parameters { get; } = [];

    public static NaiveTrace Of(
        History history, NaiveModel model, IReadOnlyDictionary<string, double[]> parameters, NaivePiece[] pieces, int sequence)
    {
        NaiveTrace trace = new(history, model.States, pieces, sequence);
        foreach ((string name, double[] values) in parameters)
        {
            trace.Parameters[name] = trace._tape.Leaves(values);
        }

        for (int p = 0; p < pieces.Length; p++)
        {
            trace.Run(model, p);
        }

        return trace;
    }

    public double[] OutputOf(int piece, int t) => [.. _outputs[piece][t].Select(number => number.Value)];

    public double[] FinalState(int state) => [.. _final[_states[state].Name].Select(number => number.Value)];

    /// <summary>The derivatives of the loss with respect to every number on the tape.</summary>
    /// <param name="outputGradient">[steps, batch, outputSize] of the window, of which the last pieces are.</param>
    /// <param name="outputSize">The size of the output.</param>
    /// <param name="finalGradients">[states][batch, size].</param>
    /// <param name="inWindow">The pieces of the window.</param>
    public double[] Gradients(double[] outputGradient, int outputSize, double[][] finalGradients, int inWindow)
    {
        List<(Var, double)> sum = [];
        for (int p = Math.Max(0, _pieces.Length - inWindow); p < _pieces.Length; p++)
        {
            for (int t = 0; t < _outputs[p].Length; t++)
            {
                int row = ((_pieces[p].Start + t) * _history.Batch + _sequence) * outputSize;
                sum.AddRange(_outputs[p][t].Select((number, j) => (number, outputGradient[row + j])));
            }
        }

        for (int k = 0; k < _states.Length; k++)
        {
            sum.AddRange(_final[_states[k].Name].Select((number, j) => (number, finalGradients[k][_sequence * _states[k].Size + j])));
        }

        return _tape.Gradients(sum);
    }

    /// <summary>[size]: at the latest state within reach that did not come from the piece before.</summary>
    public double[] InitialGradient(double[] gradients, int state)
    {
        int p = _pieces.Length - 1;
        while (p > 0 && !IsStart(p, state))
        {
            p--;
        }

        return [.. _starts[p][state].Select(number => gradients[number.Index])];
    }

    /// <param name="gradients">Those of the tape.</param>
    /// <param name="inWindow">The pieces of the window.</param>
    /// <param name="inputGradient">[steps, batch, inputSize]; empty for token ids.</param>
    public void CopyInputGradients(double[] gradients, int inWindow, double[] inputGradient)
    {
        for (int p = Math.Max(0, _pieces.Length - inWindow); p < _pieces.Length; p++)
        {
            for (int t = 0; t < _inputs[p].Length && inputGradient.Length > 0; t++)
            {
                int row = ((_pieces[p].Start + t) * _history.Batch + _sequence) * _history.InputSize;
                double[] dx = [.. _inputs[p][t].Select(number => gradients[number.Index])];
                dx.CopyTo(inputGradient, row);
            }
        }
    }

    private void Run(NaiveModel model, int p)
    {
        NaivePiece piece = _pieces[p];
        _starts[p] = Range(_states.Length, k => Start(p, k));
        Dictionary<string, Var[]> states = [];
        for (int k = 0; k < _states.Length; k++)
        {
            states[_states[k].Name] = _starts[p][k];
        }

        int steps = piece.Lengths[_sequence], size = _history.InputSize;
        _inputs[p] = _history.Tokens ? [] : Range(steps, t => _tape.Leaves(piece.Values.AsSpan((t * _history.Batch + _sequence) * size, size)));
        NaiveInput[] x = Range(steps, t => _history.Tokens
            ? new NaiveInput(null, piece.Tokens[t * _history.Batch + _sequence])
            : new NaiveInput(_inputs[p][t], 0));
        MaskPosition at = new(_history.Options.Seed, piece.MaskNumber, piece.Drops, _history.Batch, _sequence);
        _outputs[p] = model.Run(x, new NaiveScope("", Parameters, states), at);
        foreach ((string name, Var[] value) in states)
        {
            _final[name] = value;
        }
    }

    private bool IsStart(int p, int state) => _pieces[p].Fresh[state][_sequence] || _pieces[p].Written[state][_sequence];

    private Var[] Start(int p, int state)
    {
        double[] values = _pieces[p].Initial[state][_sequence];
        if (_pieces[p].Fresh[state][_sequence] && Parameters.TryGetValue(_states[state].Name + "0", out Var[]? initial))
        {
            return Range(values.Length, j => _tape.Node(initial[j].Value, initial[j], 1));
        }

        Var[]? before = p == 0 || IsStart(p, state) ? null : _final[_states[state].Name];
        return Range(values.Length, j => before is null ? _tape.Leaf(values[j]) : _tape.Node(values[j], before[j], 1));
    }
}
