using Lstm.Benchmarks.Worker;

namespace Lstm.Benchmarks.Compare;

/// <summary>Whether the systems do the same work: only then do their times say anything.</summary>
internal static class Agreement
{
    /// <summary>Compares outputs and all gradients of every system with those of the first.</summary>
    /// <exception cref="CompareException">Two systems have different results, or one lacks a gradient that the other has.</exception>
    public static void Check(IReadOnlyList<SystemProcess> systems, CaseShape shape)
    {
        if (systems.Count < 2)
        {
            return;
        }

        IReadOnlyDictionary<string, Fingerprint> expected = systems[0].Check();
        foreach (SystemProcess system in systems.Skip(1))
        {
            IReadOnlyDictionary<string, Fingerprint> actual = system.Check();
            foreach (string name in expected.Keys.Union(actual.Keys))
            {
                if (!expected.TryGetValue(name, out Fingerprint first)
                    || !actual.TryGetValue(name, out Fingerprint second) || !first.Agrees(second))
                {
                    string values = $"{Describe(expected, name)} and {Describe(actual, name)}";
                    throw new CompareException($"{systems[0].Name} and {system.Name} differ in '{name}' of {shape}: {values}.");
                }
            }
        }
    }

    private static string Describe(IReadOnlyDictionary<string, Fingerprint> results, string name) =>
        results.TryGetValue(name, out Fingerprint value) ? $"sum {value.Sum:G7}, norm {value.Norm:G7}" : "nothing";
}
