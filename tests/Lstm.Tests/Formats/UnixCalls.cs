using System.Runtime.InteropServices;
using System.Text;

namespace Lstm.Tests.Formats;

/// <summary>What .NET cannot make on Unix.</summary>
internal static class UnixCalls
{
    public static void MakePipe(string path) => MakeFifo(Encoding.UTF8.GetBytes(path + '\0'), 0b110_100_100).Should().Be(0);

    /// <summary>Gives a file to somebody else, where this user may.</summary>
    public static void TryGive(string path, int user, int group) => _ = ChangeOwner(Encoding.UTF8.GetBytes(path + '\0'), user, group);

    [DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakeFifo(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "chown")]
    private static extern int ChangeOwner(byte[] path, int user, int group);
}
