namespace Lstm.Hashes;

/// <summary>Lists the options of Elman layers: every activation, plain and with all that goes with it, and each option alone.</summary>
internal static class RnnRows
{
    /// <summary>What goes together: all but the activation.</summary>
    public static RnnOptions Everything { get; } = new()
    {
        HiddenDropout = 0.3,
        WeightDropout = 0.2,
        ZoneoutHidden = 0.3,
        LearnInitialState = true,
    };

    /// <summary>Lists all rows.</summary>
    public static IEnumerable<(string Name, RnnOptions Options)> All { get; } =
    [
        .. Enum.GetValues<Activation>().Select(activation => ($"{activation}", new RnnOptions { Activation = activation })),
        .. Enum.GetValues<Activation>().Select(activation => ($"{activation} + everything", Everything with { Activation = activation })),
        ("hidden dropout", new() { HiddenDropout = 0.3 }),
        ("weight dropout", new() { WeightDropout = 0.3 }),
        ("zoneout", new() { ZoneoutHidden = 0.3 }),
        ("learned initial state", new() { LearnInitialState = true }),
    ];
}
