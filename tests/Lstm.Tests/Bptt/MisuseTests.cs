using Lstm.Tests.Optimizers;

namespace Lstm.Tests.Bptt;

/// <summary>Two threads in one instance are told, before anything is touched; so is a call from within another one.</summary>
public sealed class MisuseTests
{
    private readonly CallingLayer _calling = new(3);
    private readonly Sequential<double> _model;
    private readonly double[] _x = Numbers.Random(2 * 3);

    public MisuseTests()
    {
        _model = new(_calling, new LstmLayer<double>(3, 4), new Dense<double>(4, 2));
    }

    private Bptt<double> Create() => new(_model, steps: 2, batch: 1, new() { Threads = 1 });

    [Fact]
    public void A_Bptt_in_use_takes_no_call()
    {
        Bptt<double> bptt = Create();
        NamedState<double> state = bptt.CarriedState;
        using GradientFlow<double> flow = new(bptt);
        double[] expected = bptt.Forward(_x).ToArray();
        bptt.Restore(state);
        Action[] calls =
        [
            () => bptt.Forward(_x), () => bptt.Backward(), () => bptt.ResetState(), () => bptt.Restore(state), () => _ = bptt.CarriedState,
            () => _ = new GradientFlow<double>(bptt), () => _ = new BackwardTrace<double>(bptt), () => flow.Dispose(),
        ];

        int told = 0;
        _calling.DuringForward = () => told += Array.FindAll(calls, IsTold).Length;
        double[] actual = bptt.Forward(_x).ToArray();
        _calling.DuringForward = null;

        told.Should().Be(calls.Length);
        actual.Should().Equal(expected, "the calls touched nothing");
        _calling.DuringBackward = () => told += Array.FindAll(calls, IsTold).Length;
        bptt.Backward();
        told.Should().Be(2 * calls.Length);
    }

    [Fact]
    public void A_backward_pass_has_the_gradients_for_itself()
    {
        Bptt<double> bptt = Create(), other = Create();
        Adam<double> adam = new(_model.Parameters);
        WeightAverage<double> average = WeightAverage<double>.Exponential(_model.Parameters);
        NamedState<double> weights = _model.Parameters.State;
        other.Forward(_x);
        Action[] calls =
        [
            () => other.Backward(),
            () => adam.Step(),
            () => average.Update(),
            () => average.Apply(),
            () => _model.Initialize(1),
            () => _model.Parameters.Restore(weights),
            () => _model.Parameters.ClearGradients(),
            () => GradientClipping.ByGlobalNorm(_model.Parameters, 1),
            () => GradientClipping.ByNorm(_model.Parameters, 1),
            () => GradientClipping.ByValue(_model.Parameters, 1),
            () => GradientClipping.GlobalNorm(_model.Parameters),
        ];

        int told = 0;
        double[] forward = [];
        _calling.DuringBackward = () =>
        {
            told = Array.FindAll(calls, IsTold).Length;
            forward = OnAnotherThread(() => Create().Forward(_x).ToArray());
        };
        double[] expected = bptt.Forward(_x).ToArray();
        bptt.OutputGradient.Fill(1);
        bptt.Backward();
        double[] gradients = _model.Parameters.Gradients.ToArray();
        _calling.DuringBackward = null;

        told.Should().Be(calls.Length);
        forward.Should().Equal(expected, "forward passes of others go on");
        adam.Steps.Should().Be(0);
        average.Steps.Should().Be(0);
        average.IsApplied.Should().BeFalse();
        _model.Parameters.ClearGradients();
        bptt.ResetState();
        bptt.Forward(_x);
        bptt.OutputGradient.Fill(1);
        bptt.Backward();
        _model.Parameters.Gradients.ToArray().Should().Equal(gradients);
        other.Backward();
        Array.ForEach(calls[1..3], call => call());
    }

    [Fact]
    public void A_streaming_state_in_use_takes_no_step()
    {
        StreamingModel<double> streaming = new(_model);
        StreamingState<double> state = streaming.CreateState(), other = streaming.CreateState();
        double[] x = _x[..3], expected = streaming.Step(x, other).ToArray(), next = streaming.Step(x, other).ToArray();
        Action[] calls = [() => streaming.Step(x, state), () => streaming.Step(new double[7], state), state.Reset];

        int told = 0;
        _calling.DuringForward = () =>
        {
            _calling.DuringForward = null;
            told = Array.FindAll(calls, IsTold).Length;
            streaming.Step(x, other);
        };

        streaming.Step(x, state).ToArray().Should().Equal(expected);
        told.Should().Be(calls.Length);
        streaming.Step(x, state).ToArray().Should().Equal(next);
    }

    [Fact]
    public void After_an_error_the_instance_serves_again()
    {
        Bptt<double> bptt = Create();
        StreamingModel<double> streaming = new(_model);
        StreamingState<double> state = streaming.CreateState();
        Adam<double> adam = new(_model.Parameters);
        _calling.DuringForward = _calling.DuringBackward = () => throw new NotSupportedException();
        bptt.Invoking(b => b.Forward(_x)).Should().Throw<NotSupportedException>();
        streaming.Invoking(s => s.Step(_x.AsSpan(0, 3), state)).Should().Throw<NotSupportedException>();
        bptt.Invoking(b => b.Forward(new double[1])).Should().Throw<ArgumentException>();
        _calling.DuringForward = null;
        bptt.Forward(_x);
        bptt.Invoking(b => b.Backward()).Should().Throw<NotSupportedException>();
        _calling.DuringBackward = null;

        bptt.Forward(_x);
        bptt.Backward();
        streaming.Step(_x.AsSpan(0, 3), state);
        adam.Step();
        adam.Invoking(a => a.Restore(WeightAverage<double>.Mean(_model.Parameters).State)).Should().Throw<ArgumentException>();
        adam.Step();
        adam.Steps.Should().Be(2);
    }

