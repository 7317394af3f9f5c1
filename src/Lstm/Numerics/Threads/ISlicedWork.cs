namespace Lstm.Numerics;

/// <summary>Work on spans that several threads share.</summary>
internal interface ISlicedWork
{
    /// <summary>Does one slice. The result does not depend on the thread that runs it.</summary>
    void Run(int slice);
}
