using Lstm.PyTorch;

namespace Lstm.Tool;

/// <summary>Writes what is in a file.</summary>
internal static class ShownFile
{
    public static void Write(string path, TorchNames names, TextWriter output)
    {
        if (LoadedModel.IsStateDict(path))
        {
            TorchStateDict<float> weights = TorchStateDict<float>.Read(path);
            WriteTensors(weights.Tensors.Select(tensor => (tensor.Name, tensor.Shape)), output);
            foreach (TorchOtherTensor other in weights.Others)
            {
                output.WriteLine($"  {other.Name} {Shape(other.Shape)} {other.Type}");
            }

            return;
        }

        LoadedModel loaded = LoadedModel.Read(path, names);
        output.WriteLine("layers");
        for (int k = 0; k < loaded.Model.Layers.Count; k++)
        {
            Layer<float> layer = loaded.Model.Layers[k];
            output.WriteLine($"  {k} {layer.Describe()?.Kind ?? "?"}: {layer.InputSize} to {layer.OutputSize}");
        }

        foreach ((string name, string? text) in Texts(loaded.Info))
        {
            if (!string.IsNullOrEmpty(text))
            {
                output.WriteLine($"{name}: {text}");
            }
        }

        foreach (string remark in loaded.Remarks)
        {
            output.WriteLine(remark);
        }

        WriteTensors(loaded.Model.Parameters.Select(parameter => (parameter.Name, (IReadOnlyList<int>)parameter.Shape.ToArray())), output);
    }

    private static IEnumerable<(string Name, string? Text)> Texts(ModelInfo<float> info) =>
    [
        ("task", info.Task),
        ("characters", info.Characters is CharVocabulary characters ? $"{characters.Count}" : null),
        ("words", info.Words is WordVocabulary words ? $"{words.Count}" : null),
        ("scaler", info.Scaler is StandardScaler<float> scaler ? $"{scaler.Columns} columns" : null),
        ("labels", string.Join(", ", info.Labels)),
        .. info.Metrics.Select(metric => (metric.Key, (string?)$"{metric.Value}")),
        ("seed", info.Seed is ulong seed ? $"{seed}" : null),
        ("data", info.Data),
        ("hash of the data", info.DataHash),
        ("licence", info.Licence),
        .. info.Texts.Select(text => (text.Key, (string?)text.Value)),
        ("written by", info.LibraryVersion is string version ? $"Lstm {version}" : null),
    ];

    private static void WriteTensors(IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors, TextWriter output)
    {
        output.WriteLine("tensors");
        foreach ((string name, IReadOnlyList<int> shape) in tensors)
        {
            output.WriteLine($"  {name} {Shape(shape)}");
        }
    }

    private static string Shape(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
