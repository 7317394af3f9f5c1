using System.Numerics.Tensors;
using System.Text;
using Lstm;

namespace CharLm;

/// <summary>Lets a model write: each character is drawn from what the model expects next, and is then its next input.</summary>
internal sealed class Generator(CharModel model)
{
    private readonly Bptt<float> _bptt = new(model.Network, steps: 1, batch: 1, new BpttOptions { ForwardOnly = true, Threads = 1 });
    private readonly double[] _weights = new double[model.Vocabulary.Count];

    /// <summary>Writes <paramref name="length"/> characters that follow the prompt; after an empty one, the beginning of a line.</summary>
    /// <param name="prompt">Token ids.</param>
    /// <param name="length">The number of characters.</param>
    /// <param name="temperature">The logits are divided by it; 0 for the most likely character every time.</param>
    /// <param name="random">Draws the characters.</param>
    public IEnumerable<Rune> Generate(int[] prompt, int length, double temperature, Random random)
    {
        int[] start = prompt.Length > 0 ? prompt : [Math.Max(0, model.Vocabulary.IndexOf(new Rune('\n')))];
        _bptt.ResetState();
        foreach (int token in start[..^1])
        {
            _bptt.ForwardTokens([token]);
        }

        int current = start[^1];
        for (int k = 0; k < length; k++)
        {
            current = Draw(_bptt.ForwardTokens([current]), temperature, random);
            yield return model.Vocabulary[current];
        }
    }

    private int Draw(ReadOnlySpan<float> logits, double temperature, Random random)
    {
        int best = TensorPrimitives.IndexOfMax(logits);
        if (temperature == 0)
        {
            return best;
        }

        double total = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            _weights[id] = Math.Exp((logits[id] - logits[best]) / temperature);     // at most 1, however small the temperature
            total += _weights[id];
        }

        double left = random.NextDouble() * total;
        int drawn = 0;
        while (drawn < logits.Length - 1 && (left -= _weights[drawn]) >= 0)
        {
            drawn++;
        }

        return drawn;
    }
}
