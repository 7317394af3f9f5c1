using System.Numerics;
using Lstm.Numerics;

namespace Lstm.Tests.Cells;

/// <summary>
/// One step of a cell by itself, without the engine's products: spans of what the cell has declared, for some rows, to fill and to read.
/// The rows before the first one and after the last one are guards: they hold a marker everywhere, which nothing may write over.
/// </summary>
internal sealed class CellStepHarness<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int First = 1;

    private static readonly T s_marker = T.CreateTruncating(-77.5);

    private readonly Cell<T> _cell;
    private readonly Sequential<T> _model;
    private readonly CellActivations<T> _activations;
    private readonly (StepBuffer<T> Buffer, int Steps)[] _buffers;
    private T[] _parameters = [], _before = [];

    /// <param name="cell">A cell of no layer.</param>
    /// <param name="rows">The rows of the step.</param>
    /// <param name="limits">The limits of gradients; null for none.</param>
    public CellStepHarness(Cell<T> cell, int rows, StepClipping? limits = null)
    {
        (_cell, Rows) = (cell, rows);
        _model = new Sequential<T>(new RecurrentLayer<T>(cell));
        _activations = new(new PassContext<T>(steps: 1, First + rows + 1, new BpttOptions { Threads = 1, StepClipping = limits }), cell);
        _buffers =
        [
            (_activations.Gates, 1),
            (_activations.Cache, 1),
            .. _activations.Signals.Concat(_activations.SignalGradients).Select(buffer => (buffer, 1)),
            .. _activations.States.SelectMany(state => new[]
            {
                (state.State.Values, 2), (state.Written, state.WrittenSlot + 1), (state.State.Gradient, 1),
            }),
        ];
        foreach ((StepBuffer<T> buffer, int steps) in _buffers)
        {
            buffer.Steps(0, steps).Fill(s_marker);
        }

        _activations.VectorGradients(0, First + rows + 1).Fill(s_marker);
    }

    public int Rows { get; }

    /// <summary>
    /// Whether the guards are as they were, and what a step only reads: the parameters with their gradients, and the states of the step
    /// before.
    /// </summary>
    public bool IsIntact =>
        Array.TrueForAll(_buffers, part => Enumerable.Range(0, part.Steps).All(t =>
            IsMarked(part.Buffer.Rows(t, 0, First)) && IsMarked(part.Buffer.Rows(t, First + Rows, 1))))
        && IsMarked(_activations.VectorGradients(0, First)) && IsMarked(_activations.VectorGradients(First + Rows, 1))
        && _model.Parameters.Current.SequenceEqual(_parameters) && !_model.Parameters.Gradients.ContainsAnyExcept(T.Zero)
        && AllBefore().AsSpan().SequenceEqual(_before);

    private CellStep<T> Step => new(_activations, 0, First, Rows);

    /// <summary>
    /// Sets what a step finds, and the vectors of parameters, to numbers in [-1, 1), the same for the same seed; what it leaves, to NaN.
    /// </summary>
    public void Fill(ulong seed)
    {
        Philox random = new(seed, 0);
        foreach (VectorBlock<T> vector in _cell.Vectors)
        {
            Fill(vector.Parameter.Value, ref random);
        }

        Fill(Step.Gates, ref random);
        foreach (StateBlock state in _cell.States)
        {
            Fill(Step.AllBefore(state), ref random);
            Step.AllOf(state).Fill(T.NaN);
            Fill(Step.AllGradients(state), ref random);
        }

        foreach (SignalBlock signal in _cell.Signals)
        {
            Fill(signal.IsResult ? Step.AllOf(signal) : [], ref random);
            (signal.IsResult ? [] : Step.AllOf(signal)).Fill(T.NaN);
            Fill(Step.AllGradients(signal), ref random);
        }

        foreach (MaskBlock mask in _cell.Masks)
        {
            Fill(Step.AllOf(mask), ref random);
        }

        Step.Caches.Fill(T.NaN);
        Fill(Step.VectorGradients, ref random);
    }

    /// <summary>Sets everything in a row to NaN.</summary>
    public void Spoil(int row)
    {
        foreach ((StepBuffer<T> buffer, int steps) in _buffers)
        {
            for (int t = 0; t < steps; t++)
            {
                buffer.Rows(t, First + row, 1).Fill(T.NaN);
            }
        }

        _activations.VectorGradients(First + row, 1).Fill(T.NaN);
    }

    /// <summary>Everything in a row.</summary>
    public T[] All(int row) =>
    [
        .. _buffers.SelectMany(part => Enumerable.Range(0, part.Steps).SelectMany(t => part.Buffer.Rows(t, First + row, 1).ToArray())),
        .. _activations.VectorGradients(First + row, 1),
    ];

    /// <summary>Every stage, as the engine calls them.</summary>
    public void Forward()
    {
        (_parameters, _before) = (_model.Parameters.Current.ToArray(), AllBefore());
        for (int stage = 0; stage < _cell.Stages.Count; stage++)
        {
            _cell.Forward(stage, Step);
        }
    }

    /// <inheritdoc cref="Forward"/>
    public void Backward()
    {
        for (int stage = _cell.Stages.Count - 1; stage >= 0; stage--)
        {
            _cell.Backward(stage, Step);
        }
    }

    /// <summary>Pre-activations, then gates, then the gradients at the pre-activations: all columns of W x.</summary>
    public Span<T> Gates(int row) => Step.Gates.Slice(row * _cell.GateSize, _cell.GateSize);

    /// <summary>As <see cref="Gates"/>, of one gate.</summary>
    public Span<T> Gate(string name, int row) => Step[_cell.Gates.Single(gate => gate.Name == name), row];

    /// <summary>A state of the step before.</summary>
    public Span<T> Before(string state, int row) => Step.AllBefore(StateOf(state)).Slice(row * StateOf(state).Size, StateOf(state).Size);

    /// <summary>A state that the step has written.</summary>
    public Span<T> State(string state, int row) => Step[StateOf(state), row];

    public Span<T> StateGradient(string state, int row) => Step.Gradient(StateOf(state), row);

    public Span<T> Signal(string signal, int row) => Step[SignalOf(signal), row];

    public Span<T> SignalGradient(string signal, int row) => Step.Gradient(SignalOf(signal), row);

    /// <summary>All caches.</summary>
    public Span<T> Caches(int row) => Step.Caches.Slice(row * _cell.CacheSize, _cell.CacheSize);

    /// <summary>The values of a vector of parameters.</summary>
    public Span<T> Vector(string vector) => VectorOf(vector).Parameter.Value;

    public Span<T> VectorGradient(string vector, int row) => Step.Gradient(VectorOf(vector), row);

    /// <summary>The numbers of each row, in double.</summary>
    public double[][] Each(Func<int, Span<T>> ofRow) => [.. Enumerable.Range(0, Rows).Select(row => Doubles(ofRow(row)))];

    public static double[] Doubles(ReadOnlySpan<T> values)
    {
        double[] doubles = new double[values.Length];
        for (int k = 0; k < doubles.Length; k++)
        {
            doubles[k] = double.CreateTruncating(values[k]);
        }

        return doubles;
    }

    /// <summary>Fails if a number of a row is farther from what is expected.</summary>
    /// <param name="ofRow">Gives the numbers.</param>
    /// <param name="expected">[rows].</param>
    /// <param name="tolerance">The largest difference.</param>
    /// <param name="what">What these numbers are, for the message.</param>
    public void ShouldBe(Func<int, Span<T>> ofRow, double[][] expected, double tolerance, string what)
    {
        for (int row = 0; row < Rows; row++)
        {
            double[] values = Doubles(ofRow(row));
            values.Length.Should().Be(expected[row].Length, "that is the length of {0}", what);
            for (int k = 0; k < values.Length; k++)
            {
                if (!(Math.Abs(values[k] - expected[row][k]) <= tolerance))
                {
                    string where = $"Of {_cell.HiddenSize} units, number {k} of {what} in row {row}";
                    Assert.Fail($"{where} is {values[k]:R} and should be {expected[row][k]:R}.");
                }
            }
        }
    }

    private static void Fill(Span<T> values, ref Philox random)
    {
        foreach (ref T value in values)
        {
            value = T.CreateTruncating(2 * random.NextUniform() - 1);
        }
    }

    private static bool IsMarked(Span<T> values) => !values.ContainsAnyExcept(s_marker);

    private T[] AllBefore() => [.. _cell.States.SelectMany(state => Step.AllBefore(state).ToArray())];

    private StateBlock StateOf(string name) => _cell.States.Single(state => state.Name == name);

    private SignalBlock SignalOf(string name) => _cell.Signals.Single(signal => signal.Name == name);

    private VectorBlock<T> VectorOf(string name) => _cell.Vectors.Single(vector => vector.Name == name);
}
