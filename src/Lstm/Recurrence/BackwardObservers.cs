using System.Numerics;

namespace Lstm;

/// <summary>
/// The observers of the backward pass of one recurrent layer. Where there are none, a step costs a look at an empty array.
/// </summary>
internal sealed class BackwardObservers<T>(PassContext<T> context, CellActivations<T> activations)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IBackwardObserver<T>[] _observers = [];

    public void Attach(IBackwardObserver<T> observer) => _observers = [.. _observers, observer];

    public void Detach(IBackwardObserver<T> observer) => _observers = [.. _observers.Where(other => other != observer)];

    public void BeforeStep(int t, int first, int rows)
    {
        foreach (IBackwardObserver<T> observer in _observers)
        {
            observer.BeforeStep(Observed(t, first, rows));
        }
    }

    public void BeforeFirstStage(int t, int first, int rows)
    {
        foreach (IBackwardObserver<T> observer in _observers)
        {
            observer.BeforeFirstStage(Observed(t, first, rows));
        }
    }

    public void AfterStep(int t, int first, int rows)
    {
        foreach (IBackwardObserver<T> observer in _observers)
        {
            observer.AfterStep(Observed(t, first, rows));
        }
    }

    public void EndPass(ReadOnlySpan<T> inputGradient)
    {
        foreach (IBackwardObserver<T> observer in _observers)
        {
            observer.EndPass(context.Window, inputGradient);
        }
    }

    private ObservedStep<T> Observed(int t, int first, int rows) =>
        new() { Activations = activations, Window = context.Window, Step = t, First = first, Rows = rows };
}
