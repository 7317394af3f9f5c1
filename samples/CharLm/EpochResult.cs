namespace CharLm;

/// <summary>What an epoch came to. Losses are means over all characters, in nats; the time is that of the training alone.</summary>
internal sealed record EpochResult(int Epoch, double TrainingLoss, double ValidationLoss, double Seconds, double CharactersPerSecond)
{
    public double BitsPerCharacter => ValidationLoss / Math.Log(2);

    /// <summary>The result in a line, and under it a text that the model has written.</summary>
    public void ShowOn(ProgressDisplay display, int epochs, bool isBest, string sample)
    {
        display.WriteLine(
            $"epoch {Epoch}/{epochs}: training loss {TrainingLoss:F4}, "
            + $"validation loss {ValidationLoss:F4} nats = {BitsPerCharacter:F4} bits per character; "
            + $"{Seconds:F1} s, {CharactersPerSecond:N0} characters/s; "
            + (isBest ? "saved" : "not saved: not the best"));
        foreach (string line in sample.Trim('\n').Split('\n'))
        {
            display.WriteLine($"  | {string.Concat(line.Select(character => char.IsControl(character) ? '?' : character))}");
        }
    }

    public void AppendTo(JsonLog log) => log.Append(new
    {
        epoch = Epoch,
        train_loss = TrainingLoss,
        valid_loss = ValidationLoss,
        seconds = Seconds,
        chars_per_second = CharactersPerSecond,
    });
}
