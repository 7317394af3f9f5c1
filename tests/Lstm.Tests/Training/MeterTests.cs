using System.Diagnostics.Metrics;

namespace Lstm.Tests.Training;

public sealed class MeterTests
{
    [Fact]
    public void Whoever_listens_hears_of_every_update()
    {
        // Other tests may train meanwhile, on other threads.
        int thread = Environment.CurrentManagedThreadId;
        Dictionary<string, List<double>> heard = [];
        void Hear(Instrument instrument, double value)
        {
            if (Environment.CurrentManagedThreadId == thread)
            {
                heard.TryAdd(instrument.Name, []);
                heard[instrument.Name].Add(value);
            }
        }

        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Lstm")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Hear(instrument, value));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Hear(instrument, value));
        listener.Start();
        Sequential<double> model = Trainings.TokenModel<double>();
        Trainer<double, TokenWindow> trainer = new(
            model, new NextTokenTask<double>(), new Sgd<double>(model.Parameters, 0.25), 8, 4, new() { ProgressInterval = TimeSpan.Zero });
        Reports reports = new();

        TrainingResult result = trainer.Fit(Trainings.Windows(), Trainings.Windows(seed: 4), progress: reports);

        TrainingProgress[] updates = [.. reports.All.Where(report => report.Round is null)];
        heard["lstm.training.loss"].Should().Equal(updates.Select(report => report.Loss)).And.HaveCount(13);
        heard["lstm.training.gradient_norm"].Should().Equal(updates.Select(report => report.GradientNorm));
        heard["lstm.training.learning_rate"].Should().Equal(Enumerable.Repeat(0.25, 13));
        heard["lstm.training.steps"].Should().Equal(Enumerable.Repeat(1.0, 13));
        heard["lstm.training.throughput"].Should().HaveCount(13).And.OnlyContain(value => value > 0);
        heard["lstm.validation.loss"].Should().Equal(result.History[0].Loss);
        heard.Should().NotContainKey("lstm.training.skipped_steps");
    }
}
