namespace CharLm;

/// <summary>What an epoch came to. Losses are means over all characters, in nats; the time is that of the training alone.</summary>
internal sealed record EpochResult(int Epoch, double TrainingLoss, double ValidationLoss, double Seconds, double CharactersPerSecond)
{
    public double BitsPerCharacter => ValidationLoss / Math.Log(2);
}
