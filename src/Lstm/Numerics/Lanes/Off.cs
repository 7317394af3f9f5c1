namespace Lstm.Numerics;

internal readonly struct Off : ISwitch
{
    public static bool IsOn => false;
}
