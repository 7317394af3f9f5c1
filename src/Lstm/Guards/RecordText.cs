using System.Globalization;
using System.Text;

namespace Lstm;

/// <summary>
/// Builds the text of a record in the invariant culture: the method that the compiler generates formats numbers in the culture of the
/// thread.
/// </summary>
internal static class RecordText
{
    /// <param name="name">The name of the record.</param>
    /// <param name="printMembers">The <c>PrintMembers</c> method that the compiler has generated.</param>
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
