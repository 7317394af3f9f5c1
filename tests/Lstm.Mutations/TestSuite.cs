using System.Reflection;
using Xunit;

namespace Lstm.Mutations;

/// <summary>The classes of tests/Lstm.Tests and of tests/Lstm.PublicApi.Tests.</summary>
internal static class TestSuite
{
    private const string Root = "Lstm.Tests.", PublicRoot = "Lstm.PublicApi.Tests.";

    public static IReadOnlyList<Assembly> Assemblies { get; } = [Assembly.Load("Lstm.Tests"), Assembly.Load("Lstm.PublicApi.Tests")];

    /// <summary>The classes that wrong terms are tried against; not those that start programs and wait for them.</summary>
    public static IEnumerable<string> Classes => Assemblies.SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsAbstract && type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute))))
        .Where(type => type.Namespace != Root + "Samples" && type.Name != "KillTests")
        .Select(type => type.FullName!);

    /// <summary>A test without what most names begin with.</summary>
    public static string ShortName(string test) => test.StartsWith(Root, StringComparison.Ordinal) ? test[Root.Length..] : test;

    /// <summary>The test of a <see cref="ShortName"/>.</summary>
    public static string FullName(string name) => name.StartsWith(PublicRoot, StringComparison.Ordinal) ? name : Root + name;

    /// <summary>The assembly of a class.</summary>
    public static Assembly AssemblyOf(string type) =>
        Assemblies.First(assembly => type.StartsWith(assembly.GetName().Name + ".", StringComparison.Ordinal));

    /// <summary>The class of a test: what stands before the name of its method, which its arguments follow.</summary>
    public static string ClassOf(string test)
    {
        string method = test.Split('(')[0];
        return method[..method.LastIndexOf('.')];
    }
}
