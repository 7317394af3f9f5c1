namespace Lstm.Tests.Cells;

/// <summary>One unit of a GRU or RNN step in plain double arithmetic, as docs/layers.md has it: the readable twin of the cells.</summary>
internal static class NaiveGru
{
    /// <param name="R">r.</param>
    /// <param name="Z">z.</param>
    /// <param name="N">n.</param>
    /// <param name="V">r*h', or R_n h' + rb_n with the reset after the product.</param>
    /// <param name="H">h.</param>
    public readonly record struct Gates(double R, double Z, double N, double V, double H);

    /// <param name="R">dar.</param>
    /// <param name="Z">daz.</param>
    /// <param name="N">dan.</param>
    /// <param name="V">The gradient at R_n h', with the reset after the product.</param>
    /// <param name="HPrev">What reaches h' past the products.</param>
    public readonly record struct Gradients(double R, double Z, double N, double V, double HPrev);

    /// <summary>Reset before the product, whose result is in an.</summary>
    public static Gates ForwardBefore(double ar, double az, double an, double hPrev)
    {
        double r = Sigmoid(ar), z = Sigmoid(az), n = Math.Tanh(an);
        return new(r, z, n, r * hPrev, (1 - z) * n + z * hPrev);
    }

    public static Gates ForwardAfter(double ar, double az, double an, double v, double hPrev)
    {
        double r = Sigmoid(ar), z = Sigmoid(az), n = Math.Tanh(an + r * v);
        return new(r, z, n, v, (1 - z) * n + z * hPrev);
    }

    /// <param name="s">The forward step.</param>
    /// <param name="hPrev">h'.</param>
    /// <param name="dh">dy + dh_next.</param>
    /// <param name="dv">What the product R_n v passes to v.</param>
    public static Gradients BackwardBefore(Gates s, double hPrev, double dh, double dv)
    {
        double dr = dv * hPrev, dz = dh * (hPrev - s.N), dn = dh * (1 - s.Z);
        return new(dr * s.R * (1 - s.R), dz * s.Z * (1 - s.Z), dn * (1 - s.N * s.N), 0, dh * s.Z + dv * s.R);
    }

    public static Gradients BackwardAfter(Gates s, double hPrev, double dh)
    {
        double dan = dh * (1 - s.Z) * (1 - s.N * s.N), dz = dh * (hPrev - s.N);
        return new(dan * s.V * s.R * (1 - s.R), dz * s.Z * (1 - s.Z), dan, dan * s.R, dh * s.Z);
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
