namespace Lstm.Numerics;

/// <summary>An option known to the compiler, so that what is off costs nothing.</summary>
internal interface ISwitch
{
    static abstract bool IsOn { get; }
}
