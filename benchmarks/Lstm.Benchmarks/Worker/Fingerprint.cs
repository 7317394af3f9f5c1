namespace Lstm.Benchmarks.Worker;

/// <summary>What tells whether two tensors are the same: a weighted sum that knows every element's place, and the Euclidean norm.</summary>
internal readonly record struct Fingerprint(double Sum, double Norm)
{
    /// <summary>Rounding moves the sum by some 1e-6 of the norm; a wrong sign or place by some 1.</summary>
    private const double Tolerance = 1e-4;

    /// <summary>Numbers below the smallest normal one are cut off by some libraries and kept by others.</summary>
    private const double Vanished = 1e-30;

    public bool Agrees(Fingerprint other) =>
        Math.Abs(Sum - other.Sum) <= Bound && Math.Abs(Norm - other.Norm) <= Bound;

    /// <summary>The words of the protocol.</summary>
    public override string ToString() => $"{Sum:G9} {Norm:G9}";

    private double Bound => Math.Max(Tolerance * Norm, Vanished);
}
