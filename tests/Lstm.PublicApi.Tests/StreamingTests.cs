using System.Numerics;

namespace Lstm.PublicApi.Tests;

/// <summary>Steps one by one give the bits of whole windows.</summary>
public sealed class StreamingTests
{
    private const int Steps = 6, Batch = 3, InputSize = 4;

    public static TheoryData<string> Causal => Subjects.Causal;

    [Theory]
    [MemberData(nameof(Causal))]
    public void Steps_one_by_one_give_the_bits_of_the_window(string name)
    {
        Check<float>(name);
        Check<double>(name);
    }

    [Theory]
    [MemberData(nameof(Causal))]
    public void Many_threads_serve_one_model(string name)
    {
        StreamingModel<double> streaming = new(Subjects.Model<double>(name, InputSize));
        double[] expected = Stream(streaming, streaming.CreateState(Batch));

        Parallel.For(0, 6, _ => Same.Bits<double>(Stream(streaming, streaming.CreateState(Batch)), expected, "outputs"));
    }

    [Theory]
    [MemberData(nameof(Causal))]
    public void A_state_that_is_reset_or_set_goes_on_from_there(string name)
    {
        StreamingModel<double> streaming = new(Subjects.Model<double>(name, InputSize));
        StreamingState<double> state = streaming.CreateState(Batch), other = streaming.CreateState(Batch);
        double[] first = Stream(streaming, state);
        for (int k = 0; k < state.States.Count; k++)
        {
            other.States[k].Set(state.States[k].Value);
        }

        double[] second = Stream(streaming, state);
        state.Reset();

        Same.Bits<double>(Stream(streaming, other), second, "outputs from a state that was set");
        Same.Bits<double>(Stream(streaming, state), first, "outputs after a reset");
    }

    private static void Check<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        StreamingModel<T> streaming = new(Subjects.Model<T>(name, InputSize));
        Bptt<T> window = new(streaming.Model, Steps, Batch) { Training = false };
        T[] expected = window.Forward(RandomNumbers.Of<T>(Steps * Batch * InputSize, seed: 1)).ToArray();
        StreamingState<T> state = streaming.CreateState(Batch);

        Same.Bits<T>(Stream(streaming, state), expected, "outputs");
        for (int k = 0; k < state.States.Count; k++)
        {
            Same.Bits<T>(state.States[k].Value, window.States[k].Value, $"states {state.States[k].Name}");
        }
    }

    private static T[] Stream<T>(StreamingModel<T> streaming, StreamingState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = RandomNumbers.Of<T>(Steps * Batch * InputSize, seed: 1);
        return [.. x.Chunk(Batch * InputSize).SelectMany(step => streaming.Step(step, state).ToArray())];
    }
}
