using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>LSTMCell: z = x K + h' U + b; i, f, c, o = split(z, 4); c = f*c' + i*tanh(c); h = o*tanh(c).</summary>
internal sealed class ReferenceLstm(Random random, int inputs, int units) : ReferenceRecurrent(units)
{
    public override string ClassName => "LSTM";

    public override string Group => "lstm";

    public override IReadOnlyList<Variable> Variables { get; } = Make(random, "lstm_cell", inputs, units, 4, 4 * units);

    public override double[][] Run(double[][] x)
    {
        (Variable kernel, Variable recurrent, Variable bias) = (Variables[0], Variables[1], Variables[2]);
        double[] h = new double[Units], c = new double[Units];
        List<double[]> outputs = [];
        foreach (double[] input in x)
        {
            double[] ofInput = Times(input, kernel), ofHidden = Times(h, recurrent);
            double[] z = [.. ofInput.Zip(ofHidden, (a, b) => a + b).Zip(bias.Values, (a, b) => a + b)];
            (h, c) = (new double[Units], [.. c]);
            for (int u = 0; u < Units; u++)
            {
                double i = Sigmoid(z[u]), f = Sigmoid(z[Units + u]), candidate = Math.Tanh(z[2 * Units + u]), o = Sigmoid(z[3 * Units + u]);
                c[u] = f * c[u] + i * candidate;
                h[u] = o * Math.Tanh(c[u]);
            }

            outputs.Add(h);
        }

        return [.. outputs];
    }

    public override JsonObject Options()
    {
        JsonObject options = base.Options();
        options["recurrent_activation"] = "sigmoid";
        options["unit_forget_bias"] = true;
        return options;
    }

    public override Layer<T> Make<T>() => new LstmLayer<T>(inputs, Units);
}
