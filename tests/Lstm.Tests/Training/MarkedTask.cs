namespace Lstm.Tests.Training;

/// <summary>The next token, where in training some windows have no target that counts, and some a loss that is no number.</summary>
internal sealed class MarkedTask : TrainingTask<double, TokenWindow>
{
    private readonly NextTokenTask<double> _task = new();
    private readonly Func<TokenWindow, Mark> _markOf;

    public MarkedTask(Func<TokenWindow, Mark> markOf)
    {
        _markOf = markOf;
        Metrics = _task.Metrics;
    }

    internal enum Mark
    {
        None,
        Empty,
        NotANumber,

        /// <summary>The loss is a number, its gradient is not.</summary>
        BadGradient,
    }

    public override void Forward(Bptt<double> bptt, TokenWindow batch) => _task.Forward(bptt, batch);

    public override BatchLoss Evaluate(ReadOnlySpan<double> predictions, TokenWindow batch, Span<double> gradient)
    {
        Mark mark = gradient.IsEmpty ? Mark.None : _markOf(batch);
        BatchLoss loss = _task.Evaluate(predictions, batch, gradient);
        if (mark == Mark.BadGradient)
        {
            gradient[3] = double.PositiveInfinity;
        }

        return mark switch
        {
            Mark.Empty => new BatchLoss(double.NaN, 0),
            Mark.NotANumber => loss with { Mean = double.NaN },
            _ => loss,
        };
    }

    public override void Measure(ReadOnlySpan<double> predictions, TokenWindow batch, BatchLoss loss) =>
        _task.Measure(predictions, batch, loss);
}
