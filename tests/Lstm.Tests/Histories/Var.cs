namespace Lstm.Tests.Histories;

/// <summary>A number on a <see cref="Tape"/>.</summary>
internal readonly record struct Var(Tape Tape, int Index)
{
    public double Value => Tape.ValueOf(this);

    public static Var operator +(Var a, Var b) => a.Tape.Node(a.Value + b.Value, a, 1, b, 1);

    public static Var operator -(Var a, Var b) => a.Tape.Node(a.Value - b.Value, a, 1, b, -1);

    public static Var operator *(Var a, Var b) => a.Tape.Node(a.Value * b.Value, a, b.Value, b, a.Value);

    public static Var operator *(double factor, Var a) => a.Tape.Node(factor * a.Value, a, factor);

    public static Var operator +(double term, Var a) => a.Tape.Node(term + a.Value, a, 1);

    public static Var operator -(double term, Var a) => a.Tape.Node(term - a.Value, a, -1);

    /// <summary>a^power.</summary>
    public Var Power(double power) => Tape.Node(Math.Pow(Value, power), this, power * Math.Pow(Value, power - 1));

    /// <summary>Cut off at ± <paramref name="limit"/>; the derivative is 0 there and beyond.</summary>
    public Var Clip(double limit) => Tape.Node(Math.Clamp(Value, -limit, limit), this, Math.Abs(Value) >= limit ? 0 : 1);

    public Var Activate(Activation activation)
    {
        double y = activation switch
        {
            Activation.Tanh => Math.Tanh(Value),
            Activation.Sigmoid => 1 / (1 + Math.Exp(-Value)),
            Activation.Relu => Math.Max(0, Value),
            _ => Value,
        };
        double slope = activation switch
        {
            Activation.Tanh => 1 - y * y,
            Activation.Sigmoid => y * (1 - y),
            Activation.Relu => y > 0 ? 1 : 0,
            _ => 1,
        };
        return Tape.Node(y, this, slope);
    }
}
