namespace SpeakerClassification;

/// <summary>What one training came to.</summary>
/// <param name="Network">The kind of network.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Training">The training; the network is that of its best epoch.</param>
/// <param name="TestAccuracy">The share of the test utterances that it tells right.</param>
internal sealed record SpeakerResult(string Network, int Seed, TrainingResult Training, double TestAccuracy)
{
    public double Seconds => Training.History.Sum(round => round.Seconds);

    private Evaluation Validation => Training.Best!.Validation!;

    public override string ToString() =>
        $"{Network}, seed {Seed}: best in epoch {Training.Best?.Epoch}, validation loss {Validation.Loss:F4}; "
        + $"test {TestAccuracy:P2}; {Seconds:F1} s";

    public void AppendTo(JsonLog log) => log.Append(new
    {
        network = Network,
        seed = Seed,
        epoch = Training.Best?.Epoch,
        valid_loss = Validation.Loss,
        valid_accuracy = Validation.Metrics["accuracy"],
        test_accuracy = TestAccuracy,
        seconds = Seconds,
    });
}
