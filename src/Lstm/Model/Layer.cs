using System.Numerics;

namespace Lstm;

/// <summary>
/// A differentiable part of a model: sizes and parameters. A layer holds no activations: those belong to the <see cref="LayerPass{T}"/>
/// that it makes for every <see cref="Bptt{T}"/>, so one layer can serve many at once.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterSet<T> _parameters = new();

    /// <summary>Creates a layer that maps [steps, batch, inputSize] to [steps, batch, outputSize].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    protected Layer(int inputSize, int outputSize)
    {
        InputSize = Positive(inputSize, nameof(inputSize));
        OutputSize = Positive(outputSize, nameof(outputSize));
    }

    /// <summary>The size of the last dimension of the input, or the number of different token ids.</summary>
    public int InputSize { get; }

    /// <summary>The size of the last dimension of the output.</summary>
    public int OutputSize { get; }

    /// <summary>The trained tensors.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => _parameters.Parameters;

    /// <summary>Whether the input can be token ids in [0, <see cref="InputSize"/>), each standing for a one-hot vector.</summary>
    public virtual bool AcceptsTokens => false;

    /// <summary>Whether the input can be vectors of <see cref="InputSize"/> numbers.</summary>
    public virtual bool AcceptsValues => true;

    /// <summary>Whether the output at a step depends on that step and those before it alone.</summary>
    public virtual bool IsCausal => true;

    /// <summary>The name of the layer in messages.</summary>
    internal virtual string Title => GetType().Name.Split('`')[0];

    /// <summary>The length of the largest array that a pass keeps for one step of one sequence.</summary>
    internal virtual int LargestWidth => OutputSize;

    internal bool IsPart { get; private set; }

    /// <summary>Makes the pass that unrolls this layer over the steps and sequences of <paramref name="context"/>.</summary>
    public abstract LayerPass<T> CreatePass(PassContext<T> context);

    /// <summary>
    /// Returns what a file has to tell so that a <see cref="LayerKinds{T}"/> can make this layer again; null, the default, for a layer that
    /// files do not describe.
    /// </summary>
    public virtual LayerDescription? Describe() => null;

    /// <summary>Declares a parameter; for constructors.</summary>
    /// <param name="name">A short name, unique in the layer.</param>
    /// <param name="initializer">Sets the first values.</param>
    /// <param name="shape">The sizes of the dimensions, slowest first.</param>
    protected Parameter<T> AddParameter(string name, Initializer initializer, params ReadOnlySpan<int> shape) =>
        _parameters.Add(name, initializer, 1, shape);

    /// <summary>
    /// Declares a layer that this one consists of; for constructors. Its parameters then belong to this layer, named <c>name.W</c>. A pass
    /// of this layer makes one of the part and shows its states, named by <see cref="LayerPass{T}.NameStates"/>.
    /// </summary>
    /// <param name="name">A short name, unique in the layer.</param>
    /// <param name="part">A layer that belongs to no other layer and no model.</param>
    /// <exception cref="ArgumentException">The part belongs to a layer or a model already, or the name is another part's.</exception>
    protected void AddPart(string name, Layer<T> part)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckPart(part, $"The part '{name}'", nameof(part));
        part.IsPart = true;
        foreach (Parameter<T> parameter in part.Parameters)
        {
            parameter.AddPrefix(name + ".");
            Include(parameter);
        }
    }

    /// <summary>Takes over a parameter that a part, or a cell, has declared.</summary>
    private protected void Include(Parameter<T> parameter) => _parameters.Include(parameter);

    /// <summary>Refuses a layer that belongs to a layer or a model already.</summary>
    /// <param name="part">The layer that is to become a part of a layer or of a model.</param>
    /// <param name="what">The name of the layer in a message.</param>
    /// <param name="argument">The name of the constructor's argument.</param>
    internal static void CheckPart(Layer<T> part, string what, string argument)
    {
        ArgumentNullException.ThrowIfNull(part, argument);
        if (part.IsPart || part.Parameters.Any(parameter => parameter.IsBound))
        {
            throw new ArgumentException($"{what} belongs to another {(part.IsPart ? "layer" : "model")} already.", argument);
        }
    }

    /// <summary>Checks a size that a constructor's argument gives, and returns it.</summary>
    internal static int Positive(int size, string argument) => size >= 1
        ? size
        : throw ArgumentOutOfRange.Error(argument, size, "Expected a size of 1 or more.");
}
