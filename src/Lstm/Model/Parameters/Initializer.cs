using System.Numerics;
using System.Numerics.Tensors;

namespace Lstm;

/// <summary>Sets the first values of a parameter. The same seed gives the same bits on one kind of CPU.</summary>
/// <remarks>
/// A layer refuses an initializer whose numbers become 0 or infinite in the layer's element type; the initialisation of a model refuses one
/// that gives numbers that are not finite.
/// </remarks>
public abstract class Initializer
{
    /// <summary>An initializer that sets all numbers to 0.</summary>
    public static Initializer Zero { get; } = new ConstantInitializer(0);

    /// <summary>An initializer that sets all numbers to 1.</summary>
    public static Initializer One { get; } = new ConstantInitializer(1);

    /// <summary>
    /// Uniform numbers in ±sqrt(6 / (fanIn + fanOut)), for a weight matrix [fanOut, fanIn]; in a parameter of several such blocks, one for
    /// each gate, fanOut is that of one block. Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    /// networks" (2010), equation 16.
    /// </summary>
    public static Initializer GlorotUniform { get; } = new GlorotUniformInitializer();

    /// <summary>
    /// Orthonormal rows in every block [rows, columns] of the parameter (one for each gate), or orthonormal columns where there are more
    /// rows than columns. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (2014).
    /// </summary>
    public static Initializer Orthogonal { get; } = new OrthogonalInitializer();

    /// <summary>Returns an initializer that sets every number to <paramref name="value"/>.</summary>
    public static Initializer Constant(double value) => new ConstantInitializer(value);

    /// <summary>
    /// Returns an initializer that fills the block of gate k with <c>values[k]</c>, for a parameter that has as many gates as there are
    /// values.
    /// </summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static Initializer PerGate(params double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Length > 0
            ? new PerGateInitializer([.. values])
            : throw new ArgumentException("Expected at least one value.", nameof(values));
    }

    /// <summary>Returns an initializer that draws uniformly from [-<paramref name="limit"/>, <paramref name="limit"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative or not finite.</exception>
    public static Initializer Uniform(double limit) => limit >= 0 && double.IsFinite(limit)
        ? new UniformInitializer(limit)
        : throw ArgumentOutOfRange.Error(nameof(limit), limit, "Expected a finite limit of 0 or more.");

    /// <summary>Fills a parameter.</summary>
    /// <param name="values">The numbers to set, row-major.</param>
    /// <param name="shape">The shape of the parameter.</param>
    /// <param name="blocks">How many equal blocks lie along the first dimension: 4 for the gates of an LSTM, 1 for a single matrix.</param>
    /// <param name="uniform">Draws the next random number in [0, 1).</param>
    public abstract void Fill(Span<double> values, ReadOnlySpan<int> shape, int blocks, Func<double> uniform);

    /// <summary>The numbers that the initializer was made with, which must not become 0 or infinite in a parameter.</summary>
    private protected virtual IReadOnlyList<double> Numbers => [];

    /// <summary>
    /// Returns the first of its numbers that is not finite as a <typeparamref name="T"/>, or that becomes 0 without being 0; null where
    /// there is none.
    /// </summary>
    internal double? OutOfRange<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Numbers.Where(number => !Arguments.IsRepresentable<T>(number)).Select(number => (double?)number).FirstOrDefault();

    private sealed class ConstantInitializer(double value) : Initializer
    {
        private protected override IReadOnlyList<double> Numbers => [value];

        public override void Fill(Span<double> values, ReadOnlySpan<int> shape, int blocks, Func<double> uniform) => values.Fill(value);
    }

    private sealed class PerGateInitializer(double[] gates) : Initializer
    {
        private protected override IReadOnlyList<double> Numbers => gates;

        public override void Fill(Span<double> values, ReadOnlySpan<int> shape, int blocks, Func<double> uniform)
        {
            if (blocks != gates.Length)
            {
                throw new InvalidOperationException($"Expected a value for each of its {blocks} gates, but there are {gates.Length}.");
            }

            int size = values.Length / gates.Length;
            for (int gate = 0; gate < gates.Length; gate++)
            {
                values.Slice(gate * size, size).Fill(gates[gate]);
            }
        }
    }

    private sealed class UniformInitializer(double limit) : Initializer
    {
        private protected override IReadOnlyList<double> Numbers => [limit];

        public override void Fill(Span<double> values, ReadOnlySpan<int> shape, int blocks, Func<double> uniform)
        {
            foreach (ref double value in values)
            {
                value = limit * (2 * uniform() - 1);
            }
        }
    }

    private sealed class GlorotUniformInitializer : Initializer
    {
        public override void Fill(Span<double> values, ReadOnlySpan<int> shape, int blocks, Func<double> uniform)
        {
            int fanOut = shape[0] / blocks;
            int fanIn = values.Length / shape[0];
            new UniformInitializer(Math.Sqrt(6.0 / (fanIn + fanOut))).Fill(values, shape, blocks, uniform);
        }
    }

    private sealed class OrthogonalInitializer : Initializer
    {
        public override void Fill(Span<double> values, ReadOnlySpan<int> shape, int blocks, Func<double> uniform)
        {
            int rows = shape[0] / blocks;
            int columns = values.Length / shape[0];
            for (int block = 0; block < blocks; block++)
            {
                FillBlock(values.Slice(block * rows * columns, rows * columns), rows, columns, uniform);
            }
        }

        private static void FillBlock(Span<double> values, int rows, int columns, Func<double> uniform)
        {
            int count = Math.Min(rows, columns), length = Math.Max(rows, columns);
            double[] basis = new double[count * length];
            for (int k = 0; k < count; k++)
            {
                DrawOrthonormal(basis, k, length, uniform);
            }

            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    values[i * columns + j] = rows <= columns ? basis[i * length + j] : basis[j * length + i];
                }
            }
        }

        /// <summary>
        /// Orthogonalises a normal vector by modified Gram-Schmidt, and repeats that where it has removed more than half of the squared
        /// norm, at a loss of accuracy (Daniel et al., "Reorthogonalization and stable algorithms for updating the Gram-Schmidt QR
        /// factorization", 1976).
        /// </summary>
        private static void DrawOrthonormal(double[] basis, int k, int length, Func<double> uniform)
        {
            Span<double> vector = basis.AsSpan(k * length, length);
            foreach (ref double value in vector)
            {
                value = Math.Sqrt(-2 * Math.Log(1 - uniform())) * Math.Cos(2 * Math.PI * uniform());
            }

            double before, after = TensorPrimitives.Norm<double>(vector);
            do
            {
                for (int j = 0; j < k; j++)
                {
                    ReadOnlySpan<double> other = basis.AsSpan(j * length, length);
                    TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot(other, vector), vector, vector);
                }

                (before, after) = (after, TensorPrimitives.Norm<double>(vector));
            }
            while (after * after < before * before / 2);

            TensorPrimitives.Divide(vector, after, vector);
        }
    }
}
