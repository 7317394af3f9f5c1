namespace Lstm.Tests;

/// <summary>A test of what the mode of a file or folder forbids, which it does neither to root nor on Windows: skipped there.</summary>
public sealed class UnprivilegedUnixFactAttribute : FactAttribute
{
    public UnprivilegedUnixFactAttribute() =>
        Skip = OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess ? "To root and to Windows no folder is read-only." : null;
}
