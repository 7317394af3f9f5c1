using Microsoft.ML.OnnxRuntime;

namespace Lstm.Onnx.Tests;

/// <summary>An exported model in ONNX Runtime.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly Dictionary<string, OrtValue> _inputs = [];

    public OnnxModel(byte[] bytes)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(bytes, options);
    }

    public IReadOnlyList<string> InputNames => _session.InputNames;

    public IReadOnlyList<string> OutputNames => _session.OutputNames;

    public void Set<T>(string name, T[] values, params long[] shape)
        where T : unmanaged
    {
        if (_inputs.Remove(name, out OrtValue? old))
        {
            old.Dispose();
        }

        _inputs.Add(name, OrtValue.CreateTensorValueFromMemory(values, shape));
    }

    /// <summary>Runs the model, and returns the numbers of each output.</summary>
    public Dictionary<string, float[]> Run(Dictionary<string, long[]>? shapes = null)
    {
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_run, _inputs, _session.OutputNames);
        Dictionary<string, float[]> outputs = [];
        for (int k = 0; k < results.Count; k++)
        {
            outputs.Add(OutputNames[k], results[k].GetTensorDataAsSpan<float>().ToArray());
            shapes?.Add(OutputNames[k], results[k].GetTensorTypeAndShape().Shape);
        }

        return outputs;
    }

    public void Dispose()
    {
        foreach (OrtValue value in _inputs.Values)
        {
            value.Dispose();
        }

        _run.Dispose();
        _session.Dispose();
    }
}