    [Fact]
    public void A_Bptt_outlives_a_crowd_of_threads()
    {
        Sequential<float> model = new(new LstmLayer<float>(64, 64), new Dense<float>(64, 8));
        float[] x = [.. Numbers.Random(5 * 16 * 64).Select(value => (float)value)];
        Bptt<float> bptt = new(model, steps: 5, batch: 16, new() { Threads = 2 });
        float[] expected = Train(bptt);
        model.Parameters.ClearGradients();

        Crowd(threads: 4, calls: 200, (_, call) =>
        {
            switch (call % 3)
            {
                case 0:
                    bptt.Forward(x);
                    break;
                case 1:
                    bptt.Backward();
                    break;
                default:
                    bptt.ResetState();
                    break;
            }
        });

        model.Parameters.ClearGradients();
        bptt.ResetState();
        Train(bptt).Should().Equal(expected);

        float[] Train(Bptt<float> engine)
        {
            float[] y = engine.Forward(x).ToArray();
            y.CopyTo(engine.OutputGradient);
            engine.Backward();
            return [.. y, .. model.Parameters.Gradients];
        }
    }

    /// <summary>Every step that was not refused is one of the sequence: nobody's was lost or done half.</summary>
    [Fact]
    public void A_streaming_state_outlives_a_crowd_of_threads()
    {
        Sequential<float> model = new(new LstmLayer<float>(8, 64), new Dense<float>(64, 8));
        StreamingModel<float> streaming = new(model);
        StreamingState<float> state = streaming.CreateState(), alone = streaming.CreateState();
        float[] x = [.. Numbers.Random(8).Select(value => (float)value)];

        int done = Crowd(threads: 4, calls: 3000, (_, _) => streaming.Step(x, state));

        for (int k = 0; k < done; k++)
        {
            streaming.Step(x, alone);
        }

        streaming.Step(x, state).ToArray().Should().Equal(streaming.Step(x, alone).ToArray());
    }

    [Theory]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void An_optimiser_outlives_a_crowd_of_threads(string name)
    {
        Sequential<float> model = OptimizerCases.Model<float>(), alone = OptimizerCases.Model<float>();
        Optimizer<float> optimizer = OptimizerCases.Create(name, model.Parameters);
        Optimizer<float> expected = OptimizerCases.Create(name, alone.Parameters);

        int done = Crowd(threads: 4, calls: 500, (_, _) => optimizer.Step());

        optimizer.Steps.Should().Be(done);
        for (int k = 0; k < done; k++)
        {
            expected.Step();
        }

        model.Parameters.Values.ToArray().Should().Equal(alone.Parameters.Values.ToArray());
    }

    [Fact]
    public void Two_optimisers_of_one_model_step_one_after_the_other()
    {
        Sequential<float> model = OptimizerCases.Model<float>();
        Optimizer<float>[] optimizers = [.. Enumerable.Range(0, 4).Select(_ => new Sgd<float>(model.Parameters, 0.1))];

        int done = Crowd(threads: 4, calls: 500, (thread, _) => optimizers[thread].Step());

        optimizers.Sum(optimizer => optimizer.Steps).Should().Be(done);
    }

    [Fact]
    public void An_average_outlives_a_crowd_of_threads()
    {
        Sequential<double> model = OptimizerCases.Model<double>();
        WeightAverage<double> average = WeightAverage<double>.Mean(model.Parameters);
        double[] weights = model.Parameters.Values.ToArray();

        int done = Crowd(threads: 4, calls: 500, (thread, call) =>
        {
            if (call % 4 == 0)
            {
                IDisposable applied = average.Apply();
                UntilNotRefused(applied.Dispose);
            }
            else
            {
                average.Update();
            }
        });

        done.Should().BePositive();
        average.IsApplied.Should().BeFalse();
        Numbers.ShouldAgree(model.Parameters.Values, weights, 1e-12);
    }

    /// <summary>Taking the average out again is refused as any other call is while another thread is inside.</summary>
    private static void UntilNotRefused(Action call)
    {
        while (true)
        {
            try
            {
                call();
                return;
            }
            catch (InvalidOperationException)
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>Calls by several threads at once; the number of those that were not refused.</summary>
    private static int Crowd(int threads, int calls, Action<int, int> call)
    {
        int done = 0;
        using Barrier start = new(threads);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(thread => new Thread(() =>
        {
            start.SignalAndWait();
            for (int k = 0; k < calls; k++)
            {
                try
                {
                    call(thread, k);
                    Interlocked.Increment(ref done);
                }
                catch (InvalidOperationException)
                {
                    // Another thread is in it, or there was nothing to go back through.
                }
            }
        }))];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(all, thread => thread.Join());
        return done;
    }

    /// <summary>Whether a call is refused on this thread, which is in the instance, and on another one.</summary>
    private static bool IsTold(Action call) =>
        MessageOf(call).Contains("from within another one of the same thread", StringComparison.Ordinal)
        && OnAnotherThread(() => MessageOf(call)).Contains("in use by another thread", StringComparison.Ordinal);

    private static TResult OnAnotherThread<TResult>(Func<TResult> call)
    {
        TResult result = default!;
        Thread thread = new(() => result = call());
        thread.Start();
        thread.Join();
        return result;
    }

    private static string MessageOf(Action call)
    {
        try
        {
            call();
            return "";
        }
        catch (InvalidOperationException error)
        {
            return error.Message;
        }
    }
}
