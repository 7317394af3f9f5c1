using Microsoft.ML.OnnxRuntime;

namespace Lstm.Peers.OnnxRuntime;

/// <summary>Memory that the runtime reads and writes in place.</summary>
internal sealed class TensorBuffer : IDisposable
{
    public TensorBuffer(TensorSlot slot)
    {
        Numbers = new float[slot.Length];
        Value = OrtValue.CreateTensorValueFromMemory(Numbers, slot.Shape);
    }

    public float[] Numbers { get; }

    public OrtValue Value { get; }

    public void Dispose() => Value.Dispose();
}
