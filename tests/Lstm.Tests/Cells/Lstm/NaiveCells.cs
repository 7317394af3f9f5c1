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
        T i = Sigmoid(ai + pi * cPrev);                                             // (1)
        T f = Sigmoid(af + pf * cPrev);                                             // (2)
        T g = T.Tanh(ag);                                                           // (3)
        T c = f * cPrev + i * g;                                                    // (4)
        T o = Sigmoid(ao + po * c);                                                 // (5)
        return new(i, f, g, o, c, o * T.Tanh(c));                                   // (6)
    }

    public static Gradients<T> Backward<T>(in Gates<T> s, T cPrev, T dh, T dcNext, T pi, T pf, T po)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T tanhC = T.Tanh(s.C);
        T dao = dh * tanhC * s.O * (T.One - s.O);                                   // (6)(5)
        T dc = dcNext + dh * s.O * (T.One - tanhC * tanhC) + po * dao;              // (6)(5)
        T dai = dc * s.G * s.I * (T.One - s.I);                                     // (4)(1)
        T daf = dc * cPrev * s.F * (T.One - s.F);                                   // (4)(2)
        T dag = dc * s.I * (T.One - s.G * s.G);                                     // (4)(3)
        return new(dai, daf, dag, dao, dc * s.F + pi * dai + pf * daf);             // (4)(1)(2)
    }

    private static T Sigmoid<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.One / (T.One + T.Exp(-x));
}
