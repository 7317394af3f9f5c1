using System.Globalization;
using System.Text;

namespace Lstm;

/// <summary>The text of a record: what the compiler makes of its members, which has numbers in the culture of the thread, in the invariant culture.</summary>
internal static class RecordText
{
    /// <param name="name">The name of the record.</param>
    /// <param name="printMembers">Its method of the compiler.</param>
    public static string Of(string name, Func<StringBuilder, bool> printMembers)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            StringBuilder text = new StringBuilder(name).Append(" { ");
            return text.Append(printMembers(text) ? " }" : "}").ToString();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
