using System.Numerics;
using Lstm.Kernels;

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
    private const string LearningRateKey = "learningRate";

    /// <summary>Gradients of a block are still in the cache when they are cleared.</summary>
    private const int BlockLength = 1 << 14;
    private const int NumbersPerThread = 1 << 16;

    private readonly ParameterRange[] _ranges;
    private readonly List<(string Name, AlignedBuffer<T> Values)> _buffers = [];
    private readonly Dictionary<string, double> _hyperparameters = [];
    private double _learningRate;
    private int _threads = Environment.ProcessorCount;
    private EntryFlag _entry;

    /// <summary>An optimiser of all parameters of a model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate or the weight decay is negative or not finite.</exception>
    /// <exception cref="ArgumentException">A group chooses no parameter, or two choose the same.</exception>
    private protected Optimizer(
        ParameterCollection<T> parameters, double learningRate, double weightDecay, IReadOnlyList<ParameterGroup<T>>? groups)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        LearningRate = Arguments.NonNegative(learningRate, nameof(learningRate));
        Hyperparameter("weightDecay", Arguments.NonNegative(weightDecay, nameof(weightDecay)));
        ParameterRange[] ranges = ParameterRange.Of(parameters, groups ?? [], weightDecay);
        for (int k = 0; k < ranges.Length; k++)
        {
            Hyperparameter($"{parameters[k].Name}.learningRateFactor", ranges[k].LearningRateFactor);
            Hyperparameter($"{parameters[k].Name}.weightDecay", ranges[k].WeightDecay);
        }

        _ranges = ParameterRange.Join(ranges);
    }

    /// <summary>The parameters that are changed.</summary>
    public ParameterCollection<T> Parameters { get; }

    /// <summary>
    /// The factor of the next steps. A <see cref="LearningRateSchedule"/> is followed by <c>LearningRate = schedule.At(Steps)</c> before each.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = Arguments.NonNegative(value, nameof(value));
    }

    /// <summary>
    /// The largest number of threads that a step of a large model is shared among; 0 for one per processor, as by default; it reads as that number. Results are the same
    /// bits for any number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or above 1024.</exception>
    public int Threads
    {
        get => _threads;
        set => _threads = Arguments.Threads(value, nameof(value));
    }

    /// <summary>The number of steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>
    /// What a resumed run needs beside the parameters to go on as if it had not stopped. Its tensors are views of the optimiser's memory, which
    /// the next step changes: <see cref="TrainingState{T}.Copy"/> keeps them.
    /// </summary>
    public TrainingState<T> State => new()
    {
        Kind = GetType().Name.Split('`')[0],
        Steps = Steps,
        Numbers = new Dictionary<string, double>(_hyperparameters) { [LearningRateKey] = LearningRate },
        Tensors = [.. _buffers.SelectMany(buffer => StateTensor<T>.Split(buffer.Name, Parameters, buffer.Values.Memory))],
    };

    /// <summary>Changes every value along its gradient, and sets the gradients to 0.</summary>
    /// <exception cref="InvalidOperationException">
    /// The parameters hold an average (<see cref="WeightAverage{T}.Apply"/>), or another thread is using this optimiser, or is changing the
    /// parameters or the gradients of the model.
    /// </exception>
    public void Step()
    {
        using EntryFlag.Scope entry = Enter();
        using EntryFlag.Scope change = Parameters.EnterChange();
        Parameters.CheckHoldNoAverage();
        Steps++;
        BeginStep();
        Blocks blocks = new(Parameters.Gradients.Length, BlockLength);
        int slices = blocks.Slices(Threads, NumbersPerThread);
        StepWork work = new() { Optimizer = this, Blocks = blocks, Slices = slices, Values = Parameters.Values, Gradients = Parameters.Gradients };
        SlicedWork<StepWork>.Run(slices, ref work);
    }

    /// <summary>Goes on where the optimiser was that <paramref name="state"/> comes from. On any error this one is as it was.</summary>
    /// <param name="state">The state of an optimiser of the same kind, with the same options, of a model of the same shape.</param>
    /// <exception cref="ArgumentException">The state is of another optimiser or model; the message says in what it differs.</exception>
    public void Restore(TrainingState<T> state)
    {
        using EntryFlag.Scope entry = Enter();
        TrainingState<T>.CheckFits(state, State, free: LearningRateKey);
        LearningRate = Arguments.NonNegative(state.Numbers[LearningRateKey], nameof(state));
        state.CopyTensorsTo(_buffers.Select(buffer => buffer.Values.Memory));
        Steps = state.Steps;
    }

    /// <summary>Whether the decay is taken from the weights (2), not added to the gradients (1).</summary>
    private protected virtual bool IsDecayDecoupled => false;

    /// <summary>Computes what is the same for all parameters of a step; <see cref="Steps"/> counts it already.</summary>
    private protected virtual void BeginStep()
    {
    }

    /// <summary>Changes values of one range, each by itself, on whichever thread.</summary>
    /// <param name="start">Where it begins in the flat arrays, and in the buffers.</param>
    /// <param name="values">Its values.</param>
    /// <param name="gradients">Its gradients.</param>
    /// <param name="learningRate">Its learning rate.</param>
    private protected abstract void Update(int start, Span<T> values, ReadOnlySpan<T> gradients, double learningRate);

    /// <summary>Declares numbers that are kept from step to step, one for each value; for constructors.</summary>
    private protected AlignedBuffer<T> Buffer(string name)
    {
        AlignedBuffer<T> values = new(Parameters.Gradients.Length);
        _buffers.Add((name, values));
        return values;
    }

    /// <summary>Declares an option that a resumed run must share; for constructors.</summary>
    private protected double Hyperparameter(string name, double value) => _hyperparameters[name] = value;

    private protected static double CheckDecay(double value, string name) => value >= 0 && T.CreateTruncating(value) < T.One
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"Expected a number in [0, 1) that is less than 1 as {typeof(T).Name}.");

    private protected static double CheckEpsilon(double value, string name) => T.CreateTruncating(value) > T.Zero && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"Expected a number that is greater than 0 as {typeof(T).Name}.");

    private EntryFlag.Scope Enter() => _entry.Enter("This optimiser", "An instance serves one thread at a time.");

    /// <summary>The step of the numbers [first, end), whose gradients it then clears.</summary>
    private void StepNumbers(int first, int end, Span<T> values, Span<T> gradients)
    {
        foreach (ParameterRange range in _ranges)
        {
            int start = Math.Max(first, range.Start), length = Math.Min(end, range.Start + range.Length) - start;
            if (length > 0)
            {
                StepRange(range with { Start = start, Length = length }, values.Slice(start, length), gradients.Slice(start, length));
            }
        }

        gradients[first..end].Clear();
    }

    private void StepRange(in ParameterRange range, Span<T> values, Span<T> gradients)
    {
        double learningRate = LearningRate * range.LearningRateFactor;
        if (range.WeightDecay > 0 && IsDecayDecoupled)
        {
            WeightDecay.Shrink(values, T.CreateTruncating(learningRate * range.WeightDecay));
        }
        else if (range.WeightDecay > 0)
        {
            WeightDecay.AddToGradients(values, T.CreateTruncating(range.WeightDecay), gradients);
        }

        Update(range.Start, values, gradients, learningRate);
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
