using System.Numerics;

namespace Lstm.PyTorch.Tests;

/// <summary>Models of weights that PyTorch has written compute what PyTorch computes, and the other way round.</summary>
[Collection(TorchTests.Name)]
public sealed class ConformanceTests(TorchRun run)
{
    private const double Rate = 0.1;

    public static TheoryData<string> Names => [.. TorchCase.All.Select(each => each.Name)];

    [Fact]
    public void There_are_many_cases_and_each_has_a_name_of_its_own()
    {
        TorchCase.All.Should().HaveCount(304);
        TorchCase.All.Select(each => each.Name).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_of_PyTorchs_weights_computes_its_outputs_gradients_and_next_weights(string name)
    {
        TorchCase each = Case(name);
        if (each.IsDouble)
        {
            Train<double>(each);
        }
        else
        {
            Train<float>(each);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void PyTorch_computes_the_outputs_of_our_weights(string name)
    {
        TorchCase each = Case(name);
        if (each.IsDouble)
        {
            CompareOurs<double>(each);
        }
        else
        {
            CompareOurs<float>(each);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_kinds_of_files_have_the_same_bits_and_written_weights_are_read_again(string name)
    {
        TorchCase each = Case(name);
        if (each.IsDouble)
        {
            CompareFiles<double>(each);
        }
        else
        {
            CompareFiles<float>(each);
        }
    }

    private static TorchCase Case(string name) => TorchCase.All.Single(each => each.Name == name);

    private void Train<T>(TorchCase each)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TorchStateDict<T> numbers = TorchStateDict<T>.Read(run.PathOf(each.Name + ".numbers.pt"));
        Sequential<T> model = each.Model<T>(), gradients = each.Model<T>(), after = each.Model<T>();
        TorchStateDict<T>.Read(run.PathOf(each.Name + ".pt")).CopyTo(each.Modules(model));
        numbers.Under("grad").CopyTo(each.Modules(gradients));
        numbers.Under("after").CopyTo(each.Modules(after));

        Bptt<T> bptt = Forward(each, model, numbers);
        Same.Expect(bptt.Output, numbers["y"].Values.Span, "y");
        CompareStates(each, bptt, numbers, "hn", ".h", state => state.Value);
        CompareStates(each, bptt, numbers, "cn", ".c", state => state.Value);

        numbers["dy"].Values.Span.CopyTo(bptt.OutputGradient);
        bptt.Backward();
        Same.Expect<T>(model.Parameters.Gradients, gradients.Parameters.Values, "gradients");
        CompareStates(each, bptt, numbers, "dh0", ".h", state => state.InitialGradient);
        CompareStates(each, bptt, numbers, "dc0", ".c", state => state.InitialGradient);
        if (!each.HasTokens)
        {
            Same.Expect(bptt.InputGradient, numbers["dx"].Values.Span, "dx");
        }

        new Sgd<T>(model.Parameters, Rate).Step();
        Same.Expect<T>(model.Parameters.Values, after.Parameters.Values, "weights after a step");
    }

    private void CompareOurs<T>(TorchCase each)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TorchStateDict<T> numbers = TorchStateDict<T>.Read(run.PathOf(each.Name + ".numbers.pt"));
        Same.Expect(Forward(each, TorchRun.OurModel<T>(each), numbers).Output, numbers["ours"].Values.Span, "y");
    }

    private void CompareFiles<T>(TorchCase each)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TorchStateDict<T> archive = TorchStateDict<T>.Read(run.PathOf(each.Name + ".pt"));
        Expect.SameBits(TorchStateDict<T>.Read(run.PathOf(each.Name + ".safetensors")), archive);

        Sequential<T> ours = TorchRun.OurModel<T>(each), model = each.Model<T>();
        TorchStateDict<T> written = TorchStateDict<T>.Read(run.PathOf(each.Name + ".ours.safetensors"));
        written.Tensors.Select(tensor => tensor.Name).Should()
            .Equal(archive.Tensors.Select(tensor => tensor.Name), "PyTorch has this order");
        written.CopyTo(each.Modules(model));
        model.Parameters.Values.SequenceEqual(ours.Parameters.Values).Should().BeTrue("reading is the inverse of writing");
        if (each is { IsCell: false, Kind: "LSTM" or "GRU" or "RNN" })
        {
            Activation activation = each.Nonlinearity == "tanh" ? Activation.Tanh : Activation.Relu;
            Sequential<T> created = each.IsModel
                ? written.CreateModel("rnn", "embedding", "head", activation)
                : written.CreateModel("", activation: activation);
            created.Parameters.Values.SequenceEqual(ours.Parameters.Values).Should().BeTrue("shapes tell the model");
            each.Modules(created).Should().HaveCount(each.IsModel ? 3 : 1, "the layers are those of the module");
        }
    }

    private static Bptt<T> Forward<T>(TorchCase each, Sequential<T> model, TorchStateDict<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Bptt<T> bptt = new(model, each.Steps, each.Batch, new() { Threads = 1 });
        SetStates(bptt, numbers, "h0", ".h");
        SetStates(bptt, numbers, "c0", ".c");
        if (each.HasTokens)
        {
            bptt.ForwardTokens([.. Enumerable.Range(0, each.Steps * each.Batch).Select(k => (5 * k + each.Seed) % each.Input)]);
        }
        else
        {
            bptt.Forward(numbers["x"].Values.Span);
        }

        return bptt;
    }

    /// <summary>Sets the states whose names end so, layer by layer and direction by direction, as PyTorch has them in one tensor.</summary>
    private static void SetStates<T>(Bptt<T> bptt, TorchStateDict<T> numbers, string name, string ending)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int start = 0;
        foreach (RecurrentState<T> state in bptt.States.Where(state => state.Name.EndsWith(ending, StringComparison.Ordinal)))
        {
            state.Set(numbers[name].Values.Span.Slice(start, state.Batch * state.Size));
            start += state.Batch * state.Size;
        }
    }

    private static void CompareStates<T>(
        TorchCase each, Bptt<T> bptt, TorchStateDict<T> numbers, string name, string ending, Func<RecurrentState<T>, Span<T>> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] ours =
        [
            .. bptt.States.Where(state => state.Name.EndsWith(ending, StringComparison.Ordinal))
                .SelectMany(state => values(state).ToArray()),
        ];
        bool hasState = each.Kind == "LSTM" || (ending == ".h" && each.Kind is "GRU" or "RNN");
        ours.Should().HaveCount(hasState ? numbers[name].Values.Length : 0, name);
        if (hasState)
        {
            Same.Expect<T>(ours, numbers[name].Values.Span, name);
        }
    }
}
