namespace Lstm.Tests;

/// <summary>A test of what only Unix has: pipes and sockets with names, permissions, owners.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no such files." : null;
}
