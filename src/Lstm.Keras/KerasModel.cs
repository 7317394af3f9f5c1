using System.Numerics;
using System.Text.Json;
using Lstm.Keras.Configs;
using Lstm.Keras.Hdf5;

namespace Lstm.Keras;

/// <summary>A model that was made of a <c>.keras</c> file, and what Keras does beside it. docs/interchange.md says what is read.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class KerasModel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private KerasModel(Sequential<T> model, ModelBuilder<T> builder)
    {
        Model = model;
        OutputActivation = builder.OutputActivation;
        ReturnsSequences = builder.ReturnsSequences;
        MasksZero = builder.MasksZero;
    }

    /// <summary>The model. It gives the output of every step, without <see cref="OutputActivation"/>.</summary>
    public Sequential<T> Model { get; }

    /// <summary>
    /// The activation behind the last dense layer in Keras: <c>linear</c>, <c>softmax</c> or <c>sigmoid</c>. <see cref="Model"/> gives the
    /// numbers before it, which is what <see cref="SoftmaxCrossEntropy"/> and <see cref="SigmoidCrossEntropy"/> take.
    /// </summary>
    public string OutputActivation { get; }

    /// <summary>Whether Keras gives every step; otherwise its output is that of the last step of <see cref="Model"/>.</summary>
    public bool ReturnsSequences { get; }

    /// <summary>
    /// Whether Keras takes the token id 0 for padding (<c>mask_zero</c>). <see cref="Model"/> takes it for a token: give the lengths of the
    /// sequences.
    /// </summary>
    public bool MasksZero { get; }

    /// <summary>Makes a model of a <c>.keras</c> file of Keras 3, with its weights.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="NotSupportedException">This library has no such layer or option; the message names both.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or its parts do not fit together; the message says what is wrong.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static KerasModel<T> Load(string path)
    {
        KerasFile file = KerasFile.Read(path);
        if (file.Config is not ReadOnlyMemory<byte> config)
        {
            throw new InvalidDataException(
                $"Expected a .keras file with the description of a model, but '{path}' has weights alone: make the model, and use "
                    + $"{nameof(KerasWeights)}.{nameof(KerasWeights.Load)}.");
        }

        ModelBuilder<T> builder = new(Hdf5Reader.Read(file.Weights), file.Weights.Length);
        try
        {
            using JsonDocument document = JsonDocument.Parse(config);
            foreach (LayerConfig layer in LayerChain.Read(document.RootElement))
            {
                builder.Add(layer);
            }

            return new(builder.Build(), builder);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"The description of the model in '{path}' is wrong: {error.Message}", error);
        }
    }
}
