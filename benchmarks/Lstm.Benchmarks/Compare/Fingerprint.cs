namespace Lstm.Benchmarks.Compare;

/// <summary>What tells whether two tensors are the same: a weighted sum that knows every element's place, and the Euclidean norm.</summary>
internal readonly record struct Fingerprint(double Sum, double Norm)
{
    /// <summary>Rounding moves the sum by some 1e-6 of the norm; a wrong sign or place by some 1.</summary>
    private const double Tolerance = 1e-4;

    public bool Agrees(Fingerprint other) =>
        Math.Abs(Sum - other.Sum) <= Tolerance * Norm && Math.Abs(Norm - other.Norm) <= Tolerance * Norm;
}
