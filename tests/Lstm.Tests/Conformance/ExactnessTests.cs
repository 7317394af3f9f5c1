using System.Globalization;

namespace Lstm.Tests.Conformance;

/// <summary>
/// Float beside double over windows of thousands of steps, with a loss at every step. docs/verification.md has the errors beside PyTorch's.
/// Where the variable LSTM_EXACTNESS_TABLE names a file, there are more cases and seeds, and their means are written to it.
/// </summary>
public sealed class ExactnessTests
{
    private const string FileVariable = "LSTM_EXACTNESS_TABLE";

    private static readonly string? s_file = Environment.GetEnvironmentVariable(FileVariable);

    private static readonly SortedDictionary<string, List<Dictionary<string, double>>> s_rows = new(StringComparer.Ordinal);

    static ExactnessTests()
    {
        if (s_file is { Length: > 0 } file)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(file, s_rows.Select(row => Line(row.Key, row.Value)));
        }
    }

    public static TheoryData<string, int, int, int, int> Cases()
    {
        TheoryData<string, int, int, int, int> cases = [];
        for (int seed = 0; seed < (s_file is null ? 1 : 5); seed++)
        {
            foreach (string kind in (string[])["lstm", "lstm, peephole", "lstm, layer norm", "gru", "rnn", "dense"])
            {
                cases.Add(kind, 8, 32, 10_000, seed);
            }

            cases.Add("lstm of tokens", 4, 32, 10_000, seed);
            cases.Add("embedding of tokens", 4, 32, 10_000, seed);
            if (s_file != null)
            {
                cases.Add("lstm", 16, 512, 1000, seed);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Sums_over_thousands_of_steps_are_as_exact_as_their_terms(string kind, int input, int size, int steps, int seed)
    {
        Dictionary<string, double> errors = Noted(new ExactnessCase(kind, input, size, steps, Batch: 1, seed));

        errors.Should().AllSatisfy(error => error.Value.Should().BeLessThan(Bound(kind, error.Key), "that is the bound of {0}", error.Key));
    }

    /// <summary>The cell makes as much of the rounding of its first outputs as of a change of its inputs by half a unit.</summary>
    [Theory]
    [InlineData(1, 4e-7)]
    [InlineData(7, 5e-5)]
    public void A_chaotic_cell_is_as_exact_as_its_condition_allows(int steps, double bound)
    {
        int seeds = s_file is null ? 21 : 201;
        List<double> errors = [];
        for (int seed = 0; seed < seeds; seed++)
        {
            errors.Add(Noted(new ExactnessCase(ExactnessCase.Chaotic, Input: 2, Size: 65, steps, Batch: 3, seed))["y"]);
        }

        errors.Order().ElementAt(seeds / 2).Should().BeLessThan(bound);
    }

    /// <summary>Matrix products sum in blocks of their own; y is no sum over steps, and gain_c has the least exact terms.</summary>
    private static double Bound(string kind, string tensor) => tensor switch
    {
        "R" => 1.5e-6,
        "W" when !kind.EndsWith("tokens", StringComparison.Ordinal) => 1.5e-6,
        "y" => 8e-7,
        "gain_c" => 1.2e-6,
        _ => 5e-7,
    };

    private static Dictionary<string, double> Noted(ExactnessCase test)
    {
        Dictionary<string, double> errors = test.Errors();
        string row = string.Create(CultureInfo.InvariantCulture, $"{test.Kind} {test.Input} {test.Size} {test.Steps} {test.Batch}");
        lock (s_rows)
        {
            if (!s_rows.TryGetValue(row, out List<Dictionary<string, double>>? all))
            {
                s_rows[row] = all = [];
            }

            all.Add(errors);
        }

        return errors;
    }

    private static string Line(string row, List<Dictionary<string, double>> all) => $"{row} : " + string.Join(" ", all[0].Keys.Select(
        tensor => string.Create(CultureInfo.InvariantCulture, $"{tensor} {all.Average(errors => errors[tensor]):0.0e-00}")));
}
