using System.Numerics;
using Lstm.Tests.Formats;

namespace Lstm.Tests.Optimizers;

public sealed class OptimizerStateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder["state.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void A_resumed_run_has_the_bits_of_one_that_did_not_stop_in_float(string name) => CheckResumption<float>(name);

    [Theory]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void A_resumed_run_has_the_bits_of_one_that_did_not_stop_in_double(string name) => CheckResumption<double>(name);

    [Theory]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void A_warm_step_allocates_nothing(string name)
    {
        Optimizer<float> optimizer = OptimizerCases.Create(name, OptimizerCases.Model<float>().Parameters);
        LearningRateSchedule schedule = LearningRateSchedule.Cosine(0.01, 100).AfterWarmUp(3);
        WeightAverage<float> average = WeightAverage<float>.Exponential(optimizer.Parameters);
        void Step()
        {
            GradientClipping.ByValue(optimizer.Parameters, 1);
            GradientClipping.ByNorm(optimizer.Parameters, 1);
            GradientClipping.ByGlobalNorm(optimizer.Parameters, 1);
            optimizer.LearningRate = schedule.At(optimizer.Steps);
            optimizer.Step();
            average.Update();
        }

        Allocations.LeastOf(Step).Should().Be(0);
    }

    [Fact]
    public void The_state_names_every_moment_of_every_parameter()
    {
        Optimizer<double> adam = OptimizerCases.Create("adam", new Sequential<double>(new Dense<double>(2, 3)).Parameters);
        OptimizerCases.Train(adam, 0, 2);

        adam.State.Kind.Should().Be("Adam");
        adam.State.Steps.Should().Be(2);
        adam.State.Tensors.Select(tensor => $"{tensor.Name} {string.Join(",", tensor.Shape)}")
            .Should().Equal("mean.0.W 3,2", "mean.0.b 3", "variance.0.W 3,2", "variance.0.b 3");
        adam.State.Numbers.Should().Contain("learningRate", 0.01).And.Contain("beta1", 0.9).And.Contain("epsilon", 1e-8);
    }

    [Fact]
    public void A_copy_is_not_changed_by_later_steps_and_the_state_itself_is()
    {
        Optimizer<double> adam = OptimizerCases.Create("adam", OptimizerCases.Model<double>().Parameters);
        OptimizerCases.Train(adam, 0, 1);
        NamedState<double> view = adam.State, copy = view.Copy();
        double[] before = copy.Tensors[0].Values.ToArray();

        OptimizerCases.Train(adam, 1, 2);

        copy.Tensors[0].Values.ToArray().Should().Equal(before);
        view.Tensors[0].Values.ToArray().Should().NotEqual(before);
    }

    [Fact]
    public void A_state_of_something_else_is_refused_and_changes_nothing()
    {
        Sequential<double> model = OptimizerCases.Model<double>();
        Adam<double> adam = new(model.Parameters);
        OptimizerCases.Train(adam, 0, 2);
        NamedState<double> good = adam.State.Copy();
        StateTensor<double> first = good.Tensors[0];
        Dictionary<string, double> numbers = new(good.Numbers);
        Dictionary<NamedState<double>, string> bad = new()
        {
            [new Sgd<double>(model.Parameters, 0.1).State] = "*kind Adam*Sgd*",
            [new AdamW<double>(model.Parameters).State] = "*kind Adam*AdamW*",
            [new Adam<double>(model.Parameters, beta2: 0.9).State] = "*beta2*0.999*0.9*",
            [new Adam<double>(model.Parameters, weightDecay: 0.1).State] = "*weightDecay*0*0.1*",
            [new Adam<double>(model.Parameters, groups: [new(p => p.Name == "0.W") { LearningRateFactor = 2 }]).State] = "*0.W.learningRateFactor*1*2*",
            [new Adam<double>(new Sequential<double>(new Dense<double>(2, 2)).Parameters).State] = "*tensors*mean.0.W?20,3?*mean.0.W?2,2?*",
            [good with { Steps = -1 }] = "*0 or more steps*-1*",
            [good with { Numbers = new Dictionary<string, double>(numbers) { ["learningRate"] = -1 } }] = "*0 or more*-1*",
            [good with { Numbers = new Dictionary<string, double>() }] = "*numbers*beta1*",
            [good with { Tensors = [] }] = "*tensors*mean.0.W?20,3?*",
            [good with { Tensors = [first with { Values = new double[3] }, .. good.Tensors.Skip(1)] }] = "*60 values in mean.0.W?20,3?*3*",
        };

        foreach ((NamedState<double> state, string message) in bad)
        {
            Action restore = () => adam.Restore(state);
            restore.Should().Throw<ArgumentException>().WithMessage(message).WithParameterName("state");
        }

        Action restoreNull = () => adam.Restore(null!);
        restoreNull.Should().Throw<ArgumentNullException>();
        adam.Steps.Should().Be(2);
        adam.LearningRate.Should().Be(1e-3);
        adam.State.Tensors.SelectMany(tensor => tensor.Values.ToArray()).Should().Equal(good.Tensors.SelectMany(tensor => tensor.Values.ToArray()));
    }

    [Fact]
    public void A_file_that_holds_no_state_is_refused()
    {
        Sequential<double> model = new(new Dense<double>(2, 2));
        Dictionary<Dictionary<string, string>, string> files = new()
        {
            [[]] = "*state of training*kind and steps*",
            [new() { ["kind"] = "Adam", ["steps"] = "-1" }] = "*'steps'*-1*",
            [new() { ["kind"] = "Adam", ["steps"] = "1", ["number.beta1"] = "x" }] = "*'number.beta1'*'x'*",
        };
        foreach ((Dictionary<string, string> metadata, string message) in files)
        {
            model.Save(Path, metadata);
            Action load = () => NamedState<double>.Load(Path);
            load.Should().Throw<InvalidDataException>().WithMessage(message);
        }

        new Adam<double>(model.Parameters).State.Save(Path);
        Action loadOtherType = () => NamedState<float>.Load(Path);
        loadOtherType.Should().Throw<InvalidDataException>().WithMessage("*mean.0.W*F32*F64*");

        File.WriteAllBytes(Path, FileBytes.Of("{'mean.0.W':{'dtype':'F32','shape':[0,3000000000],'data_offsets':[0,0]}}", 0));
        loadOtherType.Should().Throw<InvalidDataException>().WithMessage("*mean.0.W*?0,3000000000?*");
    }

    [Fact]
    public void A_tensor_that_has_not_its_shape_is_not_written()
    {
        NamedState<double> state = new Adam<double>(new Sequential<double>(new Dense<double>(2, 2)).Parameters).State;
        Action save = () => (state with { Tensors = [state.Tensors[0] with { Values = new double[3] }] }).Save(Path);

        save.Should().Throw<ArgumentException>().WithMessage("*mean.0.W?2,2?*3*").WithParameterName("state");
    }

    /// <summary>What no reader would take must not replace what one does.</summary>
    [Fact]
    public void A_tensor_that_could_not_be_read_is_not_written()
    {
        NamedState<double> state = new Adam<double>(new Sequential<double>(new Dense<double>(2, 2)).Parameters).State;
        StateTensor<double> tensor = state.Tensors[0];
        Dictionary<string, StateTensor<double>[]> bad = new()
        {
            ["*name of its own*'mean.0.W' is taken*"] = [tensor, tensor],
            ["*name of its own*'__metadata__' is taken*"] = [tensor with { Name = "__metadata__" }],
            ["*name of tensor 'mean*Unicode*surrogate*"] = [tensor with { Name = "mean\ud800" }],
            ["*mean.0.W?-2,-2?*4*"] = [tensor with { Shape = [-2, -2] }],
        };
        state.Save(Path);
        byte[] before = File.ReadAllBytes(Path);

        foreach ((string message, StateTensor<double>[] tensors) in bad)
        {
            Action save = () => (state with { Tensors = tensors }).Save(Path);

            save.Should().Throw<ArgumentException>().WithMessage(message);
            _folder.Names.Should().Equal("state.safetensors");
            File.ReadAllBytes(Path).Should().Equal(before);
        }
    }

    [Fact]
    public void An_average_comes_back_from_a_file()
    {
        Sequential<float> model = OptimizerCases.Model<float>();
        WeightAverage<float> average = WeightAverage<float>.Mean(model.Parameters), other = WeightAverage<float>.Mean(model.Parameters);
        average.Update();

        average.State.Save(Path);
        other.Restore(NamedState<float>.Load(Path));

        other.Steps.Should().Be(1);
        other.State.Tensors.SelectMany(tensor => tensor.Values.ToArray()).Should().Equal(model.Parameters.Values.ToArray());
    }

    private void CheckResumption<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> whole = OptimizerCases.Model<T>(), stopped = OptimizerCases.Model<T>(), resumed = OptimizerCases.Model<T>();
        Optimizer<T> uninterrupted = OptimizerCases.Create(name, whole.Parameters);
        OptimizerCases.Train(uninterrupted, 0, 4);
        uninterrupted.LearningRate *= 0.5;
        OptimizerCases.Train(uninterrupted, 4, 9);

        Optimizer<T> before = OptimizerCases.Create(name, stopped.Parameters), after = OptimizerCases.Create(name, resumed.Parameters);
        OptimizerCases.Train(before, 0, 4);
        before.LearningRate *= 0.5;
        before.State.Save(Path);
        after.Restore(NamedState<T>.Load(Path));
        stopped.Parameters.Values.CopyTo(resumed.Parameters.Values);
        OptimizerCases.Train(after, 4, 9);

        after.Steps.Should().Be(9);
        resumed.Parameters.Values.ToArray().Should().Equal(whole.Parameters.Values.ToArray());
        after.State.Tensors.SelectMany(tensor => tensor.Values.ToArray())
            .Should().Equal(uninterrupted.State.Tensors.SelectMany(tensor => tensor.Values.ToArray()));
    }
}
