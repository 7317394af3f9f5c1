namespace Lstm.Mutations;

/// <summary>A wrong term and what became of it.</summary>
/// <param name="Mutation">The term.</param>
/// <param name="Verdict">Whether a test has seen it.</param>
/// <param name="Detail">The test that has; for a text that does not compile, the error.</param>
/// <param name="Cpu">The time that its tests took.</param>
internal sealed record Trial(Mutation Mutation, Verdict Verdict, string? Detail, TimeSpan Cpu)
{
    public bool IsProven => Verdict is (Verdict.Killed or Verdict.Hung or Verdict.Crashed) && Detail != null;

    public override string ToString() => $"{Verdict,-8} {Cpu.TotalSeconds,5:f1} s  {Mutation}\n{"",26}{Detail ?? "no test fails"}";
}
