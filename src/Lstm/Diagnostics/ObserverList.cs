using System.Numerics;

namespace Lstm;

/// <summary>One observer for each recurrent layer of a <see cref="Bptt{T}"/>, attached to the passes of all segments.</summary>
internal sealed class ObserverList<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(RecurrentPass<T> Pass, IBackwardObserver<T> Observer)> _attached = [];

    /// <param name="bptt">Whose backward passes are observed.</param>
    /// <param name="create">Makes the observer of a layer from one of its passes.</param>
    /// <exception cref="ArgumentException">There are only forward passes, or the model has no recurrent layer.</exception>
    public ObserverList(Bptt<T> bptt, Func<RecurrentPass<T>, IBackwardObserver<T>> create)
    {
        ArgumentNullException.ThrowIfNull(bptt);
        if (!bptt.CanTrain)
        {
            throw new ArgumentException("Expected a Bptt with backward passes, but it was made with ForwardOnly.", nameof(bptt));
        }

        List<IBackwardObserver<T>> observers = [];
        foreach (IReadOnlyList<RecurrentPass<T>> segment in bptt.Segments.RecurrentPasses)
        {
            for (int k = 0; k < segment.Count; k++)
            {
                if (k == observers.Count)
                {
                    observers.Add(create(segment[k]));
                }

                segment[k].Observers.Attach(observers[k]);
                _attached.Add((segment[k], observers[k]));
            }
        }

        if (observers.Count == 0)
        {
            throw new ArgumentException("Expected a model with a recurrent layer, but it has none.", nameof(bptt));
        }
    }

    public void Detach()
    {
        foreach ((RecurrentPass<T> pass, IBackwardObserver<T> observer) in _attached)
        {
            pass.Observers.Detach(observer);
        }

        _attached.Clear();
    }
}
