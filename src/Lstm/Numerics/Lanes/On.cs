namespace Lstm.Numerics;

internal readonly struct On : ISwitch
{
    public static bool IsOn => true;
}
