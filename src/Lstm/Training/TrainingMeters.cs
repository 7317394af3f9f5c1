using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Lstm;

/// <summary>The instruments of the meter <c>Lstm</c>. They cost nothing where nobody listens.</summary>
internal static class TrainingMeters
{
    private static readonly Meter Meter = new("Lstm");
    private static readonly Gauge<double> Loss = Meter.CreateGauge<double>(
        "lstm.training.loss", description: "The loss of the last update.");

    private static readonly Gauge<double> GradientNorm = Meter.CreateGauge<double>(
        "lstm.training.gradient_norm", description: "The norm of the gradient of the last update, before any clipping.");

    private static readonly Gauge<double> LearningRate = Meter.CreateGauge<double>(
        "lstm.training.learning_rate", description: "The learning rate of the last update.");

    private static readonly Gauge<double> Throughput = Meter.CreateGauge<double>(
        "lstm.training.throughput", "{target}/s", "The targets learned from per second, in the last update.");

    private static readonly Counter<long> Steps = Meter.CreateCounter<long>(
        "lstm.training.steps", "{update}", "The updates done.");

    private static readonly Counter<long> Skipped = Meter.CreateCounter<long>(
        "lstm.training.skipped_steps", "{update}", "The updates that were skipped because a number in them was not finite.");

    private static readonly Gauge<double> ValidationLoss = Meter.CreateGauge<double>(
        "lstm.validation.loss", description: "The loss of the last validation.");

    public static void RecordUpdate(double loss, double gradientNorm, double learningRate, double targets, long since)
    {
        Loss.Record(loss);
        GradientNorm.Record(gradientNorm);
        LearningRate.Record(learningRate);
        Steps.Add(1);
        if (Throughput.Enabled)
        {
            Throughput.Record(targets / Stopwatch.GetElapsedTime(since).TotalSeconds);
        }
    }

    public static void RecordSkip() => Skipped.Add(1);

    public static void RecordValidation(double loss) => ValidationLoss.Record(loss);
}
