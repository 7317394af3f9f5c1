namespace Lstm.Tool;

/// <summary>The outputs of two models on the same random input.</summary>
internal static class ModelDifference
{
    private const int Steps = 20, Batch = 4, Seed = 1;

    /// <returns>The largest difference of outputs.</returns>
    /// <exception cref="ArgumentException">The models take or give numbers of other sizes.</exception>
    public static double Between(Sequential<float> a, Sequential<float> b)
    {
        (int Input, int Output) sizeOfA = SizeOf(a), sizeOfB = SizeOf(b);
        bool tokens = !a.Layers[0].AcceptsValues || !b.Layers[0].AcceptsValues;
        if (sizeOfA != sizeOfB || (tokens && !(a.Layers[0].AcceptsTokens && b.Layers[0].AcceptsTokens)))
        {
            throw new ArgumentException(
                $"Expected two models of the same input and output, but one goes from {sizeOfA.Input} to {sizeOfA.Output}, "
                + $"the other from {sizeOfB.Input} to {sizeOfB.Output}{(tokens ? ", of token ids" : "")}.");
        }

        Random random = new(Seed);
        float[] values = [.. Enumerable.Range(0, tokens ? 0 : Steps * Batch * sizeOfA.Input).Select(_ => 2 * random.NextSingle() - 1)];
        int[] ids = [.. Enumerable.Range(0, tokens ? Steps * Batch : 0).Select(_ => random.Next(sizeOfA.Input))];
        float[] first = Run(a), second = Run(b);
        return first.Zip(second, (x, y) => (double)MathF.Abs(x - y)).Max();

        float[] Run(Sequential<float> model)
        {
            Bptt<float> bptt = new(model, Steps, Batch, new() { ForwardOnly = true });
            return (tokens ? bptt.ForwardTokens(ids) : bptt.Forward(values)).ToArray();
        }
    }

    private static (int Input, int Output) SizeOf(Sequential<float> model) => (model.Layers[0].InputSize, model.Layers[^1].OutputSize);
}
