namespace Lstm.Hashes;

/// <summary>Lists the options of GRU layers, with the reset before and after the product.</summary>
internal static class GruRows
{
    /// <summary>What goes together: all but the place of the reset.</summary>
    public static GruOptions Everything { get; } = new()
    {
        ResetAfter = false,
        HiddenDropout = 0.3,
        WeightDropout = 0.2,
        ZoneoutHidden = 0.3,
        LearnInitialState = true,
    };

    /// <summary>Lists all rows.</summary>
    public static IEnumerable<(string Name, GruOptions Options)> All { get; } =
    [
        .. Options().Select(row => ($"reset before, {row.Name}", row.Options with { ResetAfter = false })),
        .. Options().Select(row => ($"reset after, {row.Name}", row.Options with { ResetAfter = true })),
    ];

    private static IEnumerable<(string Name, GruOptions Options)> Options() =>
    [
        ("plain", new()),
        ("hidden dropout", new() { HiddenDropout = 0.3 }),
        ("weight dropout", new() { WeightDropout = 0.3 }),
        ("zoneout", new() { ZoneoutHidden = 0.3 }),
        ("learned initial state", new() { LearnInitialState = true }),
        ("everything", Everything),
    ];
}
