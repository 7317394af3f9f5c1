using System.Numerics;

namespace Lstm.Tests.Histories;

/// <summary>Runs a history through the engine and through the naive reference, and compares every number after every call.</summary>
internal sealed class HistoryRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly History _history;
    private readonly Sequential<T> _model;
    private readonly NaiveBptt _naive;
    private readonly Dictionary<string, double[]> _parameters;
    private readonly double _tolerance;
    private readonly List<T> _trace = [];
    private Bptt<T> _bptt;
    private int _window;

    private HistoryRun(History history, double tolerance)
    {
        (_history, _tolerance) = (history, tolerance);
        _model = history.CreateModel<T>();
        foreach (Parameter<T> parameter in _model.Parameters)
        {
            Fill(parameter.Value, Seed(parameter.Name));
        }

        _parameters = _model.Parameters.ToDictionary(parameter => parameter.Name, parameter => ToDouble<T>(parameter.Value));
        _naive = new NaiveBptt(history, _parameters, _model.Layers[^1].OutputSize);
        _bptt = new Bptt<T>(_model, history.Steps, history.Batch, history.Options);
    }

    private double Worst { get; set; }

    /// <summary>The largest error, in parts of the larger of 1 and the largest element of a tensor.</summary>
    /// <exception cref="InvalidOperationException">An error is larger than the tolerance.</exception>
    public static double Compare(History history, double tolerance)
    {
        HistoryRun<T> run = new(history, tolerance);
        foreach (HistoryStep window in history.Windows)
        {
            run.Do(window);
        }

        return run.Worst;
    }

    /// <summary>Every number that the engine gave.</summary>
    public static T[] Trace(History history)
    {
        HistoryRun<T> run = new(history, double.PositiveInfinity);
        foreach (HistoryStep window in history.Windows)
        {
            run.Do(window);
        }

        return [.. run._trace];
    }

    private void Do(HistoryStep window)
    {
        BeforeWindow(window);
        int numbers = window.Steps * _history.Batch;
        T[] x = new T[_history.Tokens ? 0 : numbers * _history.InputSize];
        Fill(x, window.Seed);
        int[] tokens = new int[_history.Tokens ? numbers : 0];
        Random random = new((int)window.Seed);
        for (int k = 0; k < tokens.Length; k++)
        {
            tokens[k] = random.Next(_history.InputSize);
        }

        _bptt.Training = window.Training;
        _naive.Forward(window, ToDouble<T>(x), tokens, _bptt.WindowCount);
        SpoilPadding(window, x, tokens);
        _ = _history.Tokens ? _bptt.ForwardTokens(tokens, window.Lengths, window.Steps) : _bptt.Forward(x, window.Lengths, window.Steps);
        Check("output", _bptt.Output, _naive.Output);
        for (int k = 0; k < _bptt.States.Count; k++)
        {
            Check(_bptt.States[k].Name, _bptt.States[k].Value, _naive.StateOf(k));
        }

        Reset(window.ResetsBetween);
        if (window.Backward)
        {
            Backward(window);
        }

        if (window.Updates)
        {
            Update();
        }

        _window++;
    }

    private void BeforeWindow(HistoryStep window)
    {
        if (window.Restores)
        {
            NamedState<T> state = _bptt.CarriedState;
            _bptt = new Bptt<T>(_model, _history.Steps, _history.Batch, _history.Options);
            _bptt.Restore(state);
            _naive.Restore();
        }

        Reset(window.Reset);

        foreach ((int at, int row) in _bptt.States.Count > 0 ? window.Writes : [])
        {
            RecurrentState<T> state = _bptt.States[at % _bptt.States.Count];
            if (state.IsCarried)
            {
                Span<T> written = state.Value.Slice(row * state.Size, state.Size);
                Fill(written, window.Seed + (ulong)at);
                _naive.Write(at % _bptt.States.Count, row, ToDouble<T>(written));
            }
        }

        for (int k = 0; k < _bptt.States.Count && window.Sets; k++)
        {
            RecurrentState<T> state = _bptt.States[k];
            T[] value = new T[state.Batch * state.Size];
            Fill(value, window.Seed + 100 + (ulong)k);
            state.Set(value);
            for (int row = 0; row < state.Batch; row++)
            {
                _naive.Write(k, row, ToDouble<T>(value.AsSpan(row * state.Size, state.Size)));
            }
        }

        _bptt.WindowCount = window.Number ?? _bptt.WindowCount;
    }

    private void Reset(int? sequence)
    {
        if (sequence < 0)
        {
            _bptt.ResetState();
        }
        else if (sequence is int one)
        {
            _bptt.ResetState(one);
        }

        if (sequence is int which)
        {
            _naive.Reset(which);
        }
    }

    private void Backward(HistoryStep window)
    {
        int size = _model.Layers[^1].OutputSize;
        T[] dy = new T[_bptt.Output.Length];
        Fill(dy, window.Seed + 1);
        if (window.LastStepOnly)
        {
            dy.AsSpan(0, (window.Steps - 1) * _history.Batch * size).Clear();
        }

        T[][] final = [.. _bptt.States.Select(state => new T[state.Value.Length])];
        for (int k = 0; k < final.Length && window.FinalGradients; k++)
        {
            Fill(final[k], window.Seed + 200 + (ulong)k);
        }

        double[] naiveGradient = ToDouble<T>(dy);
        for (int row = 0; row < dy.Length / size && window.Lengths.Length > 0; row++)
        {
            if (row / _history.Batch >= window.Lengths[row % _history.Batch])
            {
                dy.AsSpan(row * size, size).Fill(T.NaN);
            }
        }

        int written = window.LastStepOnly ? (window.Steps - 1) * _history.Batch * size : 0;
        dy.AsSpan(written).CopyTo(_bptt.OutputGradient[written..]);
        for (int k = 0; k < final.Length; k++)
        {
            final[k].CopyTo(_bptt.States[k].FinalGradient);
        }

        _bptt.Backward();
        _naive.Backward(naiveGradient, Array.ConvertAll(final, gradient => ToDouble<T>(gradient)));
        CheckGradients();
    }

    private void CheckGradients()
    {
        foreach (Parameter<T> parameter in _model.Parameters)
        {
            Check("d" + parameter.Name, parameter.Gradient, _naive.Gradients[parameter.Name]);
        }

        Check("dx", _bptt.InputGradient, _naive.InputGradient);
        for (int k = 0; k < _bptt.States.Count; k++)
        {
            Check($"d{_bptt.States[k].Name} at the start", _bptt.States[k].InitialGradient, _naive.InitialGradients[k]);
            Check($"d{_bptt.States[k].Name} at the end, used up", _bptt.States[k].FinalGradient, new double[_bptt.States[k].Value.Length]);
        }

        Check("dy, used up", _bptt.OutputGradient, new double[_bptt.Output.Length]);
    }

    /// <summary>The weights go along their gradients and somewhat further, in both to the same numbers.</summary>
    private void Update()
    {
        foreach (Parameter<T> parameter in _model.Parameters)
        {
            Span<T> value = parameter.Value;
            for (int k = 0; k < value.Length; k++)
            {
                value[k] -= T.CreateTruncating(0.05 * Math.Tanh(double.CreateTruncating(parameter.Gradient[k])) + 0.01 * Math.Sin(k + _window));
                _parameters[parameter.Name][k] = double.CreateTruncating(value[k]);
            }

            parameter.Gradient.Clear();
            Array.Clear(_naive.Gradients[parameter.Name]);
        }
    }

    /// <summary>What is past a sequence's end may be anything.</summary>
    private void SpoilPadding(HistoryStep window, T[] x, int[] tokens)
    {
        for (int row = 0; row < window.Steps * _history.Batch && window.Lengths.Length > 0; row++)
        {
            if (row / _history.Batch < window.Lengths[row % _history.Batch])
            {
                continue;
            }

            if (_history.Tokens)
            {
                tokens[row] = int.MaxValue;
            }
            else
            {
                x.AsSpan(row * _history.InputSize, _history.InputSize).Fill(T.NaN);
            }
        }
    }

    private void Check(string tensor, ReadOnlySpan<T> actual, double[] expected)
    {
        _trace.AddRange(actual);
        if (double.IsInfinity(_tolerance))
        {
            return;
        }

        double scale = expected.Aggregate(1.0, (largest, value) => Math.Max(largest, Math.Abs(value)));
        for (int k = 0; k < expected.Length || k < actual.Length; k++)
        {
            double error = Math.Abs(double.CreateTruncating(actual[k]) - expected[k]) / scale;
            if (!(error <= _tolerance))
            {
                throw new InvalidOperationException(
                    $"Window {_window}: {tensor}[{k}] is {actual[k]}, but expected {expected[k]}, an error of {error:g3} for {_tolerance:g1}.\n{_history}");
            }

            Worst = Math.Max(Worst, error);
        }
    }

    private static ulong Seed(string name) => name.Aggregate(17UL, (seed, letter) => (seed * 31) + letter);

    private static void Fill(Span<T> values, ulong seed)
    {
        double[] random = Numbers.Random(values.Length, seed);
        for (int k = 0; k < values.Length; k++)
        {
            values[k] = T.CreateTruncating(random[k]);
        }
    }

    private static double[] ToDouble<TValue>(ReadOnlySpan<TValue> values)
        where TValue : IFloatingPointIeee754<TValue>
    {
        double[] doubles = new double[values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            doubles[k] = double.CreateTruncating(values[k]);
        }

        return doubles;
    }
}
