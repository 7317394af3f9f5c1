namespace Lstm.PublicApi.Tests;

/// <summary>Results are the same bits for any number of threads.</summary>
public sealed class ThreadTests
{
    private static readonly int[] s_lengths = [3, 0, 5, 1];

    public static TheoryData<string> All => Subjects.All;

    public static TheoryData<string> Cells => Subjects.Cells;

    [Theory]
    [MemberData(nameof(All))]
    public void Any_number_of_threads_gives_the_same_bits(string name)
    {
        double[] expected = Run(threads: 1);
        foreach (int threads in (int[])[2, 3, 7])
        {
            Same.Bits<double>(Run(threads), expected, $"numbers of {threads} threads");
        }

        double[] Run(int threads) => new Trial<double>(
            Subjects.Model<double>(name, 4), steps: 5, batch: 4, new() { Threads = threads, Seed = 5 }).Windows(3, s_lengths);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Workers_that_share_the_steps_of_few_sequences_give_the_same_bits(string name)
    {
        foreach (int batch in (int[])[1, 2])
        {
            float[] expected = Run(batch, threads: 1);
            Same.Bits<float>(Run(batch, threads: 2), expected, $"numbers of 2 threads, batch {batch},");
            Same.Bits<float>(Run(batch, threads: 3), expected, $"numbers of 3 threads, batch {batch},");
        }

        float[] Run(int batch, int threads)
        {
            Sequential<float> model = new(Subjects.Cell<float>(name, 5, hiddenSize: 67), new Dense<float>(name[0] == 'p' ? 65 : 67, 3));
            model.Initialize(2);
            return new Trial<float>(model, steps: 12, batch, new() { Threads = threads }).Windows(4, batch == 2 ? [7, 12] : null);
        }
    }
}
