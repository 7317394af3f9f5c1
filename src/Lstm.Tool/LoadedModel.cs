using Lstm.Keras;
using Lstm.Onnx;
using Lstm.PyTorch;

namespace Lstm.Tool;

/// <summary>A model from a file of any format.</summary>
/// <param name="Model">The model.</param>
/// <param name="Info">What belongs to it; empty where the format has no such thing.</param>
/// <param name="Remarks">What the file says and the model does not do by itself.</param>
internal sealed record LoadedModel(Sequential<float> Model, ModelInfo<float> Info, IReadOnlyList<string> Remarks)
{
    private const string Own = ".safetensors", Onnx = ".onnx", Keras = ".keras", KerasWeightsEnd = ".weights.h5";

    /// <exception cref="InvalidDataException">The file is damaged, or no model.</exception>
    /// <exception cref="NotSupportedException">The file has what the library has not.</exception>
    public static LoadedModel Read(string path, TorchNames names)
    {
        if (HasExtension(path, Onnx))
        {
            return new(OnnxImport.Load(path), new(), []);
        }

        if (HasExtension(path, Keras))
        {
            KerasModel<float> keras = KerasModel<float>.Load(path);
            return new(keras.Model, new(), [.. RemarksOf(keras)]);
        }

        if (IsStateDict(path))
        {
            return new(ReadStateDict(path, names), new(), []);
        }

        Sequential<float> model = Sequential<float>.Load(path, out ModelInfo<float> info);
        return new(model, info, []);
    }

    /// <summary>
    /// Whether a file has tensors alone: it is neither ONNX nor Keras, and no safetensors file that describes its layers.
    /// </summary>
    public static bool IsStateDict(string path) =>
        !HasExtension(path, Onnx) && !HasExtension(path, Keras) && !(HasExtension(path, Own) && ModelFile.DescribesModel(path));

    /// <param name="path">The new file; its extension says which format.</param>
    /// <param name="torch">The names of PyTorch's modules; null for any other format.</param>
    /// <param name="options">The options of an ONNX file.</param>
    public void Save(string path, TorchNames? torch, OnnxExportOptions options)
    {
        if (torch is not null)
        {
            TorchStateDict<float>.From([.. Modules(torch)]).Save(path);
        }
        else if (HasExtension(path, Onnx))
        {
            OnnxExport.Save(Model, path, options);
        }
        else if (HasExtension(path, KerasWeightsEnd))
        {
            KerasWeights.Save(Model, path);
        }
        else if (HasExtension(path, Own))
        {
            Model.Save(path, Info);
        }
        else
        {
            throw new ArgumentException($"Expected a name that ends in {Own}, {Onnx} or {KerasWeightsEnd}, but got '{path}'.");
        }
    }

    private static IEnumerable<string> RemarksOf(KerasModel<float> keras)
    {
        if (keras.OutputActivation != "linear")
        {
            yield return $"The Keras model ends with {keras.OutputActivation}, which its layers here leave out.";
        }

        if (!keras.ReturnsSequences)
        {
            yield return "The output of the Keras model is that of the last step; here there is one for each step.";
        }
    }

    private static Sequential<float> ReadStateDict(string path, TorchNames names)
    {
        TorchStateDict<float> weights = TorchStateDict<float>.Read(path);
        string? IfThere(string name) =>
            weights.Tensors.Any(tensor => tensor.Name.StartsWith(name + ".", StringComparison.Ordinal)) ? name : null;
        return weights.CreateModel(IfThere(names.Recurrent) ?? "", IfThere(names.Embedding), IfThere(names.Linear));
    }

    private static bool HasExtension(string path, string extension) => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<TorchModule<float>> Modules(TorchNames names)
    {
        Layer<float>[] recurrent = [.. Model.Layers.Where(layer => layer is not (Embedding<float> or Dense<float> or Dropout<float>))];
        if (Model.Layers is [Embedding<float> embedding, ..])
        {
            yield return new(names.Embedding, embedding);
        }

        yield return new(names.Recurrent, recurrent);
        if (Model.Layers is [.., Dense<float> linear])
        {
            yield return new(names.Linear, linear);
        }

        if (Model.Layers.Count(layer => layer is Dense<float>) > 1 || Model.Layers.Skip(1).Any(layer => layer is Embedding<float>))
        {
            throw new NotSupportedException("Expected an embedding, recurrent layers and a dense layer, each perhaps missing, but the model has others.");
        }
    }
}
