using System.Numerics;
using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>Files that h5py wrote in Keras' layouts give models that compute what Keras' equations say.</summary>
public sealed class EquationTests
{
    public static TheoryData<string> Names => ReferenceModel.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_of_Keras_3_compute_what_Keras_does(string name)
    {
        Check<float>(name, (reference, file, dtype) => reference.Weights(file, dtype));
        Check<double>(name, (reference, file, dtype) => reference.Weights(file, dtype));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_of_Keras_2_compute_what_Keras_does(string name)
    {
        Check<float>(name, (reference, file, dtype) => reference.Legacy(file, dtype));
        Check<double>(name, (reference, file, dtype) => reference.Legacy(file, dtype));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Archives_of_Keras_3_compute_what_Keras_does(string name)
    {
        CheckModel<float>(name, isFunctional: false);
        CheckModel<double>(name, isFunctional: false);
        CheckModel<double>(name, isFunctional: true);
    }

    [Fact]
    public void Weights_are_read_of_an_archive_and_of_a_compressed_one()
    {
        foreach (bool isDeflated in (bool[])[false, true])
        {
            Check<double>("all", (reference, file, dtype) =>
            {
                JsonObject archive = reference.Archive(file, dtype);
                archive["deflated"] = isDeflated;
                return archive;
            });
        }
    }

    [Fact]
    public void Weights_are_read_of_a_whole_model_of_Keras_2_with_long_lists_of_names() =>
        Check<double>("all", (reference, file, dtype) =>
        {
            JsonObject legacy = reference.Legacy(file, dtype);
            legacy["whole_model"] = true;
            legacy["attribute_limit"] = 100;
            return legacy;
        });

    [Theory]
    [InlineData("earliest", 60)]
    [InlineData("latest", 3)]
    [InlineData("latest", 12)]
    [InlineData("latest", 40)]
    [InlineData("v108", 12)]
    public void Groups_of_any_form_are_read(string version, int layers)
    {
        Random random = new(5);
        ReferenceModel reference = new([.. Enumerable.Range(0, layers).Select(_ => new ReferenceDense(random, 3, 3))]);
        using Scratch scratch = new();
        JsonObject file = reference.Weights(scratch["model.weights.h5"], "float64");
        file["libver"] = version == "earliest" ? version : new JsonArray(version, "latest");
        H5Py.Write(file);
        Sequential<double> model = reference.Make<double>();

        KerasWeights.Load(model, scratch["model.weights.h5"]);

        model.ShouldCompute(reference);
    }

    [Theory]
    [InlineData("float16")]
    [InlineData("float32")]
    public void Smaller_numbers_become_larger_ones(string dtype)
    {
        ReferenceModel reference = ReferenceModel.Of("LSTM");
        using Scratch scratch = new();
        H5Py.Write(reference.Weights(scratch["a.weights.h5"], dtype));
        Sequential<double> model = reference.Make<double>();

        KerasWeights.Load(model, scratch["a.weights.h5"]);

        double kernel = reference.Layers[0].Variables[0].At(1, 2);
        model.Parameters["0.W"].Value[2 * 3 + 1].Should().Be(dtype == "float16" ? (double)(Half)kernel : kernel);
    }

    private static void Check<T>(string name, Func<ReferenceModel, string, string, JsonObject> describe)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReferenceModel reference = ReferenceModel.Of(name);
        using Scratch scratch = new();
        H5Py.Write(describe(reference, scratch["model"], Comparison.Dtype<T>()));
        Sequential<T> model = reference.Make<T>();

        KerasWeights.Load(model, scratch["model"]);

        model.ShouldCompute(reference);
    }

    private static void CheckModel<T>(string name, bool isFunctional)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReferenceModel reference = ReferenceModel.Of(name);
        using Scratch scratch = new();
        H5Py.Write(reference.Archive(scratch["model.keras"], Comparison.Dtype<T>(), isFunctional));

        KerasModel<T> model = KerasModel<T>.Load(scratch["model.keras"]);

        model.Model.ShouldCompute(reference);
        model.OutputActivation.Should().Be(name == "all" ? "softmax" : "linear");
        model.ReturnsSequences.Should().BeTrue();
        model.MasksZero.Should().BeFalse();
    }
}
