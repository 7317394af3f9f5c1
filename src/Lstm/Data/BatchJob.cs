using System.Runtime.ExceptionServices;

namespace Lstm;

/// <summary>Makes one batch, on a thread of the pool or on the thread that wants it, whichever comes first.</summary>
internal sealed class BatchJob<TBatch>(BatchSource<TBatch> source, TBatch batch) : IThreadPoolWorkItem
    where TBatch : class
{
    private readonly object _gate = new();
    private State _state;
    private bool _isQueued;
    private BatchPosition _position;
    private ExceptionDispatchInfo? _failure;

    internal enum State
    {
        Idle,
        Waiting,
        Running,
        Done,
    }

    /// <summary>The buffers to fill. They may be exchanged only while nothing is started.</summary>
    public TBatch Batch { get; set; } = batch;

    /// <summary>Asks the pool for the batch of a position.</summary>
    public void Start(BatchPosition position)
    {
        bool isQueued;
        lock (_gate)
        {
            (_position, _state) = (position, State.Waiting);
            (isQueued, _isQueued) = (_isQueued, true);
        }

        // A job that was taken back may still stand in the queue: then it serves for this position, too.
        if (!isQueued)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Makes sure that <see cref="Batch"/> holds the batch of a position, whatever was started.</summary>
    public void Complete(BatchPosition position)
    {
        if (Withdraw() == State.Done && _position == position)
        {
            _failure?.Throw();
        }
        else
        {
            source.Fill(Batch, position);
        }
    }

    /// <summary>
    /// Takes back what was started, or waits for it if a thread is already making it; afterwards no thread uses the source or the batch.
    /// </summary>
    /// <returns>The state that the job had come to.</returns>
    public State Withdraw()
    {
        lock (_gate)
        {
            while (_state == State.Running)
            {
                Monitor.Wait(_gate);
            }

            State outcome = _state;
            _state = State.Idle;
            return outcome;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            _isQueued = false;
            if (_state != State.Waiting)
            {
                return;
            }

            _state = State.Running;
        }

        _failure = null;
        try
        {
            source.Fill(Batch, _position);
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        lock (_gate)
        {
            _state = State.Done;
            Monitor.PulseAll(_gate);
        }
    }
}
