namespace Lstm.Tests.Training;

/// <summary>
/// A training by hand, as plain as it can be: copies of arrays, one after the other, and no state that is not in a local name.
/// </summary>
internal sealed class PlainTrainer
{
    private readonly TrainingRecipe _recipe;
    private readonly Sequential<double> _model;
    private readonly Optimizer<double> _optimizer;
    private readonly Bptt<double> _bptt;
    private readonly TokenWindows _training;
    private double[]? _average;
    private Moment? _best;
    private double[]? _weightsToGoOnFrom;
    private int _epoch, _worse;
    private double _sum, _count;
    private bool _stopped, _isRoundOver;

    public PlainTrainer(TrainingRecipe recipe)
    {
        (_recipe, _model, _training) = (recipe, recipe.CreateModel(), recipe.Training());
        _optimizer = recipe.CreateOptimizer(_model);
        _bptt = new Bptt<double>(_model, 8, 4, new() { Seed = 5 });
    }

    public Sequential<double> Model => _model;

    public NamedState<double> Moments => _optimizer.State;

    public long Updates { get; private set; }

    public List<(double Training, double Count, double Validation, long Updates)> Rounds { get; } = [];

    /// <param name="epochs">The epochs to do in all.</param>
    /// <param name="updates">The updates after which it is cancelled; null for no such end.</param>
    public StopReason Fit(int epochs, long? updates)
    {
        _worse = _stopped ? 0 : _worse;
        _stopped = false;
        _weightsToGoOnFrom?.CopyTo(_model.Parameters.Values);
        _weightsToGoOnFrom = null;
        while (true)
        {
            if (_isRoundOver)
            {
                EndRound();
                if (updates <= Updates)
                {
                    return StopReason.Cancelled;
                }
            }

            _stopped = _worse >= _recipe.Patience;
            if (_stopped || _epoch >= epochs)
            {
                break;
            }

            if (!LearnEpoch(updates))
            {
                return StopReason.Cancelled;
            }
        }

        GoBack();
        return _stopped ? StopReason.EarlyStopping : StopReason.Epochs;
    }

    /// <returns>Whether it was not cancelled.</returns>
    private bool LearnEpoch(long? updates)
    {
        List<(double[] Gradient, double Loss, double Weight)> group = [];
        int batches = 0;
        while (_training.NextBatch() is { } window)
        {
            if (window.Start == 0)
            {
                _bptt.ResetState();
            }

            double loss = SoftmaxCrossEntropy.Evaluate(_bptt.ForwardTokens(window.Inputs, steps: window.Steps), window.Targets, _bptt.OutputGradient);
            _bptt.Backward();
            char mark = _recipe.Marks[window.Start / 8];
            group.Add((_model.Parameters.Gradients.ToArray(), loss, mark == '0' ? 0 : window.Targets.Length));
            _model.Parameters.ClearGradients();
            batches++;
            if (mark == 'N')
            {
                (group, batches) = ([], 0);
            }
            else if (batches == _recipe.Accumulate)
            {
                bool updated = Update(group);
                (group, batches) = ([], 0);
                if (updated && updates <= Updates)
                {
                    return false;
                }
            }
        }

        _epoch++;
        _isRoundOver = true;
        return !(Update(group) && updates <= Updates);
    }

    private bool Update(List<(double[] Gradient, double Loss, double Weight)> group)
    {
        double weight = group.Sum(batch => batch.Weight);
        if (weight == 0)
        {
            return false;
        }

        for (int k = 0; k < _model.Parameters.Gradients.Length; k++)
        {
            _model.Parameters.Gradients[k] = group.Sum(batch => batch.Weight * batch.Gradient[k]) / weight;
        }

        double norm = Math.Sqrt(_model.Parameters.Gradients.ToArray().Sum(g => g * g));
        for (int k = 0; k < _model.Parameters.Gradients.Length; k++)
        {
            _model.Parameters.Gradients[k] *= norm > _recipe.Clip ? _recipe.Clip.Value / norm : 1;
        }

        _optimizer.LearningRate = _recipe.Schedule?.At(_optimizer.Steps) ?? _optimizer.LearningRate;
        _optimizer.Step();
        Updates++;
        double[] weights = _model.Parameters.Values.ToArray();
        _average = _recipe.Decay is not double decay ? null
            : _average is null ? weights
            : [.. _average.Zip(weights, (a, w) => a + (1 - decay) * (w - a))];
        _sum += group.Sum(batch => batch.Loss * batch.Weight);
        _count += weight;
        return true;
    }

    private void EndRound()
    {
        _isRoundOver = false;
        double[] weights = _model.Parameters.Values.ToArray(), validated = _average ?? weights;
        double validation = double.NaN, loss = _sum / _count;
        if (_recipe.Validates)
        {
            validated.CopyTo(_model.Parameters.Values);
            validation = loss = Validate();
            weights.CopyTo(_model.Parameters.Values);
        }

        Rounds.Add((_sum / _count, _count, validation, Updates));
        bool isHeard = _recipe.Validates || _count > 0;
        (_sum, _count) = (0, 0);
        if (_recipe.Patience != null && isHeard)
        {
            bool isBetter = _best is null || loss < _best.Loss;
            _best = isBetter ? new(loss, validated, weights, _average, _optimizer.State.Copy()) : _best;
            _worse = isBetter ? 0 : _worse + 1;
        }
    }

    private double Validate()
    {
        Bptt<double> bptt = new(_model, 8, 4, new() { ForwardOnly = true });
        TokenWindows windows = TrainingRecipe.Validation();
        double sum = 0, count = 0;
        while (windows.NextBatch() is { } window)
        {
            sum += window.Targets.Length * SoftmaxCrossEntropy.Evaluate(bptt.ForwardTokens(window.Inputs, steps: window.Steps), window.Targets);
            count += window.Targets.Length;
        }

        return sum / count;
    }

    private void GoBack()
    {
        if (_best is { } best)
        {
            best.Validated.CopyTo(_model.Parameters.Values);
            (_weightsToGoOnFrom, _average) = (best.Weights, best.Average);
            double rate = _optimizer.LearningRate;
            _optimizer.Restore(best.Optimizer);
            _optimizer.LearningRate = rate;
        }
    }

    private sealed record Moment(double Loss, double[] Validated, double[] Weights, double[]? Average, NamedState<double> Optimizer);
}
