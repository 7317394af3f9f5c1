using System.Numerics;

namespace Lstm;

/// <summary>
/// The mathematics of one step of a recurrent layer. The constructor declares what the cell has: gates, states, caches, vectors, products
/// and stages. <see cref="Forward"/> and <see cref="Backward"/> then compute one step for some sequences. A cell knows nothing of time,
/// threads or memory: a <see cref="RecurrentLayer{T}"/> unrolls it. A step consists of one or more stages; each stage is some matrix
/// products and then the cell's own work on their results:
/// <code>
/// forward    for each stage:             products of the stage;  Forward(stage)
/// backward   for each stage, last first: Backward(stage);  gradients of the products towards their sources
/// </code>
/// One rule says who assigns and who adds: the cell adds to gradients of parameters and assigns gradients of activations; to the latter the
/// engine adds the parts that come from elsewhere. docs/own-cells.md has an example.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class Cell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterSet<T> _parameters = new();
    private readonly List<Gate> _gates = [];
    private readonly List<StateBlock> _states = [];
    private readonly List<CacheBlock> _caches = [];
    private readonly List<SignalBlock> _signals = [];
    private readonly List<MaskBlock> _masks = [];
    private readonly List<VectorBlock<T>> _vectors = [];
    private readonly List<CellProduct<T>[]> _stages = [];
    private readonly List<CellProduct<T>> _stage = [];
    private Parameter<T>? _inputWeights;
    private StateBlock? _output;
    private bool _isSealed;
    private bool _isClosed;

    /// <summary>Creates a cell without gates or states; the constructor of a derived class declares them.</summary>
    /// <param name="inputSize">The size of the input vectors, or the number of different token ids.</param>
    /// <param name="hiddenSize">H, the number of units.</param>
    /// <param name="options">Dropout, zoneout, trained initial states and first values of the weights; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1, or a probability is out of range.</exception>
    protected Cell(int inputSize, int hiddenSize, RecurrentOptions? options = null)
    {
        InputSize = Layer<T>.Positive(inputSize, nameof(inputSize));
        HiddenSize = Layer<T>.Positive(hiddenSize, nameof(hiddenSize));
        Options = options ?? new RecurrentOptions();
        Options.Check(nameof(options));
    }

    /// <summary>The size of the input vectors, or the number of different token ids.</summary>
    public int InputSize { get; }

    /// <summary>H, the number of units.</summary>
    public int HiddenSize { get; }

    /// <summary>The size of h, the output.</summary>
    public int OutputSize => Output.Size;

    /// <summary>The gates, in the order of their columns of W x.</summary>
    public IReadOnlyList<Gate> Gates => _gates;

    /// <summary>The states, in the order of their declarations.</summary>
    public IReadOnlyList<StateBlock> States => _states;

    /// <summary>The parameters, in the order of their declarations; trained initial states come last.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters.Parameters;

    /// <summary>W [columns of all gates, inputSize].</summary>
    public Parameter<T> InputWeights => _inputWeights ?? throw Incomplete($"call {nameof(AddInputWeights)} after it has added all gates");

    /// <summary>The columns of all gates together.</summary>
    public int GateSize => _gates.Count == 0 ? 0 : _gates[^1].FirstColumn + _gates[^1].Size;

    /// <summary>The options that the constructor was given, or the defaults.</summary>
    public RecurrentOptions Options { get; }

    /// <summary>The state that is h, the output.</summary>
    internal StateBlock Output => _output ?? throw Incomplete("add a state with isOutput: true");

    internal int CacheSize => _caches.Count == 0 ? 0 : _caches[^1].Offset + _caches[^1].Size;

    internal IReadOnlyList<SignalBlock> Signals => _signals;

    internal IReadOnlyList<MaskBlock> Masks => _masks;

    internal IReadOnlyList<VectorBlock<T>> Vectors => _vectors;

    internal int VectorSize => _vectors.Count == 0 ? 0 : _vectors[^1].Offset + _vectors[^1].Size;

    /// <summary>The bias that the engine adds to W x, or null.</summary>
    internal VectorBlock<T>? EngineBias { get; private set; }

    internal IReadOnlyList<CellProduct<T>[]> Stages => _stages;

    /// <summary>The trained initial states, by the position of the state; null where there is none.</summary>
    internal Parameter<T>?[] InitialStates { get; private set; } = [];

    /// <summary>The length of the largest array that a pass keeps for one step of one sequence.</summary>
    internal int LargestWidth => _states.Concat<Block>(_signals).Select(block => block.Size).Append(GateSize).Append(CacheSize).Max();

    /// <summary>
    /// Whether the cell itself keeps the gradients at its pre-activations within the limits of <see cref="StepClipping"/>.
    /// </summary>
    internal virtual bool LimitsGradients => false;

    /// <summary>Computes a stage: the gates from their pre-activations, and the states of this step.</summary>
    /// <param name="stage">The stage, from 0; its products have been computed.</param>
    /// <param name="step">The declared blocks, for some rows (sequences) of this step.</param>
    protected internal abstract void Forward(int stage, in CellStep<T> step);

    /// <summary>
    /// Goes back through a stage: from the gradients at the states of this step to those at the pre-activations, at the signals that
    /// products give, and at those states of the step before that the cell reads. Also adds to the gradients of the vectors.
    /// </summary>
    /// <param name="stage">The stage; the last one comes first.</param>
    /// <param name="step">The declared blocks, as the forward step left them.</param>
    protected internal abstract void Backward(int stage, in CellStep<T> step);

    /// <summary>Declares a gate: the next columns of W x.</summary>
    /// <param name="name">Its letter, as it is called in traces; empty for the only gate of a cell.</param>
    /// <param name="activation">The function from the pre-activation to the gate, for diagnostics: the cell itself computes it.</param>
    /// <param name="size">The number of columns; default: <see cref="HiddenSize"/>.</param>
    protected Gate AddGate(string name, Activation activation, int? size = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        Representable.Member(activation, nameof(activation), nameof(activation));
        CheckOpen();
        if (_inputWeights != null || EngineBias != null)
        {
            throw new InvalidOperationException(
                $"Gate '{name}' has no columns of W: add gates before {nameof(AddInputWeights)} and {nameof(AddBias)}.");
        }

        int columns = size ?? HiddenSize;
        if ((long)GateSize + columns > int.MaxValue)
        {
            string argument = size is null ? "hiddenSize" : nameof(size);
            throw ArgumentOutOfRange.Error(argument, columns, $"Expected gates with at most {int.MaxValue} columns in all.");
        }

        return Declare(_gates, new Gate(this, name, GateSize, columns, activation), name);
    }

    /// <summary>Returns the columns of neighbouring gates together, for a product.</summary>
    /// <param name="first">The first gate.</param>
    /// <param name="last">The last gate.</param>
    /// <exception cref="ArgumentException">A gate belongs to another cell, or the last gate comes before the first.</exception>
    protected GateRange RangeOf(Gate first, Gate last)
    {
        CheckOwn(first, nameof(first));
        CheckOwn(last, nameof(last));
        return last.FirstColumn >= first.FirstColumn
            ? new GateRange(this, $"{first.Name}..{last.Name}", first.FirstColumn, last.FirstColumn + last.Size - first.FirstColumn)
            : throw new ArgumentException($"Expected a gate at or after '{first.Name}', but got '{last.Name}'.", nameof(last));
    }

    /// <summary>Declares W [columns of all gates, inputSize], after all gates. The engine computes W x for all steps at once.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="initializer">Sets the first values; default: <see cref="RecurrentOptions.InputInitializer"/>.</param>
    protected Parameter<T> AddInputWeights(string name = "W", Initializer? initializer = null)
    {
        CheckOpen();
        if (_gates.Count == 0 || _inputWeights != null)
        {
            throw new InvalidOperationException($"Expected one call of {nameof(AddInputWeights)}, after all gates.");
        }

        _inputWeights = _parameters.Add(name, initializer ?? Options.InputInitializer, BlocksOf(_gates), [GateSize, InputSize]);
        return _inputWeights;
    }

    /// <summary>Declares a state.</summary>
    /// <param name="name">Its letter, as in the names of states: h for <c>0.h</c>.</param>
    /// <param name="size">Its size; default: <see cref="HiddenSize"/>.</param>
    /// <param name="isOutput">Whether it is h, the output. Exactly one state is.</param>
    /// <param name="isRead">
    /// Whether the cell itself, and not only a product, reads the state of the step before (<see cref="CellStep{T}.Before"/>).
    /// </param>
    /// <param name="canBeLearned">
    /// Whether <see cref="RecurrentOptions.LearnInitialState"/> trains the state that sequences start from.
    /// </param>
    /// <param name="zoneout">
    /// The probability that an element stays as it was at the step before; default: <see cref="RecurrentOptions.ZoneoutHidden"/> for the
    /// output, 0 for other states.
    /// </param>
    protected StateBlock AddState(
        string name, int? size = null, bool isOutput = false, bool isRead = false, bool canBeLearned = true, double? zoneout = null)
    {
        CheckOpen();
        if (isOutput && _output != null)
        {
            throw new ArgumentException($"Expected one output, but '{_output.Name}' is the output already.", nameof(isOutput));
        }

        StateBlock state = new(this, name, size ?? HiddenSize, _states.Count)
        {
            IsOutput = isOutput,
            IsRead = isRead,
            IsLearned = canBeLearned && Options.LearnInitialState,
            Zoneout = Representable.Rate(zoneout ?? (isOutput ? Options.ZoneoutHidden : 0), nameof(zoneout), nameof(zoneout)),
        };
        Declare(_states, state, name);
        _output = isOutput ? state : _output;
        return state;
    }

    /// <summary>Declares a cache: numbers, besides gates and states, that the forward step leaves for the backward step.</summary>
    /// <param name="name">A name.</param>
    /// <param name="size">The number of values for each sequence; default: <see cref="HiddenSize"/>.</param>
    protected CacheBlock AddCache(string name, int? size = null)
    {
        CheckOpen();
        CacheBlock cache = new(this, name, size ?? HiddenSize, CacheSize);
        ArgumentOutOfRange.ThrowIfGreaterThan((long)cache.Offset + cache.Size, int.MaxValue, nameof(size));
        return Declare(_caches, cache, name);
    }

    /// <summary>
    /// Declares a signal: numbers between the stages of a step that a product gives, or that a product of a later stage reads.
    /// </summary>
    /// <param name="name">A name.</param>
    /// <param name="size">The number of values for each sequence; default: <see cref="HiddenSize"/>.</param>
    protected SignalBlock AddSignal(string name, int? size = null)
    {
        CheckOpen();
        return Declare(_signals, new SignalBlock(this, name, size ?? HiddenSize, _signals.Count), name);
    }

    /// <summary>Declares a mask: factors that drop elements, drawn at every step.</summary>
    /// <param name="name">A name.</param>
    /// <param name="rate">The probability that an element is dropped, in [0, 1); 0 gives an empty mask.</param>
    /// <param name="size">The number of values for each sequence; default: <see cref="HiddenSize"/>.</param>
    protected MaskBlock AddMask(string name, double rate, int? size = null)
    {
        CheckOpen();
        Representable.Rate(rate, nameof(rate), nameof(rate));
        return Declare(_masks, new MaskBlock(this, name, size ?? HiddenSize, rate, _masks.Count), name);
    }

    /// <summary>
    /// Declares a vector of parameters that the cell reads; the cell adds to its gradient, which has a row for each sequence.
    /// </summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="initializer">Sets the first values.</param>
    /// <param name="shape">Its sizes; default: [<see cref="HiddenSize"/>].</param>
    /// <param name="blocks">How many equal blocks, one for each gate, lie along the first dimension.</param>
    protected VectorBlock<T> AddVector(string name, Initializer initializer, ReadOnlySpan<int> shape = default, int blocks = 1)
    {
        CheckOpen();
        Parameter<T> parameter = _parameters.Add(name, initializer, blocks, shape.IsEmpty ? [HiddenSize] : shape);
        VectorBlock<T> vector = new(this, parameter, VectorSize);
        ArgumentOutOfRange.ThrowIfGreaterThan((long)vector.Offset + vector.Size, int.MaxValue, nameof(shape));
        _vectors.Add(vector);
        return vector;
    }

    /// <summary>Declares a bias [columns of all gates], which the engine adds to W x: the cell has nothing to do for it.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="initializer">Sets the first values, a block for each gate; default: zeros.</param>
    protected VectorBlock<T> AddBias(string name = "b", Initializer? initializer = null)
    {
        EngineBias = EngineBias is null && GateSize > 0
            ? AddVector(name, initializer ?? Initializer.Zero, [GateSize], BlocksOf(_gates))
            : throw new InvalidOperationException($"Expected one call of {nameof(AddBias)}, after all gates.");
        return EngineBias;
    }

    /// <summary>Declares a matrix for one product or several.</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="rows">The number of rows, which give the columns of targets.</param>
    /// <param name="columns">The number of columns, the size of the sources.</param>
    /// <param name="blocks">How many equal blocks, one for each gate, lie along the rows.</param>
    /// <param name="initializer">Sets the first values; default: <see cref="RecurrentOptions.RecurrentInitializer"/>.</param>
    protected Parameter<T> AddWeights(string name, int rows, int columns, int blocks = 1, Initializer? initializer = null)
    {
        CheckOpen();
        return _parameters.Add(name, initializer ?? Options.RecurrentInitializer, blocks, [rows, columns]);
    }

    /// <summary>Declares a product <c>to (+)= from W^T</c> of this stage with a matrix of its own [to.Size, from.Size].</summary>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="from">A state, which is read as of the step before, or a signal that an earlier stage has written.</param>
    /// <param name="to">Gates, to which the product is added, or a signal, to which it is assigned.</param>
    /// <param name="initializer">Sets the first values; default: <see cref="RecurrentOptions.RecurrentInitializer"/>.</param>
    /// <param name="isDropped">
    /// Whether <see cref="RecurrentOptions.HiddenDropout"/> drops elements of a signal that the product reads.
    /// </param>
    /// <exception cref="ArgumentException">A product cannot read the one block or write the other.</exception>
    protected Parameter<T> AddProduct(string name, Block from, Block to, Initializer? initializer = null, bool isDropped = false)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        Parameter<T> weights = AddWeights(name, to.Size, from.Size, GatesWithin(to), initializer);
        AddProduct(weights, from, to, firstRow: 0, isDropped);
        return weights;
    }

    /// <summary>
    /// Declares a product of this stage with rows of a matrix, <c>to (+)= from W[firstRow .. firstRow + to.Size, :]^T</c>.
    /// </summary>
    /// <param name="weights">A matrix from <see cref="AddWeights"/>.</param>
    /// <param name="from">A state, which is read as of the step before, or a signal that an earlier stage has written.</param>
    /// <param name="to">Gates, to which the product is added, or a signal, to which it is assigned.</param>
    /// <param name="firstRow">The first row of the matrix that takes part.</param>
    /// <param name="isDropped">
    /// Whether <see cref="RecurrentOptions.HiddenDropout"/> drops elements of a signal, which then has the size of the output. From the
    /// output of the step before it always drops elements.
    /// </param>
    /// <exception cref="ArgumentException">The sizes do not fit, or a product cannot read the one block or write the other.</exception>
    protected void AddProduct(Parameter<T> weights, Block from, Block to, int firstRow = 0, bool isDropped = false)
    {
        ArgumentNullException.ThrowIfNull(weights);
        CheckOpen();
        CheckOwn(from, nameof(from));
        CheckOwn(to, nameof(to));
        if (!Parameters.Contains(weights))
        {
            throw new ArgumentException($"Expected a parameter that this cell has declared, but '{weights.Name}' is not.", nameof(weights));
        }

        if (weights.Shape.Length != 2 || weights.Shape[1] != from.Size || firstRow < 0 || firstRow + (long)to.Size > weights.Shape[0])
        {
            throw new ArgumentException(
                $"Expected a matrix of {from.Size} columns, as '{from.Name}' has, with {to.Size} rows for '{to.Name}' "
                + $"from row {firstRow} on, but got {weights.Describe()}.",
                nameof(weights));
        }

        MarkSource(from, isDropped);
        MarkTarget(to);
        _stage.Add(new CellProduct<T>(weights, from, to, firstRow));
    }

    /// <summary>Ends the products of a stage. The last stage ends with the constructor.</summary>
    protected void EndStage()
    {
        CheckOpen();
        _stages.Add([.. _stage]);
        _stage.Clear();
    }

    /// <summary>Ends the declarations of a cell whose derived classes have none of their own.</summary>
    private protected void Close()
    {
        EndStage();
        _isClosed = true;
    }

    /// <summary>Ends the declarations for the one layer that the cell serves.</summary>
    /// <exception cref="ArgumentException">The cell belongs to another layer.</exception>
    /// <exception cref="InvalidOperationException">Something is missing.</exception>
    internal void Seal()
    {
        if (_isSealed)
        {
            throw new ArgumentException("Expected a cell that has no layer, but it belongs to another one already.", "cell");
        }

        _ = (InputWeights, Output);
        CheckDropout();
        if (_stage.Count > 0 || _stages.Count == 0)
        {
            EndStage();
        }

        InitialStates = [.. _states.Select(state =>
            state.IsLearned ? _parameters.Add($"{state.Name}0", Initializer.Zero, 1, [state.Size]) : null)];
        _isSealed = true;
    }

    /// <summary>
    /// Returns the gates whose gradients are complete after the cell's backward step of a stage: the gates that the stage's products add
    /// to, and after stage 0 all gates that no later stage adds to.
    /// </summary>
    internal IEnumerable<Gate> CompleteAfter(int stage) => _gates.Where(gate => stage > 0
        ? AddsTo(_stages[stage], gate)
        : !_stages.Skip(1).Any(later => AddsTo(later, gate)));

    /// <summary>Refuses options that would do nothing: dropout acts on products with the output of the step before.</summary>
    private void CheckDropout()
    {
        bool hasProduct = _stages.Prepend([.. _stage]).Any(products => Array.Exists(products, product => product.Source == _output));
        if (!hasProduct && (Options.HiddenDropout > 0 || Options.WeightDropout > 0))
        {
            string name = Options.HiddenDropout > 0 ? nameof(Options.HiddenDropout) : nameof(Options.WeightDropout);
            throw new InvalidOperationException($"{name} drops in products with '{Output.Name}', but the cell declares none.");
        }
    }

    private static bool AddsTo(CellProduct<T>[] products, Gate gate) => Array.Exists(
        products, product => product.Target is GateRange range && range.Contains(gate));

    private int GatesWithin(Block to) => to is GateRange range ? BlocksOf([.. _gates.Where(range.Contains)]) : 1;

    /// <summary>Returns how many equal blocks the rows of some gates form: one for all where the gates differ in size.</summary>
    private static int BlocksOf(List<Gate> gates) => gates.TrueForAll(gate => gate.Size == gates[0].Size) ? gates.Count : 1;

    private void MarkSource(Block from, bool isDropped)
    {
        if (from is StateBlock state)
        {
            state.IsSource = true;
        }
        else if (from is SignalBlock { IsResult: false } signal && _stages.Count > 0)
        {
            if (signal.IsSource && (isDropped ? signal.DroppedInStage != _stages.Count : signal.DroppedInStage >= 0))
            {
                throw new ArgumentException(
                    $"Expected elements of '{signal.Name}' to be dropped for all its products, which are of one stage, or for none.",
                    nameof(isDropped));
            }

            signal.IsSource = true;
            if (isDropped)
            {
                ArgumentOutOfRange.ThrowIfNotEqual(signal.Size, OutputSize, nameof(isDropped));
                signal.DroppedInStage = _stages.Count;
            }
        }
        else
        {
            throw new ArgumentException(
                $"Expected a state, or a signal that an earlier stage writes, but '{from.Name}' is neither.", nameof(from));
        }
    }

    private void MarkTarget(Block to)
    {
        if (to is SignalBlock { IsSource: false, IsResult: false } signal)
        {
            signal.ResultOfStage = _stages.Count;
        }
        else if (to is not GateRange)
        {
            throw new ArgumentException(
                $"Expected gates, or a signal that no other product gives or reads, but '{to.Name}' is neither.", nameof(to));
        }
    }

    /// <summary>Refuses a block that another cell has declared.</summary>
    /// <param name="block">The block.</param>
    /// <param name="argument">The argument that the exception names.</param>
    internal void CheckOwn(Block block, string argument)
    {
        if (block?.Cell != this)
        {
            ThrowForeign(block, argument);
        }
    }

    private static void ThrowForeign(Block? block, string argument)
    {
        ArgumentNullException.ThrowIfNull(block, argument);
        throw new ArgumentException($"Expected a block that this cell has declared, but '{block.Name}' is another cell's.", argument);
    }

    private TBlock Declare<TBlock>(List<TBlock> blocks, TBlock block, string name)
        where TBlock : Block
    {
        CheckOpen();
        if (blocks.Exists(other => other.Name == name))
        {
            throw new ArgumentException($"The cell has declared '{name}' already.", nameof(name));
        }

        blocks.Add(block);
        return block;
    }

    private void CheckOpen()
    {
        if (_isSealed || _isClosed)
        {
            throw new InvalidOperationException(
                "The cell's declarations have ended: only the constructor of the class that declares it can add anything.");
        }
    }

    private static InvalidOperationException Incomplete(string what) => new($"The cell's constructor has to {what}.");
}
