namespace Lstm.Benchmarks.Worker;

/// <summary>What tells whether two tensors are the same: a weighted sum that knows every element's place, and the Euclidean norm.</summary>
internal readonly record struct Fingerprint(double Sum, double Norm)
{
    /// <summary>Rounding moves the sum by some 1e-6 of the norm; a wrong sign or place by some 1.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>This library takes numbers below 7.9e-31 as 0, and others keep them: the norm of a million of them is below this.</summary>
    private const double Vanished = 1e-27;

    public bool Agrees(Fingerprint other) =>
        Math.Abs(Sum - other.Sum) <= Bound && Math.Abs(Norm - other.Norm) <= Bound;

    /// <summary>The words of the protocol.</summary>
    public override string ToString() => $"{Sum:G9} {Norm:G9}";

    private double Bound => Math.Max(Tolerance * Norm, Vanished);
}
