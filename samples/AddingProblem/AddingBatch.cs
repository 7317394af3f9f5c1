namespace AddingProblem;

/// <summary>
/// Sequences of the adding problem: at every step a value, uniform in [0, 1), and a marker, which is 1 at two steps and 0 elsewhere: one in
/// the first half, one in the second. The target is the sum of the two marked values. To answer 1 always has a mean squared error of 1/6.
/// </summary>
internal sealed class AddingBatch(int steps, int batch)
{
    /// <summary>The variance of the sum of two numbers uniform in [0, 1).</summary>
    public const double ErrorOfTheMean = 1.0 / 6;

    /// <summary>[steps, batch, 2]: value and marker.</summary>
    public float[] Inputs { get; } = new float[checked(steps * batch * 2)];

    /// <summary>[batch].</summary>
    public float[] Targets { get; } = new float[batch];

    /// <summary>Fills the batch anew.</summary>
    public void Draw(Random random)
    {
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < steps; t++)
            {
                (Inputs[At(t, b)], Inputs[At(t, b) + 1]) = (random.NextSingle(), 0);
            }

            int first = random.Next(steps / 2), second = random.Next(steps / 2, steps);
            Inputs[At(first, b) + 1] = Inputs[At(second, b) + 1] = 1;
            Targets[b] = Inputs[At(first, b)] + Inputs[At(second, b)];
        }
    }

    private int At(int t, int b) => (t * batch + b) * 2;
}
