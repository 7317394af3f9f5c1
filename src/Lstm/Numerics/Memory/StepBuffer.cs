namespace Lstm.Numerics;

/// <summary>Activations [steps, batch, width], time-major.</summary>
internal sealed class StepBuffer<T>
    where T : unmanaged
{
    private readonly AlignedBuffer<T> _buffer;
    private readonly int _batch;

    public StepBuffer(int steps, int batch, int width)
    {
        Width = width;
        _batch = batch;
        _buffer = new AlignedBuffer<T>(checked(steps * batch * width));
    }

    public int Width { get; }

    public Memory<T> Memory => _buffer.Memory;

    /// <summary>Returns [rows, width]: the rows [first, first + rows) of step t.</summary>
    public Span<T> Rows(int t, int first, int rows) => _buffer.Span.Slice((t * _batch + first) * Width, rows * Width);

    /// <summary>Returns [steps, batch, width]: the steps [first, first + steps).</summary>
    public Span<T> Steps(int first, int steps) => Rows(first, 0, steps * _batch);
}
