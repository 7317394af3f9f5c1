using System.Reflection;
using Xunit;

namespace Lstm.Mutations;

/// <summary>The classes of tests/Lstm.Tests.</summary>
internal static class TestSuite
{
    public const string Root = "Lstm.Tests.";

    public static Assembly Assembly { get; } = Assembly.Load("Lstm.Tests");

    /// <summary>The classes that wrong terms are tried against; not those that start programs and wait for them.</summary>
    public static IEnumerable<string> Classes => Assembly.GetTypes()
        .Where(type => !type.IsAbstract && type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute))))
        .Where(type => type.Namespace != Root + "Samples" && type.Name != "KillTests")
        .Select(type => type.FullName!);

    /// <summary>The class of a test: what stands before the name of its method, which its arguments follow.</summary>
    public static string ClassOf(string test)
    {
        string method = test.Split('(')[0];
        return method[..method.LastIndexOf('.')];
    }
}
