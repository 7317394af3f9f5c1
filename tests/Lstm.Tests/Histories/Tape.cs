namespace Lstm.Tests.Histories;

/// <summary>
/// Automatic differentiation in reverse: every number knows from which two it was made and its derivatives with respect to these. It knows no
/// backward pass of the library, only the equations that are written with it.
/// </summary>
internal sealed class Tape
{
    private readonly List<Entry> _nodes = [];

    public double ValueOf(Var number) => _nodes[number.Index].Value;

    /// <summary>A number that depends on no other.</summary>
    public Var Leaf(double value) => Add(new(value, 0, 0, 0, 0));

    public Var[] Leaves(ReadOnlySpan<double> values)
    {
        Var[] leaves = new Var[values.Length];
        for (int k = 0; k < values.Length; k++)
        {
            leaves[k] = Leaf(values[k]);
        }

        return leaves;
    }

    public Var Node(double value, Var a, double byA) => Add(new(value, a.Index, byA, 0, 0));

    public Var Node(double value, Var a, double byA, Var b, double byB) => Add(new(value, a.Index, byA, b.Index, byB));

    /// <summary>The derivatives of Σ weight * number with respect to every number on the tape, by index.</summary>
    public double[] Gradients(IEnumerable<(Var Number, double Weight)> sum)
    {
        double[] gradients = new double[_nodes.Count];
        foreach ((Var number, double weight) in sum)
        {
            gradients[number.Index] += weight;
        }

        for (int k = _nodes.Count - 1; k >= 0; k--)
        {
            Entry node = _nodes[k];
            gradients[node.A] += gradients[k] * node.ByA;
            gradients[node.B] += gradients[k] * node.ByB;
        }

        return gradients;
    }

    private Var Add(Entry node)
    {
        _nodes.Add(node);
        return new(this, _nodes.Count - 1);
    }

    private readonly record struct Entry(double Value, int A, double ByA, int B, double ByB);
}
