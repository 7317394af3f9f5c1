namespace Lstm.Tests.Training;

/// <summary>The weights of the lowest loss are kept, however little lower it is; patience counts from the last loss that was lower by enough.</summary>
public sealed class BestWeightsTests
{
    private readonly Sequential<double> _model = new(new Dense<double>(1, 1));

    [Fact]
    public void The_lowest_loss_is_kept_even_where_it_is_no_improvement()
    {
        BestWeights<double> best = Reported(new EarlyStopping { Patience = 3, MinImprovement = 0.5 }, 3, 2.8, 2.6, 2.7);

        best.Loss.Should().Be(2.6);
        best.IsOver.Should().BeTrue("in three rounds it was not lower by a half");
        best.Apply().Should().BeTrue();
        _model.Parameters.Values[0].Should().Be(2.6);
    }

    [Fact]
    public void Small_steps_down_are_an_improvement_together()
    {
        BestWeights<double> best = Reported(new EarlyStopping { Patience = 3, MinImprovement = 0.5 }, 3, 2.8, 2.6, 2.4, 2.3, 2.2);

        best.WorseRounds.Should().Be(2, "2.4 was lower than 3 by a half");
        best.Reference.Should().Be(2.4);
    }

    [Fact]
    public void What_is_no_number_is_no_better_than_any()
    {
        BestWeights<double> best = Reported(new EarlyStopping { Patience = 2 }, double.NaN, double.PositiveInfinity);

        best.IsOver.Should().BeTrue();
        best.Apply().Should().BeFalse();
    }

    /// <summary>The weights of each report are its loss.</summary>
    private BestWeights<double> Reported(EarlyStopping options, params double[] losses)
    {
        BestWeights<double> best = new(_model.Parameters, options);
        foreach (double loss in losses)
        {
            _model.Parameters.Values.Fill(loss);
            best.Report(loss);
        }

        return best;
    }
}
