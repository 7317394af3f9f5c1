using System.Numerics;
using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>A layer of Keras: its variables, its equations written plainly in double, and its description.</summary>
internal abstract class ReferenceLayer
{
    /// <summary>The name of the class in Keras.</summary>
    public abstract string ClassName { get; }

    /// <summary>The name of the group in files.</summary>
    public abstract string Group { get; }

    public abstract int OutputSize { get; }

    public virtual IReadOnlyList<Variable> Variables => [];

    /// <summary>The groups that Keras makes within that of the layer.</summary>
    public virtual IReadOnlyList<string> Parts => [];

    /// <summary>Computes the outputs of all steps of one sequence.</summary>
    public abstract double[][] Run(double[][] x);

    /// <summary>The options in config.json.</summary>
    public abstract JsonObject Options();

    /// <summary>Makes the layer of the library that stands for this one.</summary>
    public abstract Layer<T> Make<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    protected static double Sigmoid(double a) => 1 / (1 + Math.Exp(-a));

    /// <summary>x K, a row times a matrix.</summary>
    protected static double[] Times(double[] x, Variable kernel)
    {
        double[] product = new double[kernel.Shape[1]];
        for (int column = 0; column < product.Length; column++)
        {
            for (int row = 0; row < x.Length; row++)
            {
                product[column] += x[row] * kernel.At(row, column);
            }
        }

        return product;
    }
}
