namespace Lstm.Onnx.Tests;

/// <summary>Every cell with every way to run it: what ONNX Runtime computes is what the library computes.</summary>
public sealed class CombinationTests
{
    private const int InputSize = 4, HiddenSize = 8;

    private static readonly bool[] s_both = [false, true];

    public static TheoryData<string, bool, bool, bool, int> Combinations
    {
        get
        {
            TheoryData<string, bool, bool, bool, int> data = [];
            foreach (string cell in CellCatalogue.Names)
            {
                foreach (bool lengths in s_both)
                {
                    foreach (bool reverse in s_both)
                    {
                        foreach (bool states in s_both)
                        {
                            data.Add(cell, lengths, reverse, states, OnnxExportOptions.LowestOpset);
                            data.Add(cell, lengths, reverse, states, OnnxExportOptions.HighestOpset);
                        }
                    }
                }
            }

            return data;
        }
    }

    [Fact]
    public void The_combinations_are_800() => Combinations.Count.Should().Be(800);

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Outputs_and_final_states_are_those_of_the_library(string cell, bool lengths, bool reverse, bool states, int opset)
    {
        Layer<float> layer = reverse
            ? new Bidirectional<float>(() => CellCatalogue.Create(cell, InputSize, HiddenSize))
            : CellCatalogue.Create(cell, InputSize, HiddenSize);
        OnnxExportOptions options = new() { Lengths = lengths, States = states, Opset = opset };

        new Comparison(new Sequential<float>(layer), options).Run();
    }
}
