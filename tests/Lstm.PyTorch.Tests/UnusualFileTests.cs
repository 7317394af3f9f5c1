namespace Lstm.PyTorch.Tests;

/// <summary>Files of torch.save of unusual kinds are read, or refused with a message that says what they are.</summary>
[Collection(TorchTests.Name)]
public sealed class UnusualFileTests(TorchRun run)
{
    [Fact]
    public void Views_of_any_strides_and_offsets_are_read()
    {
        TorchStateDict<float> views = TorchStateDict<float>.Read(run.PathOf("views.pt"));

        views.Tensors.Should().HaveCount(9);
        Expect.SameBits(views, TorchStateDict<float>.Read(run.PathOf("views.safetensors")));
    }

    [Fact]
    public void Numbers_of_16_bits_are_widened()
    {
        TorchStateDict<float> expected = TorchStateDict<float>.Read(run.PathOf("halves.safetensors"));
        TorchStateDict<double> wide = TorchStateDict<double>.Read(run.PathOf("halves64.pt"));

        Expect.SameBits(TorchStateDict<float>.Read(run.PathOf("halves.pt")), expected);
        foreach (StateTensor<double> tensor in wide.Tensors)
        {
            tensor.Values.ToArray().Should().Equal(expected[tensor.Name].Values.ToArray().Select(value => (double)value));
        }
    }

    [Fact]
    public void A_tensor_of_another_width_is_refused_by_name()
    {
        FluentActions.Invoking(() => TorchStateDict<double>.Read(run.PathOf("halves.pt"))).Should().Throw<InvalidDataException>()
            .WithMessage("*tensor 'single' of float64 or of numbers of 16 bits, but it is of float32.");
    }

    [Fact]
    public void A_dictionary_within_another_one_is_found_by_its_key()
    {
        string path = run.PathOf("nested.pt");

        Expect.SameBits(TorchStateDict<float>.Read(path, "state_dict"), TorchStateDict<float>.Read(run.PathOf("nested.safetensors")));
        Expect.Refused(path, "by its key", "'epoch'", "'state_dict'", "'optimizer'");
        FluentActions.Invoking(() => TorchStateDict<float>.Read(path, "model")).Should().Throw<InvalidDataException>()
            .WithMessage("*member 'model', but there is none: the file has 'epoch', 'loss', 'names', 'best', 'state_dict', 'optimizer'.");
        FluentActions.Invoking(() => TorchStateDict<float>.Read(path, "epoch")).Should().Throw<InvalidDataException>()
            .WithMessage("*member 'epoch', but it is 3: *");
        FluentActions.Invoking(() => TorchStateDict<float>.Read(run.PathOf("nested.safetensors"), "model"))
            .Should().Throw<InvalidDataException>().WithMessage("*'model'*");
    }

    [Theory]
    [InlineData("integers.pt")]
    [InlineData("zipped_anew.pt")]
    public void Integers_are_listed(string name)
    {
        TorchStateDict<float> norm = TorchStateDict<float>.Read(run.PathOf(name));

        norm.Tensors.Select(tensor => tensor.Name).Should().Equal("weight", "bias", "running_mean", "running_var");
        norm.Others.Should().ContainSingle().Which.Should().BeEquivalentTo(new TorchOtherTensor("num_batches_tracked", "int64", []));
        FluentActions.Invoking(() => norm.Save(run.PathOf("never.safetensors"))).Should().Throw<InvalidOperationException>()
            .WithMessage("'num_batches_tracked' has elements of int64*");
    }

    [Fact]
    public void Tensors_that_share_their_numbers_share_them_here()
    {
        TorchStateDict<float> tied = TorchStateDict<float>.Read(run.PathOf("tied.pt"));

        tied["head.weight"].Values.Should().Be(tied["embedding.weight"].Values);
    }

    [Theory]
    [InlineData("module.pt", "'__main__.Own'", "state_dict()")]
    [InlineData("list.pt", "a list")]
    [InlineData("number.pt", "'step' is 7")]
    [InlineData("legacy.pt", "pickle")]
    [InlineData("script.pt", "TorchScript")]
    [InlineData("protocol4.pt", "protocol 4")]
    [InlineData("deflated.pt", "compressed by method 8")]
    public void Everything_else_is_refused_by_what_it_is(string name, params string[] parts) => Expect.Refused(run.PathOf(name), parts);
}
