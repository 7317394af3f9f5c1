using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// A model for inference step by step: one input, one output, and a state that is carried on. One instance serves any number of states and
/// threads at once, with one copy of the weights in the order of the kernels, as long as nobody changes the parameters meanwhile. A step
/// allocates nothing and gives the same bits as that step of a whole window in <see cref="Bptt{T}"/>. A state is for one thread at a time:
/// a call from a second one throws an <see cref="InvalidOperationException"/> before it touches anything.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class StreamingModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SharedWeights<T> _weights = new();

    /// <summary>Creates an instance that serves <paramref name="model"/>.</summary>
    /// <exception cref="ArgumentException">A layer of the model reads later steps, as a bidirectional one does.</exception>
    public StreamingModel(Sequential<T> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        for (int k = 0; k < model.Layers.Count; k++)
        {
            if (!model.Layers[k].IsCausal)
            {
                throw new ArgumentException(
                    $"Layer {k} needs whole sequences: it reads later steps before it gives an output.", nameof(model));
            }
        }

        Model = model;
    }

    /// <summary>The model.</summary>
    public Sequential<T> Model { get; }

    /// <summary>
    /// The treatment of an input that is NaN or infinite, such as the reading of a broken sensor; default:
    /// <see cref="NonFiniteInput.Refuse"/>, as such a number would stay in the states, and with them in every later output.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set to a value that the enumeration does not name.</exception>
    public NonFiniteInput NonFiniteInput
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw ArgumentOutOfRange.Error(nameof(value), value, $"Expected {NonFiniteInput.Refuse} or {NonFiniteInput.Allow}.");
    }

    /// <summary>Creates the states of <paramref name="batch"/> sequences at their start, which step together.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The batch is less than 1.</exception>
    /// <exception cref="ArgumentException">
    /// The batch is too large: its states and activations do not fit into memory, or into arrays.
    /// </exception>
    public StreamingState<T> CreateState(int batch = 1)
    {
        ArgumentOutOfRange.ThrowIfLessThan(batch, 1);
        Layer<T> first = Model.Layers[0];
        int inputSize = first.AcceptsTokens ? 1 : first.InputSize;
        ArraySize.Of($"The inputs of {batch} sequences", nameof(batch), ("batch", batch), ("inputSize", inputSize));
        ArraySize.Of($"The outputs of {batch} sequences", nameof(batch), ("batch", batch), ("outputSize", Model.Layers[^1].OutputSize));
        PassContext<T>.CheckSizes(Model.Layers, steps: 1, batch, passes: 1);
        try
        {
            PassContext<T> context = new(steps: 1, batch, new BpttOptions { ForwardOnly = true, Threads = 1 }, _weights);
            return new StreamingState<T>(this, new ModelPass<T>(Model.Layers, context));
        }
        catch (Exception error) when (ArraySize.IsNoRoom(error))
        {
            throw ArraySize.NoRoom($"States and activations of {batch} sequences", error);
        }
    }

    /// <summary>Does one step of every sequence of <paramref name="state"/>, with a vector for each.</summary>
    /// <param name="input">[batch, inputSize].</param>
    /// <param name="state">The states, from <see cref="CreateState"/>, which this call carries on; for one thread at a time.</param>
    /// <returns>[batch, outputSize], valid until the next step of this state.</returns>
    /// <exception cref="ArgumentException">
    /// The input has the wrong shape or a number that is not finite (<see cref="NonFiniteInput"/>), the model takes token ids, or the state
    /// belongs to another model.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is using the state.</exception>
    public ReadOnlySpan<T> Step(scoped ReadOnlySpan<T> input, StreamingState<T> state)
    {
        CheckState(state);
        using EntryFlag.Scope entry = state.Enter();
        Layer<T> first = Model.Layers[0];
        if (!first.AcceptsValues)
        {
            throw new ArgumentException(
                $"Expected token ids [batch], which {nameof(StepTokens)} takes: the model's first layer takes no vectors.", nameof(input));
        }

        long length = (long)state.Batch * first.InputSize;
        if (input.Length != length)
        {
            string hint = first.AcceptsTokens && input.Length == state.Batch ? $" Token ids are for {nameof(StepTokens)}." : "";
            string shape = $"[batch, inputSize] = [{state.Batch}, {first.InputSize}]";
            throw new ArgumentException($"Expected {shape}, {length} numbers, but got {input.Length}.{hint}", nameof(input));
        }

        if (NonFiniteInput == NonFiniteInput.Refuse && !TensorPrimitives.IsFiniteAll(input))
        {
            int at = NonFinite.IndexIn(input);
            throw new ArgumentException(
                $"Expected finite numbers, but sequence {at / first.InputSize} has {input[at]} in column {at % first.InputSize}. "
                    + $"Its states are as they were; {nameof(NonFiniteInput)} can allow it.",
                nameof(input));
        }

        return state.Step(new WindowInput<T>(input, first.InputSize));
    }

    /// <summary>Does one step of every sequence of <paramref name="state"/>, with a token id for each.</summary>
    /// <param name="tokens">[batch] ids in [0, inputSize).</param>
    /// <param name="state">The states, from <see cref="CreateState"/>, which this call carries on; for one thread at a time.</param>
    /// <returns>[batch, outputSize], valid until the next step of this state.</returns>
    /// <exception cref="ArgumentException">
    /// There are not as many ids as sequences, an id is out of range, the model takes vectors, or the state belongs to another model.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is using the state.</exception>
    public ReadOnlySpan<T> StepTokens(scoped ReadOnlySpan<int> tokens, StreamingState<T> state)
    {
        CheckState(state);
        using EntryFlag.Scope entry = state.Enter();
        Layer<T> first = Model.Layers[0];
        if (!first.AcceptsTokens)
        {
            string vectors = $"[batch, {first.InputSize}]";
            throw new ArgumentException(
                $"Expected vectors {vectors}, which {nameof(Step)} takes: the model's first layer takes no token ids.", nameof(tokens));
        }

        if (tokens.Length != state.Batch)
        {
            throw new ArgumentException(
                $"Expected an id for each of the {state.Batch} sequences, but got {tokens.Length}.", nameof(tokens));
        }

        int outside = tokens.IndexOfAnyExceptInRange(0, first.InputSize - 1);
        return outside < 0
            ? state.Step(new WindowInput<T>(tokens))
            : throw new ArgumentException(
                $"Expected token ids in [0, {first.InputSize}), but that of sequence {outside} is {tokens[outside]}.", nameof(tokens));
    }

    private void CheckState(StreamingState<T> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Owner != this)
        {
            throw new ArgumentException("Expected a state that this streaming model has created.", nameof(state));
        }
    }
}
