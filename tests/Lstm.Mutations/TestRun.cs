namespace Lstm.Mutations;

/// <summary>How a process of tests ended.</summary>
/// <param name="Verdict">What it says about the library.</param>
/// <param name="Test">The test that failed, hung or crashed; null where all pass.</param>
/// <param name="Cpu">The time of all its threads.</param>
/// <param name="ClassTimes">What each class of tests took.</param>
internal sealed record TestRun(Verdict Verdict, string? Test, TimeSpan Cpu, IReadOnlyDictionary<string, TimeSpan> ClassTimes);
