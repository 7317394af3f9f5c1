namespace Lstm.Tests.Conformance;

public sealed class ExactnessTests
{
    [Fact]
    public void Table()
    {
        List<string> lines = [];
        string[] only = (Environment.GetEnvironmentVariable("KINDS") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        int seeds = int.Parse(Environment.GetEnvironmentVariable("SEEDS") ?? "5");
        foreach ((string kind, int input, int size, int steps, int batch) in ((string, int, int, int, int)[])[
            ("lstm", 8, 32, 10000, 1), ("lstm", 16, 512, 1000, 1), ("lstm, peephole", 8, 32, 10000, 1), ("lstm, layer norm", 8, 32, 10000, 1), ("gru", 8, 32, 10000, 1), ("rnn", 8, 32, 10000, 1),
            ("dense", 8, 32, 10000, 1), ("embedding of tokens", 20, 32, 10000, 4), ("lstm of tokens", 20, 32, 10000, 1),
            ("lstm", 8, 32, 2000, 64),
            ("lstm, Ba, coupled, clipped", 2, 65, 7, 3), ("lstm, Ba, coupled, clipped", 2, 65, 40, 3)])
        {
            if (only.Length > 0 && !only.Contains(kind)) continue;
            Dictionary<string, double> worst = [];
            for (int seed = 0; seed < seeds; seed++)
            {
                foreach ((string name, double error) in new ExactnessCase(kind, input, size, steps, batch, seed).Errors())
                {
                    worst[name] = worst.GetValueOrDefault(name) + error / seeds;
                }
            }
            lines.Add($"{kind} {input} {size} {steps} {batch}: " + string.Join(" ", worst.Select(w => $"{w.Key} {w.Value:0.0e-00}")));
        }
        File.WriteAllLines("/tmp/exact/table.txt", lines);
    }
}
