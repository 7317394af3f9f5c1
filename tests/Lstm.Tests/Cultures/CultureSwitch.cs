using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Lstm.Tests.Cultures;

/// <summary>
/// Runs all tests in the culture that LSTM_TEST_CULTURE names. It needs DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0 as well, and ICU: the executables of this
/// repository know the invariant culture only.
/// </summary>
internal static class CultureSwitch
{
    /// <summary>The name of the culture; null for the invariant one.</summary>
    public static string? Name { get; } = Environment.GetEnvironmentVariable("LSTM_TEST_CULTURE");

    /// <summary>The invariant culture, but for numbers that are written in another way: it is there without ICU, too.</summary>
    public static CultureInfo Strange { get; } = new(CultureInfo.InvariantCulture.Name)
    {
        NumberFormat = new()
        {
            NumberDecimalSeparator = ",",
            NumberGroupSeparator = "'",
            NegativeSign = "−",
            NaNSymbol = "keine",
            PositiveInfinitySymbol = "∞",
            NegativeInfinitySymbol = "−∞",
            PercentSymbol = "p.c.",
        },
    };

    /// <summary>What something gives in a culture.</summary>
    public static T In<T>(CultureInfo culture, Func<T> action)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            return action();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "It is the one place before all tests.")]
    internal static void Set()
    {
        if (Name != null)
        {
            CultureInfo culture = CultureInfo.GetCultureInfo(Name);
            (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.DefaultThreadCurrentUICulture) = (culture, culture);
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
        }
    }
}
