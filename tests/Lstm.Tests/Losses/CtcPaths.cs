namespace Lstm.Tests.Losses;

/// <summary>CTC by its definition: every path of classes, [steps], and the target that it becomes.</summary>
internal sealed class CtcPaths
{
    private readonly int _classes;
    private readonly double[] _probabilities;
    private readonly Dictionary<string, (double Probability, double[] Visits)> _targets = [];

    public CtcPaths(double[] logits, int classes, int blank)
    {
        int steps = logits.Length / classes;
        _classes = classes;
        _probabilities = [.. Enumerable.Range(0, logits.Length).Select(k => Math.Exp(logits[k]) / Row(logits, k).Sum(Math.Exp))];
        int[] path = new int[steps];
        do
        {
            string target = Key(path.Where((label, t) => label != blank && (t == 0 || path[t - 1] != label)));
            (double total, double[] visits) = _targets.GetValueOrDefault(target, (0, new double[logits.Length]));
            double probability = path.Select((label, t) => _probabilities[t * classes + label]).Aggregate(1.0, (a, b) => a * b);
            for (int t = 0; t < steps; t++)
            {
                visits[t * classes + path[t]] += probability;
            }

            _targets[target] = (total + probability, visits);
        }
        while (Next(path));
    }

    /// <summary>The targets that some path becomes.</summary>
    public IEnumerable<int[]> Targets =>
        _targets.Keys.Select(key => key.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray());

    public bool Has(int[] target) => _targets.ContainsKey(Key(target));

    public double Loss(int[] target) => -Math.Log(_targets[Key(target)].Probability);

    /// <summary>The probability of a class at a step, less that among the paths of the target.</summary>
    public double[] Gradient(int[] target)
    {
        (double probability, double[] visits) = _targets[Key(target)];
        return [.. visits.Select((visit, k) => _probabilities[k] - visit / probability)];
    }

    private ArraySegment<double> Row(double[] logits, int k) => new(logits, k / _classes * _classes, _classes);

    private bool Next(int[] path)
    {
        for (int t = 0; t < path.Length; t++)
        {
            path[t] = (path[t] + 1) % _classes;
            if (path[t] > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static string Key(IEnumerable<int> labels) => string.Join(',', labels);
}
