namespace Lstm.Tests.Bptt;

public sealed class PredictorTests
{
    [Fact]
    public void Predictions_are_those_of_forward_passes_in_evaluation()
    {
        Sequential<double> model = new(new LstmLayer<double>(2, 5, new() { HiddenDropout = 0.5 }), new Dropout<double>(5, 0.5), new Dense<double>(5, 3));
        model.Initialize(seed: 1);
        double[] input = Numbers.Random(4 * 2 * 2, seed: 2);
        Predictor<double> predictor = new(model, steps: 4, batch: 2);
        Bptt<double> bptt = new(model, steps: 4, batch: 2) { Training = false };

        predictor.Predict(input).ToArray().Should().Equal(bptt.Forward(input).ToArray());
        double[] carried = predictor.Predict(input, [4, 1]).ToArray();
        carried.Should().Equal(bptt.Forward(input, [4, 1]).ToArray());
        predictor.ResetState(0);
        bptt.ResetState(0);
        predictor.Predict(input.AsSpan(0, 8), steps: 2).ToArray().Should().Equal(bptt.Forward(input.AsSpan(0, 8), steps: 2).ToArray());
        predictor.ResetState();
        predictor.Predict(input, [4, 1]).ToArray().Should().NotEqual(carried);
        predictor.States.Should().HaveCount(2);
        (predictor.Steps, predictor.Batch).Should().Be((4, 2));
    }

    [Fact]
    public void Token_ids_are_predicted_from_too()
    {
        Sequential<float> model = new(new GruLayer<float>(7, 5), new Dense<float>(5, 7));
        model.Initialize(seed: 1);
        Predictor<float> predictor = new(model, steps: 3);

        predictor.PredictTokens([1, 2, 3]).ToArray().Should().Equal(new Bptt<float>(model, 3, 1).ForwardTokens([1, 2, 3]).ToArray());
        predictor.Invoking(p => p.PredictTokens([1, 9, 3]).Length).Should().Throw<ArgumentException>();
    }
}
