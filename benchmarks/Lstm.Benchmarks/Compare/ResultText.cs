namespace Lstm.Benchmarks.Compare;

/// <summary>Numbers of results as they are shown.</summary>
internal static class ResultText
{
    public const string Missing = "n/a";

    /// <summary>Three digits.</summary>
    public static string Number(double? value) => value switch
    {
        null => Missing,
        >= 100 => $"{value:F0}",
        >= 10 => $"{value:F1}",
        >= 1 => $"{value:F2}",
        >= 0.1 => $"{value:F3}",
        _ => $"{value:F4}",
    };

    /// <summary>The median, and where eight of ten rounds lie.</summary>
    public static string Spread(Ratio? ratio) => ratio is Ratio some ? $"{some.Median:F2} ({some.Low:F2}..{some.High:F2})" : Missing;

    public static string OfMinima(Ratio? ratio) => ratio is Ratio some ? $"{some.OfMinima:F2}" : Missing;

    public static string Threads(int threads) => $"{threads} thread{(threads == 1 ? "" : "s")}";
}
