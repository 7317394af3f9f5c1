using System.Diagnostics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>
/// How workers divide the steps of a recurrent layer. Each takes its own rows of the batch through the whole time loop, so that no step
/// waits for another worker. Where there are fewer sequences than workers, they share a step: each computes its own columns of a product
/// for all rows, and they meet before and after it.
/// </summary>
internal sealed class StepTeam
{
    /// <summary>
    /// The smallest H for which workers share a step. With a smaller one, a step takes less time than they need to meet: measured on one
    /// sequence, H = 64 gains, 32 loses.
    /// </summary>
    private const int SmallestSharedStep = 64;

    private readonly WorkerTeam _team;
    private readonly TeamBarrier _barrier;
    private readonly int _batch;

    public StepTeam(WorkerTeam team, int threads, int batch, int hiddenSize)
    {
        (_team, _batch) = (team, batch);
        SharesSteps = threads > batch && hiddenSize >= SmallestSharedStep;
        Workers = SharesSteps ? threads : Math.Min(threads, batch);
        _barrier = new TeamBarrier(Workers);
    }

    public int Workers { get; }

    /// <summary>
    /// Whether workers may share the columns of a step's products, where that is faster, instead of each taking its own sequences.
    /// </summary>
    public bool SharesSteps { get; }

    /// <summary>Whether the workers share the steps of the present run.</summary>
    public bool IsTogether { get; private set; }

    public (int First, int End) RowsOf(int worker) => WorkerTeam.Slice(_batch, worker, Workers);

    /// <summary>
    /// Runs the work: workers share the steps where that pays and the team is free to work at once; otherwise they divide the rows.
    /// </summary>
    public void Run(Action<int> work, SharingPace pace, int steps)
    {
        if (!SharesSteps)
        {
            _team.Run(Workers, work);
            return;
        }

        bool pays = IsTogether = pace.Begin();
        long start = Stopwatch.GetTimestamp();
        if (!IsTogether || !_team.TryRunConcurrently(Workers, work, _barrier))
        {
            IsTogether = false;
            RunRows(work);
        }

        if (IsTogether == pays)
        {
            pace.End(IsTogether, start, steps);
        }
    }

    /// <summary>Waits for the other workers, where they share a step.</summary>
    public void Meet()
    {
        if (IsTogether)
        {
            _barrier.Wait();
        }
    }

    /// <summary>Divides the rows among the workers. For one sequence it wakes none, as all other slices have no rows.</summary>
    private void RunRows(Action<int> work)
    {
        if (_batch > 1)
        {
            _team.Run(Workers, work);
            return;
        }

        for (int worker = 0; worker < Workers; worker++)
        {
            work(worker);
        }
    }
}
