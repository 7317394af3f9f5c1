namespace Lstm.Tests.Cells;

/// <summary>One unit of an LSTM step in plain double arithmetic, as docs/lstm.md has it: the readable twin of the gate kernels.</summary>
internal static class NaiveCells
{
    public readonly record struct Gates(double I, double F, double G, double O, double C, double H);

    public readonly record struct Gradients(double I, double F, double G, double O, double CPrev);

    public static Gates Forward(double ai, double af, double ag, double ao, double cPrev, double pi, double pf, double po)
    {
        double i = Sigmoid(ai + pi * cPrev), f = Sigmoid(af + pf * cPrev), g = Math.Tanh(ag);
        double c = f * cPrev + i * g;
        double o = Sigmoid(ao + po * c);
        return new(i, f, g, o, c, o * Math.Tanh(c));
    }

    public static Gradients Backward(Gates s, double cPrev, double dh, double dcNext, double pi, double pf, double po)
    {
        double tanhC = Math.Tanh(s.C);
        double dao = dh * tanhC * s.O * (1 - s.O);
        double dc = dcNext + dh * s.O * (1 - tanhC * tanhC) + po * dao;
        double dai = dc * s.G * s.I * (1 - s.I), daf = dc * cPrev * s.F * (1 - s.F), dag = dc * s.I * (1 - s.G * s.G);
        return new(dai, daf, dag, dao, dc * s.F + pi * dai + pf * daf);
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
