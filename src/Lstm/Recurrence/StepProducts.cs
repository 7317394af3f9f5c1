using System.Numerics;
using Lstm.Numerics;

namespace Lstm;

/// <summary>The products of a cell within the steps of a window, their gradients, and those of their weights over all steps.</summary>
internal sealed class StepProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PassContext<T> _context;
    private readonly CellActivations<T> _at;
    private readonly StepTeam _team;
    private readonly DroppedWeights<T>[] _dropped;      // of the matrices that h' is multiplied by
    private readonly PackedProduct<T>[][] _stages;
    private readonly PackedProduct<T>[] _all;
    private readonly bool[] _isReached;                 // [states]: whether products of stage 0 read the state

    public StepProducts(PassContext<T> context, CellActivations<T> activations, StepTeam team)
    {
        (_context, _at, _team) = (context, activations, team);
        Cell<T> cell = activations.Cell;
        double rate = cell.Options.WeightDropout;
        _dropped = rate == 0 ? [] : [.. cell.Stages.SelectMany(stage => stage).Where(product => product.Source == cell.Output)
            .Select(product => product.Weights).Distinct().Select(weights => new DroppedWeights<T>(context, weights, rate))];
        _stages = [.. cell.Stages.Select((products, stage) => products.Select(product => Pack(product, stage)).ToArray())];
        _all = [.. _stages.SelectMany(stage => stage)];
        _isReached = [.. cell.States.Select(state => Array.Exists(cell.Stages[0], product => product.Source == state))];
        SetWriters();
    }

    /// <summary>Returns whether products of stage 0 pass a gradient to a state of the step before.</summary>
    public bool Reach(StateBlock state) => _isReached[state.Index];

    /// <summary>Reads the weights for the forward pass.</summary>
    public void BeginForward()
    {
        foreach (DroppedWeights<T> dropped in _dropped)
        {
            dropped.Draw();
        }

        foreach (PackedProduct<T> product in _all)
        {
            product.PackForward();
        }
    }

    /// <summary>Reads the weights of the last forward pass for the backward pass.</summary>
    public void BeginBackward()
    {
        foreach (DroppedWeights<T> dropped in _dropped)
        {
            dropped.BeginBackward();
        }

        foreach (PackedProduct<T> product in _all)
        {
            product.PackBackward();
        }
    }

    /// <summary>Computes the products of a stage at step t: for the rows of a worker, or for its columns in all active rows.</summary>
    public void Forward(int stage, int worker, int t, int first, int rows, int active)
    {
        (first, rows) = _team.IsTogether ? (0, active) : (first, rows);
        foreach (PackedProduct<T> product in _stages[stage])
        {
            // A product that adds to some of the columns divides them among workers in another way than one that adds to all.
            _team.Meet();
            product.Forward(worker, _team.IsTogether, t, first, rows);
        }

        _team.Meet();
    }

    /// <summary>Computes the gradients of a stage's products towards their sources.</summary>
    public void Backward(int stage, int worker, int t, int first, int rows, int active)
    {
        _team.Meet();
        (first, rows) = _team.IsTogether ? (0, active) : (first, rows);
        foreach (PackedProduct<T> product in _stages[stage])
        {
            product.Backward(worker, _team.IsTogether, t, first, rows);
        }

        _team.Meet();
    }

    /// <summary>Adds to the gradients of the weights of all products and of W, from some steps.</summary>
    public void AddWeightGradients(InputProjection<T> projection, LayerInput<T> input, int firstStep, int steps)
    {
        using PhaseClock.Scope phase = PhaseClock.Enter(Phase.WeightGradients);
        bool addedInputWeights = false;
        int rows = steps * _context.Batch, columns = _at.Cell.GateSize;
        Matrix<T> dA = new(_at.Gates.Steps(firstStep, steps), rows, columns);
        foreach (PackedProduct<T> packed in _all)
        {
            if (packed.Product.Weights.IsFrozen)
            {
                continue;
            }

            Matrix<T> source = packed.Source(firstStep, 0, rows);
            if (!addedInputWeights && packed.Product.AddsToTarget && packed.Product.Rows == columns)
            {
                projection.AddWeightGradients(input, dA, source, packed.WeightGradient);
                addedInputWeights = true;
            }
            else
            {
                _context.Gemm.Multiply(packed.Target(firstStep, 0, rows).Transposed, source, packed.WeightGradient, accumulate: true);
            }
        }

        if (!addedInputWeights)
        {
            projection.AddWeightGradient(input, dA);
        }
    }

    /// <summary>Adds to the gradients of weights with dropped elements, after the last chunk.</summary>
    public void EndBackward()
    {
        foreach (DroppedWeights<T> dropped in _dropped)
        {
            dropped.AddGradient();
        }
    }

    /// <summary>
    /// Decides which products assign gradients: the first that reaches a source on the way back does, unless the gradient has a part
    /// already.
    /// </summary>
    private void SetWriters()
    {
        HashSet<StepBuffer<T>> begun =
            [.. _at.States.Where(state => state.HasOtherGradient).Select(state => state.State.Gradient)];
        for (int stage = _stages.Length - 1; stage >= 0; stage--)
        {
            foreach (PackedProduct<T> packed in _stages[stage])
            {
                packed.AddsToSource = !begun.Add(packed.SourceGradient);
            }
        }
    }

    private PackedProduct<T> Pack(CellProduct<T> product, int stage) => new(
        _context, product, _at.Source(product), _at.SourceGradient(product, stage), _at.Target(product),
        _team.SharesSteps ? _team.Workers : 1, Array.Find(_dropped, dropped => dropped.Weights == product.Weights));
}
