using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>
/// GRUCell: z, r, h = split(x K + b, 3); z = sigmoid(z + h' U_z), r = sigmoid(r + h' U_r); the candidate is tanh(h + r * (h' U_h + b_h))
/// with reset_after, and tanh(h + (r * h') U_h) without; h = z*h' + (1-z)*candidate.
/// </summary>
internal sealed class ReferenceGru(Random random, int inputs, int units, bool resetAfter) : ReferenceRecurrent(units)
{
    public override string ClassName => "GRU";

    public override string Group => "gru";

    public override IReadOnlyList<Variable> Variables { get; } =
        Make(random, "gru_cell", inputs, units, 3, resetAfter ? [2, 3 * units] : [3 * units]);

    public override double[][] Run(double[][] x)
    {
        (Variable kernel, Variable recurrent, Variable bias) = (Variables[0], Variables[1], Variables[2]);
        double[] h = new double[Units];
        List<double[]> outputs = [];
        foreach (double[] input in x)
        {
            double[] ofInput = [.. Times(input, kernel).Zip(bias.Values.Take(3 * Units), (a, b) => a + b)];
            double[] ofHidden = Times(h, recurrent);
            if (resetAfter)
            {
                ofHidden = [.. ofHidden.Zip(bias.Values.Skip(3 * Units), (a, b) => a + b)];
            }

            double[] z = new double[Units], r = new double[Units];
            for (int u = 0; u < Units; u++)
            {
                z[u] = Sigmoid(ofInput[u] + ofHidden[u]);
                r[u] = Sigmoid(ofInput[Units + u] + ofHidden[Units + u]);
            }

            double[] ofReset = Times([.. r.Zip(h, (a, b) => a * b)], recurrent);
            double[] before = h;
            h = new double[Units];
            for (int u = 0; u < Units; u++)
            {
                int column = 2 * Units + u;
                double candidate = Math.Tanh(ofInput[column] + (resetAfter ? r[u] * ofHidden[column] : ofReset[column]));
                h[u] = z[u] * before[u] + (1 - z[u]) * candidate;
            }

            outputs.Add(h);
        }

        return [.. outputs];
    }

    public override JsonObject Options()
    {
        JsonObject options = base.Options();
        options["recurrent_activation"] = "sigmoid";
        options["reset_after"] = resetAfter;
        return options;
    }

    public override Layer<T> Make<T>() => new GruLayer<T>(inputs, Units, new() { ResetAfter = resetAfter });
}
