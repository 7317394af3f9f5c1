using System.Runtime.InteropServices;

namespace Lstm.Fuzz;

/// <summary>The weights of a model, and the texts beside them.</summary>
internal sealed class ModelTarget : Target
{
    private readonly Sequential<float> _model = Create(seed: 1);

    public ModelTarget()
        : base("model", SoundFiles.Bytes(path => Create(seed: 2).Save(path, new Dictionary<string, string> { ["vocabulary"] = "äö\n\"字", ["epoch"] = "3" })),
            SoundFiles.Bytes(path => Create(seed: 3).Save(path, new ModelInfo<float>
            {
                Characters = new CharVocabulary("abc"),
                Scaler = new StandardScaler<float>([1, 2], [3, 4]),
                Labels = ["a", "b"],
                Metrics = new Dictionary<string, double> { ["F1"] = 0.5 },
                Seed = 3,
            })))
    {
    }

    public override byte[] Snapshot() => [.. MemoryMarshal.AsBytes(_model.Parameters.Values)];

    /// <summary>The layers as the file tells them, and the parameters as the program knows them.</summary>
    public override void Read(string path)
    {
        ModelFile.ReadMetadata(path);
        Sequential<float>.Load(path, out _);
        _model.LoadParameters(path);
    }

    private static Sequential<float> Create(ulong seed)
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 3), new Dense<float>(3, 2));
        model.Initialize(seed);
        return model;
    }
}
