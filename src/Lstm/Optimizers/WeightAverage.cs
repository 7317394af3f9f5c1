using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// The average of a model's weights over the steps of training, which often generalises better than the last weights. Call
/// <see cref="Update"/> after every step, and put the average into the model for a while with <see cref="Apply"/>:
/// <code>
/// using (average.Apply())
/// {
///     Validate(model);
/// }
/// </code>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Effectively <c>a += share * (w - a)</c>, beginning with a = w, where the share is 1 - decay, or 1/n at the n-th update that counts.
/// Before the first such update there is no average, and <see cref="Apply"/> leaves the weights as they are. Threads that use the model
/// while the average is applied see the weights change. In float, the part of an average that rounding takes away is kept beside it,
/// because a share of 0.0001 of a small distance would be lost otherwise. Frozen parameters (<see cref="Parameter{T}.IsFrozen"/>) keep
/// their weights while the average is applied, and their averages stay as they are.
/// </remarks>
public sealed class WeightAverage<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string DecayKey = "decay", StartKey = "startStep", AverageName = "average", RestsName = "rest";

    private readonly ParameterCollection<T> _parameters;
    private readonly AlignedBuffer<T> _average;
    private readonly AlignedBuffer<T>? _rests;
    private readonly double? _decay;
    private readonly long _startStep;
    private EntryFlag _entry;

    private WeightAverage(ParameterCollection<T> parameters, double? decay, long startStep)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _average = new(parameters.Length);
        _rests = Compensation.IsNeededBy<T>() ? new(_average.Length) : null;
        _decay = decay;
        _startStep = startStep;
    }

    /// <summary>The number of updates, including those before the start.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether the model holds the average at present.</summary>
    public bool IsApplied { get; private set; }

    /// <summary>
    /// The state that a checkpoint keeps. As with <see cref="Optimizer{T}.State"/>, the tensors are views of the average, which the next
    /// update changes.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model holds the average.</exception>
    public NamedState<T> State
    {
        get
        {
            CheckIsNotApplied();
            return StateWith(_rests != null && _rests.Span.ContainsAnyExcept(T.Zero) ? _rests : null);
        }
    }

    /// <summary>
    /// Creates the exponential moving average, in which the weights of k steps ago have the share <c>(1 - decay) decay^k</c>. Polyak and
    /// Juditsky, "Acceleration of Stochastic Approximation by Averaging" (1992), with forgetting.
    /// </summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="decay">The decay, in [0, 1); default: 0.999, which averages over some 1000 steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The decay is out of its range, becomes 1 as a <typeparamref name="T"/>, or becomes 0 without being 0.
    /// </exception>
    public static WeightAverage<T> Exponential(ParameterCollection<T> parameters, double decay = 0.999) =>
        new(parameters, Arguments.Decay<T>(decay, nameof(decay)), startStep: 0);

    /// <summary>
    /// Creates the mean of the weights after every step but the first <paramref name="startStep"/>; with <see cref="Sgd{T}"/> this is ASGD.
    /// Polyak and Juditsky (1992); for LSTMs, Merity et al., "Regularizing and Optimizing LSTM Language Models" (2018), section 4.
    /// </summary>
    /// <param name="parameters">The parameters of a model.</param>
    /// <param name="startStep">The number of updates at the beginning that the mean leaves out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The start is negative.</exception>
    public static WeightAverage<T> Mean(ParameterCollection<T> parameters, long startStep = 0) =>
        new(parameters, decay: null, Arguments.AtLeast(0, startStep, nameof(startStep)));

    /// <summary>Adds the present weights to the average.</summary>
    /// <exception cref="InvalidOperationException">The model holds an average and not its weights.</exception>
    public void Update()
    {
        using EntryFlag.Scope entry = Enter();
        using EntryFlag.Scope change = _parameters.EnterChange();
        _parameters.CheckHoldNoAverage();
        Steps++;
        long n = Steps - _startStep;
        if (n == 1)
        {
            _parameters.Current.CopyTo(_average.Span);
            _rests?.Span.Clear();
        }
        else if (n > 1)
        {
            T share = T.CreateTruncating(1 - _decay ?? 1.0 / n);
            foreach ((int start, int end) in _parameters.Trained)
            {
                Span<T> rests = _rests is null ? [] : _rests.Span[start..end];
                AverageSteps.MoveTowards(_parameters.Current[start..end], share, _average.Span[start..end], rests);
            }
        }
    }

    /// <summary>
    /// Puts the average into the model until the result is disposed, which restores the weights. This needs no further memory.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model already holds an average.</exception>
    public IDisposable Apply() => new Application(this);

    /// <summary>Goes on from a saved state. On any error this average is left as it was.</summary>
    /// <param name="state">
    /// The state of an average of the same kind and with the same options, for a model of the same shape. A state of version 0.1 has no
    /// rests, which are then 0.
    /// </param>
    /// <exception cref="ArgumentException">The state belongs to something else; the message says how it differs.</exception>
    /// <exception cref="InvalidOperationException">The model holds the average.</exception>
    public void Restore(NamedState<T> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using EntryFlag.Scope entry = Enter();
        Check(state);
        if (!state.HasTensors(RestsName))
        {
            _rests?.Span.Clear();
        }

        state.CopyTensorsTo(state.HasTensors(RestsName) ? [_average.Memory, _rests!.Memory] : [_average.Memory]);
        Steps = state.Steps;
    }

    /// <summary>Checks that <see cref="Restore"/> accepts a state.</summary>
    /// <exception cref="ArgumentException">The state belongs to something else; the message says how it differs.</exception>
    /// <exception cref="InvalidOperationException">The model holds the average.</exception>
    internal void CheckFits(NamedState<T> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using EntryFlag.Scope entry = Enter();
        Check(state);
    }

    private void Check(NamedState<T> state)
    {
        CheckIsNotApplied();
        NamedState<T>.CheckFits(state, StateWith(state.HasTensors(RestsName) ? _rests : null));
    }

    internal bool IsOf(ParameterCollection<T> parameters) => _parameters == parameters;

    private NamedState<T> StateWith(AlignedBuffer<T>? rests) => new()
    {
        Kind = nameof(WeightAverage<>),
        Steps = Steps,
        Numbers = new Dictionary<string, double> { [_decay is null ? StartKey : DecayKey] = _decay ?? _startStep },
        Tensors =
        [
            .. _parameters.Split(AverageName, _average.Memory),
            .. rests is null ? [] : _parameters.Split(RestsName, rests.Memory),
        ],
    };

    private void CheckIsNotApplied()
    {
        if (IsApplied)
        {
            throw new InvalidOperationException("The model holds the average: dispose the result of Apply first.");
        }
    }

    private EntryFlag.Scope Enter() => _entry.Enter("This average", "An instance serves one thread at a time.");

    private void ChangePlaces(FlatRange[] ranges, bool isApplied)
    {
        using EntryFlag.Scope entry = Enter();
        using EntryFlag.Scope change = _parameters.EnterChange();
        if (isApplied)
        {
            _parameters.CheckHoldNoAverage();
        }
        else if (!IsApplied)
        {
            return;
        }

        IsApplied = isApplied;
        _parameters.HoldAverage = isApplied;
        Span<T> values = _parameters.Values, average = _average.Span;
        foreach ((int start, int end) in ranges)
        {
            AverageSteps.Exchange(values[start..end], average[start..end]);
        }
    }

    /// <summary>Swaps the weights and the average until it is disposed, for the parameters that were not frozen when it began.</summary>
    private sealed class Application : IDisposable
    {
        private readonly FlatRange[] _ranges;
        private WeightAverage<T>? _applied;

        public Application(WeightAverage<T> average)
        {
            _applied = average;
            _ranges = average.Steps > average._startStep ? average._parameters.Trained : [];
            average.ChangePlaces(_ranges, isApplied: true);
        }

        public void Dispose()
        {
            _applied?.ChangePlaces(_ranges, isApplied: false);
            _applied = null;
        }
    }
}
