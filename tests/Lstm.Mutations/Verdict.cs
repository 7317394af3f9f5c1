namespace Lstm.Mutations;

/// <summary>What became of a wrong term.</summary>
internal enum Verdict
{
    /// <summary>All tests pass.</summary>
    Survived,

    /// <summary>A test fails.</summary>
    Killed,

    /// <summary>A test takes much longer than any should, or waits without end.</summary>
    Hung,

    /// <summary>The process of the tests ends within a test.</summary>
    Crashed,

    /// <summary>The process of the tests was ended by another one, as where memory is short: nothing is known.</summary>
    Ended,

    /// <summary>The wrong text does not compile: the row is wrong.</summary>
    NoBuild,
}
