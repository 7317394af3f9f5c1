using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>Changes parameters along their gradients.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Every optimiser takes a weight decay, which acts on matrices (<see cref="Parameter{T}.IsMatrix"/>) and not on biases, gains, shifts and
/// peepholes, and groups of parameters with their own learning rates and decays. docs/optimizers.md has the equations.
/// </remarks>
public abstract class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The name of the tensors that hold what rounding has taken from the weights (<see cref="Compensation"/>).</summary>
    internal const string RestsName = "rest";

    /// <summary>The length of a block: its gradients are still in the cache when they are cleared.</summary>
    internal const int BlockLength = 1 << 14;

    /// <summary>
    /// The largest rate that needs compensation: a step of 2^-20 of a weight of 1 has 4 of the 24 digits of a float left.
    /// </summary>
    private const double SmallRate = 1.0 / (1 << 20);

    private const string LearningRateKey = "learningRate";
    private const int NumbersPerThread = 1 << 16;

    private readonly ParameterRange[] _parameterRanges;
    private readonly List<OptimizerBuffer<T>> _buffers = [];
    private readonly OverflowGuard<T> _guard;
    private ParameterRange[] _ranges = [];
    private FlatRange[]? _trained;
    private AlignedBuffer<T>? _rests;
    private readonly Dictionary<string, double> _hyperparameters = [];
    private double _learningRate;
    private EntryFlag _entry;

    /// <summary>Creates an optimiser of all parameters of a model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The learning rate or the weight decay is negative or not finite, or is a positive number that becomes 0 or infinite as a
    /// <typeparamref name="T"/>.
    /// </exception>
    /// <exception cref="ArgumentException">A group chooses no parameter, or two groups choose the same one.</exception>
    private protected Optimizer(
        ParameterCollection<T> parameters, double learningRate, double weightDecay, IReadOnlyList<ParameterGroup<T>>? groups)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        _learningRate = Arguments.NonNegative<T>(learningRate, nameof(learningRate));
        Hyperparameter("weightDecay", Arguments.NonNegative<T>(weightDecay, nameof(weightDecay)));
        _parameterRanges = ParameterRange.Of(parameters, groups ?? [], weightDecay);
        CheckProducts(learningRate, nameof(learningRate));
        for (int k = 0; k < _parameterRanges.Length; k++)
        {
            Hyperparameter($"{parameters[k].Name}.learningRateFactor", _parameterRanges[k].LearningRateFactor);
            Hyperparameter($"{parameters[k].Name}.weightDecay", _parameterRanges[k].WeightDecay);
        }

        _guard = new(this);
    }

    /// <summary>The parameters that the optimiser changes.</summary>
    public ParameterCollection<T> Parameters { get; }

    /// <summary>
    /// The learning rate of the next steps. To follow a <see cref="LearningRateSchedule"/>, set <c>LearningRate = schedule.At(Steps)</c>
    /// before each step.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is negative or not finite; or the value, or its product with a group's factor or decoupled decay, is a positive number
    /// that becomes 0 or infinite as a <typeparamref name="T"/>.
    /// </exception>
    public double LearningRate
    {
        get => _learningRate;
        set
        {
            if (value != _learningRate)
            {
                CheckProducts(Arguments.NonNegative<T>(value, nameof(value)), nameof(value));
            }

            _learningRate = value;
        }
    }

    /// <summary>
    /// The largest number of threads among which a step of a large model is shared; default: one per processor. Set 0 for one per
    /// processor; the property then returns that number. The results have the same bits for any number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 1024.</exception>
    public int Threads
    {
        get;
        set => field = Arguments.Threads(value, nameof(value));
    } = Environment.ProcessorCount;

    /// <summary>
    /// Whether the optimiser keeps the part of each step that rounding takes away and adds it to the next step, so that steps too small for
    /// the digits of a weight are not lost; default: false. This costs another number for each weight, and time: docs/optimizers.md has the
    /// measurement. In float, a learning rate of 2^-20 (9.5e-7) or less is compensated in any case, unless the optimiser is
    /// <see cref="Sgd{T}"/>, whose steps are not of the size of the rate.
    /// </summary>
    public bool IsCompensated { get; init; }

    /// <summary>The number of steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// The state that a resumed run needs beside the parameters to go on as if it had not stopped. Its tensors are views of the optimiser's
    /// memory, which the next step changes; <see cref="NamedState{T}.Copy"/> keeps them.
    /// </summary>
    public NamedState<T> State => StateWith(_rests);

    /// <summary>Changes every value that is not frozen along its gradient, and sets the gradients to 0.</summary>
    /// <exception cref="InvalidOperationException">
    /// The parameters hold an average (<see cref="WeightAverage{T}.Apply"/>), or another thread is using this optimiser or changing the
    /// parameters or the gradients of the model.
    /// </exception>
    /// <exception cref="NonFiniteException">
    /// A gradient is NaN or infinite; or the step would make a weight, or a number that is remembered of it, NaN or infinite, for example
    /// because the square of a gradient is too large for <typeparamref name="T"/>. The weights, the gradients and the optimiser are as they
    /// were before: clip the gradients (<see cref="GradientClipping"/>) or clear them.
    /// </exception>
    public void Step()
    {
        if (TryStep() is NonFiniteException error)
        {
            throw error;
        }
    }

    /// <summary>Does the same as <see cref="Step"/>, but returns the error and does not throw it.</summary>
    /// <returns>The error that kept the step from being done, or null.</returns>
    internal NonFiniteException? TryStep()
    {
        using EntryFlag.Scope entry = Enter();
        using EntryFlag.Scope change = Parameters.EnterChange();
        Parameters.CheckHoldNoAverage();
        ChooseRanges();
        if (_guard.MustTry(_ranges) && Try() is NonFiniteException error)
        {
            return error;
        }

        Steps++;
        BeginStep();
        Span<T> values = Parameters.Values, gradients = Parameters.Gradients;
        Blocks blocks = new(gradients.Length, BlockLength);
        int slices = blocks.Slices(Threads, NumbersPerThread);
        StepWork work = new() { Optimizer = this, Blocks = blocks, Slices = slices, Values = values, Gradients = gradients };
        SlicedWork<StepWork>.Run(slices, ref work);
        return null;
    }

    /// <summary>Goes on from a saved state. On any error this optimiser is left as it was.</summary>
    /// <param name="state">
    /// The state of an optimiser of the same kind and with the same options, for a model of the same shape; with or without rests
    /// (<see cref="IsCompensated"/>).
    /// </param>
    /// <exception cref="ArgumentException">The state belongs to another optimiser or model; the message says how it differs.</exception>
    public void Restore(NamedState<T> state)
    {
        using EntryFlag.Scope entry = Enter();
        CheckFits(state);
        LearningRate = state.Numbers[LearningRateKey];
        _rests = RestsFor(state);
        state.CopyTensorsTo(Buffers.Select(buffer => buffer.Values.Memory));
        Steps = state.Steps;
        _guard.StateIsUnknown = true;
    }

    /// <summary>Checks that <see cref="Restore"/> accepts a state.</summary>
    /// <exception cref="ArgumentException">
    /// <see cref="Restore"/> does not accept the state; the message says how the state differs.
    /// </exception>
    internal void CheckFits(NamedState<T> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        NamedState<T>.CheckFits(state, StateWith(RestsFor(state)), free: LearningRateKey);
        CheckProducts(Arguments.NonNegative<T>(state.Numbers[LearningRateKey], nameof(state)), nameof(state));
    }

    /// <summary>Whether the decay is subtracted from the weights (2), and not added to the gradients (1).</summary>
    internal virtual bool IsDecayDecoupled => false;

    /// <summary>The buffers that are kept from step to step.</summary>
    internal IEnumerable<OptimizerBuffer<T>> Buffers => BuffersWith(_rests);

    /// <summary>Whether a step is about as large as the learning rate, whatever the gradient.</summary>
    private protected virtual bool StepsAreOfTheRate => true;

    /// <summary>
    /// Computes the numbers that are the same for all parameters of a step; <see cref="Steps"/> already counts this step.
    /// </summary>
    private protected virtual void BeginStep()
    {
    }

    /// <summary>
    /// Changes the values of one range, each independently of the others, on any thread. The range begins at <paramref name="start"/> in
    /// the flat arrays and in the buffers.
    /// </summary>
    private protected abstract void Update(int start, Span<T> values, ReadOnlySpan<T> gradients, double learningRate);

    /// <summary>
    /// Returns a bound on the size of a step, in parts of the learning rate, where no gradient and no velocity or mean from before is
    /// larger than <paramref name="largest"/>.
    /// </summary>
    internal abstract double LargestStep(double largest);

    /// <summary>Declares a buffer of numbers that are kept from step to step, one for each value; for constructors.</summary>
    /// <param name="name">The name of the buffer in <see cref="State"/>.</param>
    /// <param name="areSquares">Whether the numbers are sums or means of squares of gradients.</param>
    private protected AlignedBuffer<T> Buffer(string name, bool areSquares = false)
    {
        AlignedBuffer<T> values = new(Parameters.Length);
        _buffers.Add(new(name, values, areSquares));
        return values;
    }

    /// <summary>
    /// Returns the rests of some weights (<see cref="Compensation"/>), or an empty span where this learning rate needs none.
    /// </summary>
    private protected Span<T> Rests(int start, int length, double learningRate) =>
        IsCompensated || IsSmall(learningRate) ? _rests!.Span.Slice(start, length) : [];

    /// <summary>Declares an option that a resumed run must share; for constructors.</summary>
    private protected double Hyperparameter(string name, double value) => _hyperparameters[name] = value;

    /// <summary>
    /// Returns the ε that is added to roots. It is at least as large as any gradient that leaves a sum or a mean of squares at 0
    /// (<see cref="SmallNumbers"/>): a smaller ε would be all that such gradients are divided by.
    /// </summary>
    /// <param name="epsilon">The option.</param>
    /// <param name="decay">The decay of the mean of squares; 0 for a sum.</param>
    private protected static double Divisor(double epsilon, double decay = 0)
    {
        double root = double.CreateTruncating(SmallNumbers.RootLimit<T>());
        double vanishing = Math.Sqrt(double.CreateTruncating(SmallNumbers.SquareLimit<T>()) / (1 - decay));
        return Math.Max(epsilon, Math.Max(root, vanishing));
    }

    private void CheckProducts(double learningRate, string name)
    {
        for (int k = 0; k < _parameterRanges.Length; k++)
        {
            _parameterRanges[k].CheckProducts<T>(learningRate, IsDecayDecoupled, Parameters[k].Name, name);
        }
    }

    private bool IsSmall(double learningRate) => StepsAreOfTheRate && Compensation.IsNeededBy<T>() && learningRate <= SmallRate;

    private AlignedBuffer<T>? RestsFor(NamedState<T> state) =>
        state.HasTensors(RestsName) ? _rests ?? new(Parameters.Length) : null;

    private IEnumerable<OptimizerBuffer<T>> BuffersWith(AlignedBuffer<T>? rests) =>
        rests is null ? _buffers : _buffers.Append(new(RestsName, rests, AreSquares: false));

    private NamedState<T> StateWith(AlignedBuffer<T>? rests) => new()
    {
        Kind = GetType().Name.Split('`')[0],
        Steps = Steps,
        Numbers = new Dictionary<string, double>(_hyperparameters) { [LearningRateKey] = LearningRate },
        Tensors = [.. BuffersWith(rests).SelectMany(buffer => Parameters.Split(buffer.Name, buffer.Values.Memory))],
    };

    /// <summary>Chooses the ranges that are not frozen, and allocates the rests if a range needs them.</summary>
    private void ChooseRanges()
    {
        if (_trained != Parameters.Trained)
        {
            _trained = Parameters.Trained;
            _ranges = ParameterRange.Join(_parameterRanges.Where((_, k) => !Parameters[k].IsFrozen));
        }

        for (int k = 0; k < _ranges.Length && _rests is null; k++)
        {
            if (IsCompensated || IsSmall(LearningRate * _ranges[k].LearningRateFactor))
            {
                _rests = new AlignedBuffer<T>(Parameters.Length);
            }
        }
    }

    /// <summary>Does the step block by block and undoes it.</summary>
    /// <returns>The error that names a number which would be NaN or infinite after the step, or null.</returns>
    private NonFiniteException? Try()
    {
        Steps++;
        BeginStep();
        try
        {
            return _guard.Try(_ranges, BlockLength);
        }
        finally
        {
            Steps--;
        }
    }

    private EntryFlag.Scope Enter() => _entry.Enter("This optimiser", "An instance serves one thread at a time.");

    /// <summary>Does the step of the numbers [first, end), and then clears their gradients.</summary>
    internal void StepNumbers(int first, int end, Span<T> values, Span<T> gradients)
    {
        foreach (ParameterRange range in _ranges)
        {
            (int start, int stop) = range.Within(first, end);
            if (start < stop)
            {
                StepRange(range, start, values[start..stop], gradients[start..stop]);
            }
        }

        gradients[first..end].Clear();
    }

    private void StepRange(in ParameterRange range, int start, Span<T> values, Span<T> gradients)
    {
        double learningRate = LearningRate * range.LearningRateFactor;
        if (range.WeightDecay > 0 && IsDecayDecoupled)
        {
            WeightDecay.Shrink(
                values, T.CreateTruncating(learningRate * range.WeightDecay), Rests(start, values.Length, learningRate));
        }
        else if (range.WeightDecay > 0)
        {
            WeightDecay.AddToGradients(values, T.CreateTruncating(range.WeightDecay), gradients);
        }

        Update(start, values, gradients, learningRate);
    }

    private ref struct StepWork : ISlicedWork
    {
        public Optimizer<T> Optimizer;
        public Blocks Blocks;
        public int Slices;
        public Span<T> Values, Gradients;

        public readonly void Run(int slice)
        {
            (int first, int end) = WorkerTeam.Slice(Blocks.Count, slice, Slices);
            for (int block = first; block < end; block++)
            {
                (int start, int stop) = Blocks[block];
                Optimizer.StepNumbers(start, stop, Values, Gradients);
            }
        }
    }
}
