namespace Lstm.Numerics;

/// <summary>Activations [steps, batch, width], time-major.</summary>
internal sealed class StepBuffer<T>(int steps, int batch, int width)
    where T : unmanaged
{
    private readonly AlignedBuffer<T> _buffer = new(checked(steps * batch * width));

    public int Width { get; } = width;

    public Memory<T> Memory => _buffer.Memory;

    /// <summary>Returns [rows, width]: the rows [first, first + rows) of step t.</summary>
    public Span<T> Rows(int t, int first, int rows) => _buffer.Span.Slice((t * batch + first) * Width, rows * Width);

    /// <summary>Returns [steps, batch, width]: the steps [first, first + steps).</summary>
    public Span<T> Steps(int first, int steps) => Rows(first, 0, steps * batch);
}
