using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// Back-propagation through time: unrolls a model over the steps of a window and the sequences of a batch. It owns every activation; after
/// the first window of full length, further windows allocate nothing. States are carried from window to window (truncated BPTT) until
/// <see cref="ResetState()"/>.
/// <para>
/// The model's parameters are read where they lie, so the forward passes of several instances can serve one model at once, each on its own
/// thread and with its own states, as long as nobody changes the parameters meanwhile. <see cref="Backward"/> adds to the gradients of the
/// model: only one instance at a time may do that, and no optimiser may run meanwhile. An instance is for one thread at a time. A call that
/// breaks these rules throws an <see cref="InvalidOperationException"/> before it touches anything; spans that were handed out, such as
/// <see cref="Output"/>, cannot be guarded.
/// </para>
/// <para>
/// A number that is not finite in a sequence's input spreads to its outputs and its states and stays there until
/// <see cref="ResetState()"/>: inputs are not checked for such numbers, as padding may hold anything.
/// </para>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Werbos, "Backpropagation through time: what it does and how to do it" (1990); Williams and Peng (1990) for truncation.
/// </remarks>
public sealed class Bptt<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T> _first;
    private readonly WindowChecks<T> _checks;
    private EntryFlag _entry;
    private readonly Dictionary<string, RecurrentState<T>> _states;
    private bool _canGoBack;

    /// <summary>Creates an instance that unrolls <paramref name="model"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">T, the largest number of steps of a window.</param>
    /// <param name="batch">B, the number of sequences.</param>
    /// <param name="options">Threads, truncation, memory, and whether there are backward passes; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or an option is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// The activations do not fit into memory or into arrays; segments do not divide the windows; or the options ask for segments, or for
    /// more steps back than a window has, although a layer, such as <see cref="Bidirectional{T}"/>, reads whole sequences.
    /// </exception>
    public Bptt(Sequential<T> model, int steps, int batch, BpttOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRange.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        options ??= new BpttOptions();
        options.Check<T>(nameof(options));
        Model = model;
        Steps = steps;
        Batch = batch;
        Training = CanTrain = !options.ForwardOnly;
        _first = model.Layers[0];
        int outputSize = model.Layers[^1].OutputSize;
        _checks = new WindowChecks<T>(_first, steps, batch);
        string window = $"of {steps} steps of {batch} sequences";
        ArraySize.Of($"The outputs {window}", nameof(steps), ("steps", steps), ("batch", batch), ("outputSize", outputSize));
        int inputSize = _first.AcceptsTokens ? 1 : _first.InputSize;
        ArraySize.Of($"The inputs {window}", nameof(steps), ("steps", steps), ("batch", batch), ("inputSize", inputSize));
        SegmentPlan plan = SegmentPlan.Create(steps, options);
        PassContext<T>.CheckSizes(model.Layers, plan.Steps, batch, passes: plan.Recompute ? 1 : plan.PerWindow);

        // Each segment of earlier windows keeps its input and its first states.
        Int128 kept = (Int128)plan.Steps * batch * inputSize + (Int128)batch * outputSize;
        string reach = $"The inputs of {plan.Back} times {plan.Steps} steps back of {batch} sequences";
        ArraySize.CheckMemory<T>(reach, nameof(options), Math.Max(0, plan.Back - plan.PerWindow) * kept);
        Unrolling = CreateUnrolling(plan, options);
        _states = Unrolling.States.ToDictionary(state => state.Name);
        int segments = (steps - 1) / Unrolling.SegmentSteps + 1;
        MostWindows = long.MaxValue / segments;
    }

    /// <summary>The model.</summary>
    public Sequential<T> Model { get; }

    /// <summary>T, the largest number of steps of a window.</summary>
    public int Steps { get; }

    /// <summary>B, the number of sequences.</summary>
    public int Batch { get; }

    /// <summary>
    /// Whether dropout drops and zoneout holds; default: true, unless this instance is for forward passes only. For evaluation set it to
    /// false: each factor is then replaced by its mean.
    /// </summary>
    /// <exception cref="InvalidOperationException">Set to true where this instance is for forward passes only.</exception>
    public bool Training
    {
        get;
        set => field = !value || CanTrain
            ? value
            : throw new InvalidOperationException("This Bptt was made with ForwardOnly, which is for evaluation.");
    }

    /// <summary>
    /// The number of windows processed so far. Dropout and zoneout masks depend on <see cref="BpttOptions.Seed"/> and on this number alone:
    /// set it to continue a run exactly, or to see the same masks again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// It is set to a negative number, or to more than 2^63 divided by the number of segments of a window: segments are numbered, too.
    /// </exception>
    public long WindowCount
    {
        get;
        set => field = value >= 0 && value <= MostWindows
            ? value
            : throw ArgumentOutOfRange.Error(nameof(value), value, $"Expected 0 to {MostWindows} windows.");
    }

    /// <summary>
    /// The states of all layers, <c>0.h</c>, <c>0.c</c>, <c>1.h</c> ..., which the next window starts from, and their gradients.
    /// </summary>
    public IReadOnlyList<RecurrentState<T>> States => Unrolling.States;

    internal bool CanTrain { get; }

    /// <summary>The largest <see cref="WindowCount"/>: up to it, the numbers of all segments fit into a long.</summary>
    internal long MostWindows { get; }

    internal Unrolling<T> Unrolling { get; }

    /// <summary>The output [steps, batch, outputSize] of the last window; 0 where a sequence has ended.</summary>
    public ReadOnlySpan<T> Output => Unrolling.Output;

    /// <summary>
    /// The gradient [steps, batch, outputSize] of the loss with respect to <see cref="Output"/> of the last window. A loss sets it between
    /// <see cref="Forward"/> and <see cref="Backward"/>. A backward pass uses it up: it is zero again afterwards, so a loss on some steps
    /// alone need not touch the others. Where a sequence has ended it may hold anything.
    /// </summary>
    /// <exception cref="InvalidOperationException">This instance is for forward passes only.</exception>
    public Span<T> OutputGradient
    {
        get
        {
            ThrowIfForwardOnly();
            return Unrolling.OutputGradient;
        }
    }

    /// <summary>
    /// The gradient [steps, batch, inputSize] of the loss with respect to the input of the last window, valid after <see cref="Backward"/>
    /// until the next forward pass. Empty if the input was token ids.
    /// </summary>
    public ReadOnlySpan<T> InputGradient => Unrolling.InputGradient;

    /// <summary>Returns the state of a name: <c>1.c</c> is the cell state of the model's second layer.</summary>
    /// <exception cref="KeyNotFoundException">There is no such state; the message lists the states.</exception>
    public RecurrentState<T> State(string name) => _states.TryGetValue(name, out RecurrentState<T>? found)
        ? found
        : throw new KeyNotFoundException($"There is no state '{name}'; there are {string.Join(", ", States.Select(state => state.Name))}.");

    /// <summary>
    /// A copy of the states that the next window starts from, and of <see cref="WindowCount"/>, for a <see cref="Checkpoint{T}"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public NamedState<T> CarriedState
    {
        get
        {
            using EntryFlag.Scope entry = Enter();
            return CarriedStates.Of(this);
        }
    }

    /// <summary>Goes on from where <see cref="CarriedState"/> was taken. On any error this instance stays as it was.</summary>
    /// <exception cref="ArgumentException">The state belongs to another model or batch; the message says how it differs.</exception>
    public void Restore(NamedState<T> state)
    {
        using EntryFlag.Scope entry = Enter();
        CarriedStates.Check(state, this);
        CarriedStates.Restore(state, this);
    }

    /// <summary>
    /// Makes the next window the first of every sequence: it starts from the trained initial state where a layer has one, else from 0.
    /// <see cref="Backward"/> can still go back through the present window.
    /// </summary>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public void ResetState()
    {
        using EntryFlag.Scope entry = Enter();
        Unrolling.Reset();
    }

    /// <summary>
    /// Makes the next window the first of one sequence, which starts from the states of a new one; the other states are carried on.
    /// </summary>
    /// <param name="sequence">The position in the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public void ResetState(int sequence)
    {
        ArgumentOutOfRange.ThrowIfNegative(sequence);
        ArgumentOutOfRange.ThrowIfGreaterThan(sequence, Batch - 1);
        using EntryFlag.Scope entry = Enter();
        Unrolling.Reset(sequence);
    }

    /// <summary>
    /// Runs the model over one window of vectors. Where sequences have lengths, a sequence's output past its end is 0, its state is held
    /// and no gradient flows; its input may hold anything there.
    /// </summary>
    /// <param name="input">[steps, batch, inputSize], time-major.</param>
    /// <param name="lengths">
    /// [batch]: the number of steps of each sequence, 0 or more; default: empty, every sequence has all steps.
    /// </param>
    /// <param name="steps">The number of steps of this window, 1 or more; default: <see cref="Steps"/>.</param>
    /// <returns><see cref="Output"/>, valid until the next forward pass.</returns>
    /// <exception cref="ArgumentException">
    /// The input has the wrong shape, steps or a length is out of range, the model takes token ids, or windows of vectors of this size do
    /// not fit into arrays.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is using this instance.</exception>
    public ReadOnlySpan<T> Forward(scoped ReadOnlySpan<T> input, scoped ReadOnlySpan<int> lengths = default, int? steps = null)
    {
        using EntryFlag.Scope entry = Enter();
        int count = _checks.StepsOf(input, steps);
        return Run(new WindowInput<T>(input, _first.InputSize), count, lengths);
    }

    /// <summary>Runs the model over one window of token ids.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <param name="tokens">[steps, batch], time-major; ids in [0, inputSize) up to a sequence's end.</param>
    /// <param name="lengths">
    /// [batch]: the number of steps of each sequence, 0 or more; default: empty, every sequence has all steps.
    /// </param>
    /// <param name="steps">The number of steps of this window, 1 or more; default: <see cref="Steps"/>.</param>
    /// <exception cref="ArgumentException">
    /// The input has the wrong shape, steps, an id or a length is out of range, or the model takes vectors.
    /// </exception>
    public ReadOnlySpan<T> ForwardTokens(scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> lengths = default, int? steps = null)
    {
        using EntryFlag.Scope entry = Enter();
        int count = _checks.StepsOf(tokens, steps);
        _checks.CheckTokens(tokens, lengths);
        return Run(new WindowInput<T>(tokens), count, lengths);
    }

    /// <summary>
    /// Goes back through the last window: adds to the gradient of every parameter, and sets <see cref="InputGradient"/> and the
    /// <see cref="RecurrentState{T}.InitialGradient"/> of every state.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// There has been no forward pass since the last backward pass, this instance is for forward passes only, or another thread is using it
    /// or is changing the parameters or the gradients of the model.
    /// </exception>
    public void Backward()
    {
        using EntryFlag.Scope entry = Enter();
        using EntryFlag.Scope change = Model.Parameters.EnterChange();
        ThrowIfForwardOnly();
        if (!_canGoBack)
        {
            throw new InvalidOperationException("There is nothing to go back through: call Forward before each Backward.");
        }

        _canGoBack = false;
        Unrolling.Backward();
    }

    /// <summary>Sets the mask of g of a layer to the factors [steps, batch, H] of another system, in windows of one segment.</summary>
    internal void FixGateMask(int layer, ReadOnlySpan<T> factors) => ((RecurrentPass<T>)Unrolling.Passes[0][layer]).Masks[0]!.Fix(factors);

    private ReadOnlySpan<T> Run(scoped WindowInput<T> input, int steps, scoped ReadOnlySpan<int> lengths)
    {
        int running = Math.Max(1, _checks.LongestOf(lengths, steps));
        if (WindowCount == MostWindows)
        {
            throw new InvalidOperationException($"There have been {WindowCount} windows, and no more can be numbered: set WindowCount.");
        }

        Unrolling.Begin(steps, running, input.IsTokens, isFull: !lengths.ContainsAnyExcept(steps));
        _canGoBack = false;
        Unrolling.Forward(input, lengths, WindowCount, Training);
        _canGoBack = true;
        WindowCount++;
        return Output;
    }

    /// <summary>Begins a call of this instance, or of a class that looks into it.</summary>
    internal EntryFlag.Scope Enter() =>
        _entry.Enter("This Bptt", "An instance serves one thread at a time: give each thread one of its own.");

    private Unrolling<T> CreateUnrolling(SegmentPlan plan, BpttOptions options)
    {
        try
        {
            return plan.IsWhole
                ? new WholeWindow<T>(Model, Steps, Batch, options)
                : new SegmentRing<T>(Model, Steps, Batch, plan, options);
        }
        catch (Exception error) when (ArraySize.IsNoRoom(error))
        {
            string back = options.BackwardSteps > 0 ? $", and of {options.BackwardSteps} steps back," : "";
            throw ArraySize.NoRoom($"The activations of {Steps} steps of {Batch} sequences{back}", error);
        }
    }

    private void ThrowIfForwardOnly()
    {
        if (!CanTrain)
        {
            throw new InvalidOperationException("There are no gradients: this Bptt was made with ForwardOnly.");
        }
    }
}
