using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>One observer for each recurrent layer of a <see cref="Bptt{T}"/>, attached to the passes of all segments.</summary>
internal sealed class ObserverList<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Bptt<T> _bptt;
    private readonly List<(RecurrentPass<T> Pass, IBackwardObserver<T> Observer)> _attached = [];

    /// <param name="bptt">The <see cref="Bptt{T}"/> whose backward passes are observed.</param>
    /// <param name="create">Makes the observer of a layer from one of its passes.</param>
    /// <exception cref="ArgumentException">
    /// The <see cref="Bptt{T}"/> has only forward passes, the model has no recurrent layer, or the record does not fit into memory.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is using the Bptt.</exception>
    public ObserverList(Bptt<T> bptt, Func<RecurrentPass<T>, IBackwardObserver<T>> create)
    {
        ArgumentNullException.ThrowIfNull(bptt);
        if (!bptt.CanTrain)
        {
            throw new ArgumentException("Expected a Bptt with backward passes, but it was made with ForwardOnly.", nameof(bptt));
        }

        using EntryFlag.Scope entry = bptt.Enter();
        _bptt = bptt;
        List<IBackwardObserver<T>> observers = Create(bptt, create);
        foreach (ModelPass<T> segment in bptt.Unrolling.Passes)
        {
            foreach ((RecurrentPass<T> pass, IBackwardObserver<T> observer) in RecurrentPasses(segment).Zip(observers))
            {
                pass.Observers.Attach(observer);
                _attached.Add((pass, observer));
            }
        }
    }

    /// <exception cref="InvalidOperationException">Another thread is using the Bptt.</exception>
    public void Detach()
    {
        using EntryFlag.Scope entry = _bptt.Enter();
        foreach ((RecurrentPass<T> pass, IBackwardObserver<T> observer) in _attached)
        {
            pass.Observers.Detach(observer);
        }

        _attached.Clear();
    }

    private static IEnumerable<RecurrentPass<T>> RecurrentPasses(ModelPass<T> pass) => pass.Context.RecurrentPasses.Cast<RecurrentPass<T>>();

    /// <summary>Creates all observers before the first is attached, so that none stays attached after an error.</summary>
    private static List<IBackwardObserver<T>> Create(Bptt<T> bptt, Func<RecurrentPass<T>, IBackwardObserver<T>> create)
    {
        try
        {
            List<IBackwardObserver<T>> observers = [.. RecurrentPasses(bptt.Unrolling.Passes[0]).Select(create)];
            return observers.Count > 0
                ? observers
                : throw new ArgumentException("Expected a model with a recurrent layer, but it has none.", nameof(bptt));
        }
        catch (Exception error) when (ArraySize.IsNoRoom(error))
        {
            throw ArraySize.NoRoom($"The records of {bptt.Unrolling.MostStepsBack} steps of {bptt.Batch} sequences", error);
        }
    }
}
