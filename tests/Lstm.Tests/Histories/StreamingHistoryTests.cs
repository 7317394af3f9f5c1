using FsCheck;
using FsCheck.Fluent;

namespace Lstm.Tests.Histories;

/// <summary>
/// Random calls of a streaming model with several states in turns, against one forward-only <see cref="Bptt{T}"/> for each state, which takes the same
/// steps as windows: the same bits after every call.
/// </summary>
public sealed class StreamingHistoryTests
{
    private const int States = 3;

    [Fact]
    public void Streams_are_windows_of_one_step()
    {
        int steps = 0;
        Prop.ForAll(Arb.From(Gen.Choose(0, int.MaxValue)), seed => steps += Run(new Random(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(77, 1));

        steps.Should().BeGreaterThan(1000);
    }

    private static int Run(Random random)
    {
        History history;
        do
        {
            history = HistoryGenerator.Create(random);
        }
        while (!history.IsCausal);

        Sequential<double> model = history.CreateModel<double>();
        Numbers.Random(model.Parameters.Values.Length, (ulong)random.Next(1, 99)).CopyTo(model.Parameters.Values);
        StreamingModel<double> streaming = new(model);
        StreamingState<double>[] states = [.. Enumerable.Range(0, States).Select(_ => streaming.CreateState(history.Batch))];
        Bptt<double>[] windows = [.. states.Select(_ => new Bptt<double>(model, 1, history.Batch, new() { ForwardOnly = true, Threads = 1 }))];
        int steps = random.Next(5, 20);
        for (int k = 0; k < steps; k++)
        {
            Change(random, model, states, windows);
            int at = random.Next(States);
            double[] actual, expected;
            if (history.Tokens)
            {
                int[] tokens = [.. Enumerable.Range(0, history.Batch).Select(_ => random.Next(history.InputSize))];
                (actual, expected) = (streaming.StepTokens(tokens, states[at]).ToArray(), windows[at].ForwardTokens(tokens).ToArray());
            }
            else
            {
                double[] x = Numbers.Random(history.Batch * history.InputSize, (ulong)random.Next(1, 1000));
                (actual, expected) = (streaming.Step(x, states[at]).ToArray(), windows[at].Forward(x).ToArray());
            }

            actual.Should().Equal(expected, "step {0} of {1}", k, history);
            states[at].States.Zip(windows[at].States).Should().AllSatisfy(pair => pair.First.Value.ToArray().Should().Equal(pair.Second.Value.ToArray()));
        }

        return steps;
    }

    /// <summary>One of what a server does between steps, to a stream and to its windows alike.</summary>
    private static void Change(Random random, Sequential<double> model, StreamingState<double>[] states, Bptt<double>[] windows)
    {
        int at = random.Next(States), sequence = random.Next(states[at].Batch), other = random.Next(States);
        switch (random.Next(8))
        {
            case 0:
                states[at].Reset();
                windows[at].ResetState();
                break;
            case 1:
                states[at].Reset(sequence);
                windows[at].ResetState(sequence);
                break;
            case 2:
                for (int k = 0; k < states[at].States.Count; k++)
                {
                    states[other].States[k].Value.CopyTo(states[at].States[k].Value);
                    windows[other].States[k].Value.CopyTo(windows[at].States[k].Value);
                }

                break;
            case 3 when states[at].States.Count > 0:
                int state = random.Next(states[at].States.Count);
                double[] value = Numbers.Random(states[at].States[state].Value.Length, (ulong)random.Next(1, 1000));
                states[at].States[state].Set(value);
                windows[at].States[state].Set(value);
                break;
            case 4:
                model.Parameters.Values[random.Next(model.Parameters.Values.Length)] += 0.1;
                break;
            default:
                break;
        }
    }
}
