using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>SimpleRNNCell: h = activation(x K + b + h' U).</summary>
internal sealed class ReferenceSimpleRnn(Random random, int inputs, int units, bool isRelu = false) : ReferenceRecurrent(units)
{
    public override string ClassName => "SimpleRNN";

    public override string Group => "simple_rnn";

    public override IReadOnlyList<Variable> Variables { get; } = Make(random, "simple_rnn_cell", inputs, units, 1, units);

    public override double[][] Run(double[][] x)
    {
        double[] h = new double[Units];
        List<double[]> outputs = [];
        foreach (double[] input in x)
        {
            double[] ofInput = Times(input, Variables[0]), ofHidden = Times(h, Variables[1]);
            h = new double[Units];
            for (int u = 0; u < Units; u++)
            {
                double a = ofInput[u] + Variables[2].Values[u] + ofHidden[u];
                h[u] = isRelu ? Math.Max(0, a) : Math.Tanh(a);
            }

            outputs.Add(h);
        }

        return [.. outputs];
    }

    public override JsonObject Options()
    {
        JsonObject options = base.Options();
        options["activation"] = isRelu ? "relu" : "tanh";
        return options;
    }

    public override Layer<T> Make<T>() =>
        new RnnLayer<T>(inputs, Units, new() { Activation = isRelu ? Activation.Relu : Activation.Tanh });
}
