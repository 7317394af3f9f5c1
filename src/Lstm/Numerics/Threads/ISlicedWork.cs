namespace Lstm.Numerics;

/// <summary>Work on spans that several threads share.</summary>
internal interface ISlicedWork
{
    /// <summary>Does one slice. What it writes does not depend on which thread it runs on.</summary>
    void Run(int slice);
}
