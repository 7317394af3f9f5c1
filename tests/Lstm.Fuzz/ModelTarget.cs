using System.Runtime.InteropServices;

namespace Lstm.Fuzz;

/// <summary>The weights of a model, and the texts beside them.</summary>
internal sealed class ModelTarget : Target
{
    private readonly Sequential<float> _model = Create(seed: 1);

    public ModelTarget()
        : base("model", SoundFiles.Bytes(path => Create(seed: 2).Save(path, new Dictionary<string, string> { ["vocabulary"] = "äö\n\"字", ["epoch"] = "3" })),
            SoundFiles.Bytes(path => Create(seed: 3).Save(path)))
    {
    }

    public override byte[] Snapshot() => [.. MemoryMarshal.AsBytes(_model.Parameters.Values)];

    public override void Read(string path)
    {
        ModelFile.ReadMetadata(path);
        _model.Load(path);
    }

    private static Sequential<float> Create(ulong seed)
    {
        Sequential<float> model = new(new LstmLayer<float>(2, 3), new Dense<float>(3, 2));
        model.Initialize(seed);
        return model;
    }
}
