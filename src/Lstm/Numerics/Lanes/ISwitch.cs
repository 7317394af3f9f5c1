namespace Lstm.Numerics;

/// <summary>An option known to the compiler, so that code that is off costs nothing.</summary>
internal interface ISwitch
{
    static abstract bool IsOn { get; }
}
