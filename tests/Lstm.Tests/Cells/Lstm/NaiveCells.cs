using System.Numerics;

namespace Lstm.Tests.Cells;

/// <summary>
/// One unit of an LSTM step in plain arithmetic, as docs/lstm.md has it: the readable twin of the gate kernels, for tests in double, and
/// for benchmarks in float as the code that the kernels are compared with.
/// </summary>
internal static class NaiveCells
{
    public readonly record struct Gates<T>(T I, T F, T G, T O, T C, T H);

    public readonly record struct Gradients<T>(T I, T F, T G, T O, T CPrev);

    public static Gates<T> Forward<T>(T ai, T af, T ag, T ao, T cPrev, T pi, T pf, T po)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Gates<T> s = ToCell(ai + pi * cPrev, af + pf * cPrev, ag, cPrev);           // (1)(2)
        return FromCell(s, ao + po * s.C);                                          // (5)
    }

    public static Gradients<T> Backward<T>(in Gates<T> s, T cPrev, T dh, T dcNext, T pi, T pf, T po)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T dao, T dc) = BackFromCell(s, dh, dcNext);
        Gradients<T> d = BackToCell(s, cPrev, dc + po * dao, dao);                  // (5)
        return d with { CPrev = d.CPrev + pi * d.I + pf * d.F };                    // (1)(2)
    }

    /// <summary>The gates i, f, g and c of a cell without peepholes.</summary>
    public static Gates<T> ToCell<T>(T ai, T af, T ag, T cPrev)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T i = Sigmoid(ai), f = Sigmoid(af), g = T.Tanh(ag);                         // (1)(2)(3)
        return new(i, f, g, default, f * cPrev + i * g, default);                   // (4)
    }

    /// <summary>Adds o and h.</summary>
    public static Gates<T> FromCell<T>(in Gates<T> s, T ao)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T o = Sigmoid(ao);                                                          // (5)
        return s with { O = o, H = o * T.Tanh(s.C) };                               // (6)
    }

    public static (T O, T C) BackFromCell<T>(in Gates<T> s, T dh, T dcNext)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T tanhC = T.Tanh(s.C);
        return (dh * tanhC * s.O * (T.One - s.O), dcNext + dh * s.O * (T.One - tanhC * tanhC));         // (6)(5), (6)
    }

    public static Gradients<T> BackToCell<T>(in Gates<T> s, T cPrev, T dc, T dao)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T dai = dc * s.G * s.I * (T.One - s.I);                                     // (4)(1)
        T daf = dc * cPrev * s.F * (T.One - s.F);                                   // (4)(2)
        T dag = dc * s.I * (T.One - s.G * s.G);                                     // (4)(3)
        return new(dai, daf, dag, dao, dc * s.F);                                   // (4)
    }

    private static T Sigmoid<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One / (T.One + T.Exp(-x));
}
