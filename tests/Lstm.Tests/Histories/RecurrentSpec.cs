namespace Lstm.Tests.Histories;

/// <summary>What options of several cells are called in the table.</summary>
internal static class RecurrentSpec
{
    public static IEnumerable<string> Features(RecurrentOptions options)
    {
        if (options.LearnInitialState)
        {
            yield return "trained initial state";
        }

        if (options.HiddenDropout + options.WeightDropout > 0)
        {
            yield return "dropout within a cell";
        }

        if (options.ZoneoutHidden > 0)
        {
            yield return "zoneout";
        }
    }
}
