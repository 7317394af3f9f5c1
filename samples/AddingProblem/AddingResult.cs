namespace AddingProblem;

/// <summary>Mean squared errors of a network after some updates; the time is that of the training alone.</summary>
internal sealed record AddingResult(string Cell, int Steps, long Updates, double TrainingError, double TestError, double Seconds)
{
    public override string ToString() =>
        $"{Cell}, update {Updates:N0}: squared error {TrainingError:F4} in training, {TestError:F4} on new sequences; {Seconds:F1} s";

    public void AppendTo(JsonLog log) => log.Append(new
    {
        cell = Cell,
        steps = Steps,
        updates = Updates,
        train_mse = TrainingError,
        test_mse = TestError,
        seconds = Seconds,
    });
}
