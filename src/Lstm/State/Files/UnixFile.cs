using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Lstm.Files;

/// <summary>The properties of a Unix file that .NET does not give: whether it is regular, a pipe or a device, and its owner.</summary>
/// <param name="Mode">The type and the permissions, as <c>st_mode</c> has them.</param>
/// <param name="User">The number of the owner.</param>
/// <param name="Group">The number of the group.</param>
internal readonly record struct UnixFile(int Mode, uint User, uint Group)
{
    private const int TypeMask = 0xF000, Pipe = 0x1000, Characters = 0x2000, Folder = 0x4000,
        Blocks = 0x6000, Regular = 0x8000, Socket = 0xC000;
    private const int CurrentFolder = -100;             // AT_FDCWD
    private const uint TypeModeAndOwner = 0x1B;         // STATX_TYPE, STATX_MODE, STATX_UID, STATX_GID
    private const int StatLength = 256;
    private const uint Unchanged = uint.MaxValue;

    /// <summary>The kind of a file that is not regular, in words; null for a regular file.</summary>
    public string? OtherKind => (Mode & TypeMask) switch
    {
        Regular => null,
        Folder => "a folder",
        Pipe => "a pipe",
        Socket => "a socket",
        Characters or Blocks => "a device",
        _ => "a file of another kind",
    };

    /// <summary>Follows links and returns the file that a name stands for; null if there is none or this system cannot tell.</summary>
    public static UnixFile? Of(string path)
    {
        try
        {
            byte[] name = Encoding.UTF8.GetBytes(path + '\0');
            return OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? OfLinux(name)
                : OperatingSystem.IsMacOS() || OperatingSystem.IsIOS() ? OfApple(name)
                : null;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives an open file this owner and group, or the group alone, as far as the system allows it.</summary>
    /// <returns>Whether the file now has this group.</returns>
    public bool TryGiveTo(SafeFileHandle file)
    {
        try
        {
            return ChangeOwner(file, User, Group) == 0 || ChangeOwner(file, Unchanged, Group) == 0;
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    // struct statx of statx(2) is the same on every processor: stx_uid at byte 20, stx_gid at 24, stx_mode at 28.
    private static UnixFile? OfLinux(byte[] path)
    {
        byte[] stat = new byte[StatLength];
        return LinuxStat(CurrentFolder, path, 0, TypeModeAndOwner, stat) == 0
            ? new UnixFile(Short(stat, 28), Word(stat, 20), Word(stat, 24))
            : null;
    }

    // struct stat of stat(2) with inodes of 64 bits: st_mode at byte 4, st_uid at 16, st_gid at 20.
    private static UnixFile? OfApple(byte[] path)
    {
        byte[] stat = new byte[StatLength];
        bool isThere = (RuntimeInformation.ProcessArchitecture == Architecture.X64 ? AppleStatX64(path, stat) : AppleStat(path, stat)) == 0;
        return isThere ? new UnixFile(Short(stat, 4), Word(stat, 16), Word(stat, 20)) : null;
    }

    private static int Short(byte[] stat, int at) => BitConverter.ToUInt16(stat, at);

    private static uint Word(byte[] stat, int at) => BitConverter.ToUInt32(stat, at);

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int LinuxStat(int folder, byte[] path, int flags, uint mask, byte[] stat);

    [DllImport("libc", EntryPoint = "stat")]
    private static extern int AppleStat(byte[] path, byte[] stat);

    [DllImport("libc", EntryPoint = "stat$INODE64")]
    private static extern int AppleStatX64(byte[] path, byte[] stat);

    [DllImport("libc", EntryPoint = "fchown")]
    private static extern int ChangeOwner(SafeFileHandle file, uint user, uint group);
}
