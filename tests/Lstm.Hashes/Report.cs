using System.Numerics;

namespace Lstm.Hashes;

/// <summary>Prints a line for every model, element type and number of threads, and a last one over all of them.</summary>
internal static class Report
{
    /// <summary>Runs the models and prints their hashes.</summary>
    /// <param name="text">Selects lines: those whose name has this text.</param>
    /// <param name="tensors">Whether a line is followed by those of its tensors.</param>
    /// <param name="output">Takes the lines.</param>
    /// <returns>The exit code: 1 if no line has the text.</returns>
    public static int Print(string text, bool tensors, TextWriter output)
    {
        Digest all = new();
        IEnumerable<HashedRun> runs = Runs<float>().Concat(Runs<double>());
        foreach (HashedRun run in runs.Where(run => run.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))
        {
            Digest digest = run.Hash();
            output.WriteLine($"{digest}  {run.Name}");
            foreach ((string hash, string tensor) in tensors ? digest.Parts : [])
            {
                output.WriteLine($"    {hash}  {tensor}");
            }

            all.Add(digest, run.Name);
        }

        output.WriteLine($"{all}  all {all.Parts.Count} lines, {RegisterWidth.Text}");
        return all.Parts.Count > 0 ? 0 : 1;
    }

    private static IEnumerable<HashedRun> Runs<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string type = typeof(T) == typeof(float) ? "float" : "double";
        foreach (HashedModel<T> model in Catalogue<T>.Models())
        {
            foreach (int threads in model.Threads)
            {
                string name = $"{model.Name}, {type}, {threads} thread{(threads == 1 ? "" : "s")}";
                yield return new HashedRun(name, () => Histories<T>.Run(model, threads));
            }
        }
    }
}
