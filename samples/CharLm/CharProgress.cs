namespace CharLm;

/// <summary>Where a training run stands after an update.</summary>
internal sealed record CharProgress : RunProgress
{
    public required int Epoch { get; init; }

    public required int Epochs { get; init; }

    /// <summary>In nats per character, smoothed over the last updates.</summary>
    public required double Loss { get; init; }

    public required double CharactersPerSecond { get; init; }

    public required TimeSpan Remaining { get; init; }

    public override string Describe() =>
        $"epoch {Epoch}/{Epochs}  loss {Loss:F3}  {CharactersPerSecond:N0} characters/s  {Duration(Remaining)} left";
}
