using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Lstm.Keras.Tests;

/// <summary>What the library writes is what Keras reads, and comes back as it was.</summary>
public sealed class ExportTests
{
    public static TheoryData<string> Names => ReferenceModel.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void H5py_reads_the_numbers_bit_for_bit(string name)
    {
        CheckWritten<float>(ReferenceModel.Of(name));
        CheckWritten<double>(ReferenceModel.Of(name));
    }

    [Fact]
    public void H5py_reads_a_model_of_many_layers()
    {
        Random random = new(5);
        CheckWritten<float>(new([.. Enumerable.Range(0, 70).Select(_ => new ReferenceDense(random, 2, 2))]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_come_back_as_they_were(string name)
    {
        CheckRoundTrip<float>(name);
        CheckRoundTrip<double>(name);
    }

    [Fact]
    public void A_file_is_replaced()
    {
        using Scratch scratch = new();
        string path = scratch["a.weights.h5"];
        File.WriteAllText(path, "old");
        Sequential<float> model = ReferenceModel.Of("LSTM").Make<float>();

        KerasWeights.Save(model, path);

        KerasWeights.Load(model, path);
        Directory.GetFiles(Path.GetDirectoryName(path)!).Should().Equal(path);
    }

    [Fact]
    public void A_name_that_Keras_does_not_take_is_refused()
    {
        Action save = () => KerasWeights.Save(ReferenceModel.Of("LSTM").Make<float>(), "model.h5");

        save.Should().Throw<ArgumentException>().WithMessage("*ends in .weights.h5*'model.h5'*");
    }

    [Fact]
    public void A_layer_that_Keras_has_not_is_refused()
    {
        CheckRefused(new Residual<float>(new Dense<float>(2, 2)), "*layer 0, a Residual*");
        CheckRefused(new LstmLayer<float>(2, 2, new() { Peepholes = true }), "*lstm has nothing for parameter '0.p' of layer 0*");
        CheckRefused(new LstmLayer<float>(2, 2, new() { LearnInitialState = true }), "*nothing for parameter '0.h0' of layer 0*");
        CheckRefused(new LstmLayer<float>(2, 2, new() { CoupledGates = true }), "*lstm has 4 gates with a bias*");
        CheckRefused(new LstmLayer<float>(2, 2, new() { Projection = 1 }), "*nothing for parameter '0.P'*");
        CheckRefused(
            new Bidirectional<float>(new LstmLayer<float>(2, 2), new GruLayer<float>(2, 2)), "*of the same kind*LstmLayer and GruLayer*");
        CheckRefused(new Bidirectional<float>(new Dense<float>(2, 2), new Dense<float>(2, 2)), "*two recurrent layers*");
    }

    private static void CheckRefused(Layer<float> layer, string message)
    {
        Action save = () => KerasWeights.Save(new Sequential<float>(layer), "model.weights.h5");

        save.Should().Throw<NotSupportedException>().WithMessage(message);
    }

    private static void CheckWritten<T>(ReferenceModel reference)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Scratch scratch = new();
        H5Py.Write(reference.Weights(scratch["in.weights.h5"], Comparison.Dtype<T>()));
        Sequential<T> model = reference.Make<T>();
        KerasWeights.Load(model, scratch["in.weights.h5"]);

        KerasWeights.Save(model, scratch["out.weights.h5"]);

        JsonElement written = H5Py.Read(scratch["out.weights.h5"]), given = H5Py.Read(scratch["in.weights.h5"]);
        Groups(written).Should().Contain("vars").And.BeSubsetOf(Groups(given));
        Dictionary<string, JsonElement> datasets = Datasets(written);
        datasets.Keys.Should().BeEquivalentTo(Datasets(given).Keys);
        foreach ((string path, Variable variable) in reference.Variables())
        {
            JsonElement dataset = datasets[path];
            dataset.GetProperty("dtype").GetString().Should().Be(typeof(T) == typeof(float) ? "<f4" : "<f8");
            dataset.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()).Should().Equal(variable.Shape);
            dataset.GetProperty("bytes").GetString().Should().Be(
                Convert.ToHexStringLower(MemoryMarshal.AsBytes(Expected<T>(variable).AsSpan())), $"'{path}' is what was loaded");
        }
    }

    /// <summary>The numbers of a variable; of the biases of a GRU with reset_after those of z and r are added up.</summary>
    private static T[] Expected<T>(Variable variable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = [.. variable.Values.Select(T.CreateTruncating)];
        if (variable.Shape.Length == 2 && variable.LegacyName.EndsWith("gru_cell/bias:0", StringComparison.Ordinal))
        {
            int gates = variable.Shape[1];
            for (int k = 0; k < gates / 3 * 2; k++)
            {
                values[k] += values[gates + k];
                values[gates + k] = T.Zero;
            }
        }

        return values;
    }

    private static void CheckRoundTrip<T>(string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReferenceModel reference = ReferenceModel.Of(name);
        using Scratch scratch = new();
        Sequential<T> model = reference.Make<T>(), other = reference.Make<T>();
        model.Initialize(3);
        other.Initialize(4);
        // Biases that are not 0, in each of their places.
        for (int k = 0; k < model.Parameters.Values.Length; k++)
        {
            model.Parameters.Values[k] += T.CreateTruncating(k * 0.001);
        }

        KerasWeights.Save(model, scratch["a.weights.h5"]);
        KerasWeights.Load(other, scratch["a.weights.h5"]);

        other.Parameters.Values.ToArray().Should().Equal(model.Parameters.Values.ToArray());
    }

    private static List<string> Groups(JsonElement file) =>
        [.. file.GetProperty("groups").EnumerateArray().Select(name => name.GetString()!)];

    private static Dictionary<string, JsonElement> Datasets(JsonElement file) =>
        file.GetProperty("datasets").EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
}
