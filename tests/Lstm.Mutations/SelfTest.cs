namespace Lstm.Mutations;

/// <summary>Wrong terms whose verdict is known, against one class of tests: whether the proof can be believed.</summary>
internal static class SelfTest
{
    private const string Bits = "BitsPerCharacter";
    private const string Error = "MeanAbsoluteError";

    private static readonly (Mutation Mutation, Verdict Expected)[] s_known =
    [
        (new(Bits, "meanLoss / Ln2", "meanLoss"), Verdict.Killed),                            // an expression
        (new(Bits, "double Ln2 = 0.69314718055994530942", "double Ln2 = 1"), Verdict.Killed), // a declaration
        (new(Bits, "=> meanLoss / Ln2;", "{ return Ln2 / meanLoss; }"), Verdict.Killed),      // a body
        (new(Error, "Accumulate(1, weight);", ""), Verdict.Killed),                           // a statement
        (new(Error, "Accumulate(\n    1,weight );", "Accumulate(1, 0);"), Verdict.Killed),    // wrapped otherwise
        (new(Bits, "meanLoss / Ln2", "(meanLoss / Ln2)"), Verdict.Survived),
        (new(Bits, "meanLoss / Ln2", "meanLoss / Ln3"), Verdict.NoBuild),
        (new(Error, "Accumulate(1, weight);", "while (weight >= 0) { }"), Verdict.Hung),
        (new(Error, "Accumulate(1, weight);", "Environment.FailFast(null);"), Verdict.Crashed),
    ];

    private static readonly Mutation[] s_fitting =
    [
        new("rnn (6)", "da = GradientLimit.Apply(da, at.GradientLimit);", ""),
        new("RnnCell.BackwardUnits (6)", "da = GradientLimit.Apply(da, at.GradientLimit); // comment", ""),
        new("BackwardUnits", "{ TLane dh = TLane.Load(at.HiddenGradient, u);", "{"),
    ];

    private static readonly Mutation[] s_stale =
    [
        new(Bits, "Ln3", "Ln2"),
        new(Bits, "Ln2", "Ln3"), // twice
        new(Bits, "Ln", "Ln2"),  // a part of a token
        new("NoType", "Ln2", "Ln3"),
        new("rnn (1)", "da = GradientLimit.Apply(da, at.GradientLimit);", ""), // it has another number
        new("RnnCell.ForwardUnits (6)", "da = GradientLimit.Apply(da, at.GradientLimit);", ""),
        new("no subject (6)", "da = GradientLimit.Apply(da, at.GradientLimit);", ""),
    ];

    /// <returns>0 where everything is as expected.</returns>
    public static async Task<int> RunAsync(LibraryCompiler compiler)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, KillerTable.Empty);
            KillerTable killers = new(file);
            using Proof proof = new(compiler, killers, ["Lstm.Tests.Metrics.MetricTests"], parallel: 2, mostCpu: TimeSpan.FromSeconds(5));
            Mutation[] mutations = [.. s_known.Select(known => known.Mutation)];
            Trial[] trials = await proof.RunAsync(mutations, static _ => { });
            killers.Save(mutations);
            KillerTable reloaded = new(file);
            bool[] passed =
            [
                .. s_known.Select(known => Passes($"{known.Expected}: {known.Mutation}", VerdictOn(known.Mutation) == known.Expected)),
                .. s_fitting.Select(fitting => Passes($"fits: {fitting}", !IsRefused(compiler, fitting))),
                .. s_stale.Select(stale => Passes($"stale: {stale}", IsRefused(compiler, stale))),
                .. trials.Where(trial => trial.IsProven)
                    .Select(trial => Passes($"recorded: {trial.Detail}", reloaded.Likely(trial.Mutation)[0] == trial.Detail)),
            ];
            return passed.All(pass => pass) ? 0 : 1;

            Verdict VerdictOn(Mutation mutation) => trials.Single(trial => trial.Mutation == mutation).Verdict;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool Passes(string what, bool passes)
    {
        Console.WriteLine($"{(passes ? "passed" : "FAILED")}  {what}");
        return passes;
    }

    private static bool IsRefused(LibraryCompiler compiler, Mutation mutation)
    {
        try
        {
            compiler.Check([mutation]);
            return false;
        }
        catch (MutationException)
        {
            return true;
        }
    }
}
