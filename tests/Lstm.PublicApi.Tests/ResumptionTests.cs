namespace Lstm.PublicApi.Tests;

/// <summary>A training that goes on from files gives the bits of one that did not stop.</summary>
public sealed class ResumptionTests
{
    private const int Steps = 4, Batch = 3, InputSize = 4;

    private static readonly int[] s_lengths = [4, 0, 2];

    public static TheoryData<string> All => Subjects.All;

    [Theory]
    [MemberData(nameof(All))]
    public void A_training_goes_on_to_the_bit(string name)
    {
        (Sequential<float> model, Trial<float> trial, Adam<float> optimizer) = Begin(name, seed: 1);
        (Sequential<float> resumed, Trial<float> resumedTrial, Adam<float> resumedOptimizer) = Begin(name, seed: 2);
        Train(trial, optimizer, first: 0, count: 3);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            model.Save(Path.Combine(folder, "model"));
            optimizer.State.Save(Path.Combine(folder, "optimizer"));
            trial.Bptt.CarriedState.Save(Path.Combine(folder, "state"));
            resumed.LoadParameters(Path.Combine(folder, "model"));
            resumedOptimizer.Restore(NamedState<float>.Load(Path.Combine(folder, "optimizer")));
            resumedTrial.Bptt.Restore(NamedState<float>.Load(Path.Combine(folder, "state")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        float[] expected = Train(trial, optimizer, first: 3, count: 4), actual = Train(resumedTrial, resumedOptimizer, first: 3, count: 4);

        Same.Bits<float>(actual, expected, "numbers");
        Same.Bits<float>(resumed.Parameters.Values, model.Parameters.Values, "weights");
    }

    private static (Sequential<float> Model, Trial<float> Trial, Adam<float> Optimizer) Begin(string name, ulong seed)
    {
        Sequential<float> model = Subjects.Model<float>(name, InputSize, seed);
        return (model, new Trial<float>(model, Steps, Batch, new() { Seed = 4 }), new Adam<float>(model.Parameters, 0.01));
    }

    private static float[] Train(Trial<float> trial, Adam<float> optimizer, int first, int count)
    {
        List<float> all = [];
        for (int number = first; number < first + count; number++)
        {
            all.AddRange(trial.Window(number, number % 3 == 0 ? s_lengths : null));
            optimizer.Step();
        }

        return [.. all];
    }
}
