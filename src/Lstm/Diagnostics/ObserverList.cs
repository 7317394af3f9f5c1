using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>One observer for each recurrent layer of a <see cref="Bptt{T}"/>, attached to the passes of all segments.</summary>
internal sealed class ObserverList<T, TObserver>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TObserver : IBackwardObserver<T>
{
    private readonly Bptt<T> _bptt;

    /// <exception cref="ArgumentException">
    /// The <see cref="Bptt{T}"/> has only forward passes, the model has no recurrent layer, or the record does not fit into memory.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is using the Bptt.</exception>
    public ObserverList(Bptt<T> bptt, Func<RecurrentPass<T>, TObserver> create)
    {
        ArgumentNullException.ThrowIfNull(bptt);
        if (!bptt.CanTrain)
        {
            throw new ArgumentException("Expected a Bptt with backward passes, but it was made with ForwardOnly.", nameof(bptt));
        }

        using EntryFlag.Scope entry = bptt.Enter();
        _bptt = bptt;
        Observers = Create(bptt, create);
        foreach ((RecurrentPass<T> pass, TObserver observer) in Pairs)
        {
            pass.Observers.Attach(observer);
        }
    }

    /// <summary>The observers of the recurrent layers, from input to output.</summary>
    public IReadOnlyList<TObserver> Observers { get; private set; }

    private IEnumerable<(RecurrentPass<T> Pass, TObserver Observer)> Pairs =>
        _bptt.Unrolling.Passes.SelectMany(pass => RecurrentPasses(pass).Zip(Observers));

    /// <exception cref="InvalidOperationException">Another thread is using the Bptt.</exception>
    public void Detach()
    {
        using EntryFlag.Scope entry = _bptt.Enter();
        foreach ((RecurrentPass<T> pass, TObserver observer) in Pairs)
        {
            pass.Observers.Detach(observer);
        }

        Observers = [];
    }

    private static IEnumerable<RecurrentPass<T>> RecurrentPasses(ModelPass<T> pass) => pass.Context.RecurrentPasses.Cast<RecurrentPass<T>>();

    /// <summary>Creates all observers before the first is attached, so that none stays attached after an error.</summary>
    private static List<TObserver> Create(Bptt<T> bptt, Func<RecurrentPass<T>, TObserver> create)
    {
        try
        {
            List<TObserver> observers = [.. RecurrentPasses(bptt.Unrolling.Passes[0]).Select(create)];
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
