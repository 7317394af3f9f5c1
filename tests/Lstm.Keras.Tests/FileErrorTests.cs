using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>A file that does not fit is refused with a message that says why, and the model stays as it was.</summary>
public sealed class FileErrorTests
{
    public static TheoryData<string, string> Errors => new()
    {
        { "missing", "Expected the variable 'layers/lstm_1/cell/vars/2', the bias [16], but the file has no such; it has *" },
        { "missing layer", "Expected the variable 'layers/dense_1/vars/0', the kernel [6,2], but the file has no such*" },
        { "surplus", "Expected the variables of the model's 5 layers alone, but the file also has 'layers/dense_2/vars/0' [2]." },
        { "surplus of a layer", "*but the file also has 'layers/lstm/cell/vars/3' [2]." },
        { "transposed", "Expected the shape [3,20] of 'layers/lstm/cell/vars/0', the kernel, but got [20,3]." },
        { "one dimension", "Expected the shape [3,20] of 'layers/lstm/cell/vars/0', the kernel, but got [60]." },
        { "integers", "Expected little-endian floating point numbers of 16, 32 or 64 bits in 'layers/lstm/cell/vars/0'*" },
        { "big-endian", "Expected little-endian floating point numbers of 16, 32 or 64 bits in 'layers/lstm/cell/vars/0'*" },
        { "chunks", "Expected the numbers of 'layers/lstm/cell/vars/0' in one piece*" },
        { "double", "Expected numbers of at most 32 bits in 'layers/lstm/cell/vars/0', but it has 64*" },
        { "other layout", "Expected the group 'layers' of Keras 3, or the attribute 'layer_names' of Keras 2*it has encoder, vars." },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public void A_file_that_does_not_fit_is_refused(string what, string message) =>
        Check("two LSTMs", reference => Change(reference.Weights("", "float32"), what), message);

    [Fact]
    public void A_legacy_file_that_does_not_fit_is_refused()
    {
        Check(
            "two LSTMs",
            reference => reference.Legacy("", "float64"),
            "Expected numbers of at most 32 bits in 'z_lstm/z_lstm/lstm_cell/kernel:0'*");
        Check(
            "two LSTMs",
            reference =>
            {
                JsonObject file = reference.Legacy("", "float32");
                file["layers"]!.AsArray().RemoveAt(0);
                return file;
            },
            "Expected 4 layers with weights, but the file has 3: x_lstm, w_dense, v_dense.");
        Check(
            "two LSTMs",
            reference =>
            {
                JsonObject file = reference.Legacy("", "float32");
                file["layers"]![0]!["variables"]!.AsArray().RemoveAt(2);
                return file;
            },
            "Expected the variables kernel, recurrent_kernel, bias of a lstm in 'z_lstm', but got z_lstm/lstm_cell/kernel:0, *");
    }

    [Fact]
    public void States_seeds_and_optimizers_are_no_weights()
    {
        ReferenceModel reference = ReferenceModel.Of("two LSTMs");
        using Scratch scratch = new();
        JsonObject file = reference.Weights(scratch["a.weights.h5"], "float64");
        foreach (string path in (string[])["layers/lstm/vars/0", "layers/dropout/seed_generator/vars/0", "optimizer/vars/1"])
        {
            file["variables"]!.AsArray().Add(new Variable("", "", [2], [1, 2]).Describe(path, "float32"));
        }

        H5Py.Write(file);
        Sequential<double> model = reference.Make<double>();

        KerasWeights.Load(model, scratch["a.weights.h5"]);

        model.ShouldCompute(reference);
    }

    [Fact]
    public void A_file_that_is_none_of_Keras_is_refused()
    {
        using Scratch scratch = new();
        string path = scratch["a.weights.h5"];
        Sequential<float> model = ReferenceModel.Of("LSTM").Make<float>();
        Action load = () => KerasWeights.Load(model, path), loadModel = () => KerasModel<float>.Load(path);

        load.Should().Throw<FileNotFoundException>();
        File.WriteAllText(path, "");
        load.Should().Throw<InvalidDataException>().WithMessage("Expected an HDF5 file*");
        File.WriteAllText(path, "PK, but no archive");
        load.Should().Throw<InvalidDataException>();
        KerasWeights.Save(model, path);
        loadModel.Should().Throw<InvalidDataException>().WithMessage("Expected a .keras file with the description of a model*");
        byte[] whole = File.ReadAllBytes(path);
        float[] values = model.Parameters.Values.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            load.Should().Throw<InvalidDataException>();
        }

        model.Parameters.Values.ToArray().Should().Equal(values);
    }

    private static void Check(string name, Func<ReferenceModel, JsonObject> describe, string message)
    {
        ReferenceModel reference = ReferenceModel.Of(name);
        using Scratch scratch = new();
        JsonObject file = describe(reference);
        file["file"] = scratch["a.weights.h5"];
        H5Py.Write(file);
        Sequential<float> model = reference.Make<float>();
        float[] values = model.Parameters.Values.ToArray();

        Action load = () => KerasWeights.Load(model, scratch["a.weights.h5"]);

        load.Should().Throw<InvalidDataException>().WithMessage(message);
        model.Parameters.Values.ToArray().Should().Equal(values);
    }

    private static JsonObject Change(JsonObject file, string what)
    {
        JsonArray variables = file["variables"]!.AsArray();
        JsonNode kernel = variables[0]!;
        switch (what)
        {
            case "missing":
                variables.Remove(variables.First(variable => (string?)variable!["path"] == "layers/lstm_1/cell/vars/2"));
                break;
            case "missing layer":
                variables.RemoveAt(variables.Count - 1);
                variables.RemoveAt(variables.Count - 1);
                break;
            case "surplus":
                variables.Add(new Variable("", "", [2], [1, 2]).Describe("layers/dense_2/vars/0", "float32"));
                break;
            case "surplus of a layer":
                variables.Add(new Variable("", "", [2], [1, 2]).Describe("layers/lstm/cell/vars/3", "float32"));
                break;
            case "transposed":
                kernel["shape"] = new JsonArray(20, 3);
                break;
            case "one dimension":
                kernel["shape"] = new JsonArray(60);
                break;
            case "integers":
                kernel["dtype"] = "int32";
                break;
            case "big-endian":
                kernel["dtype"] = ">f4";
                break;
            case "chunks":
                kernel["chunked"] = true;
                break;
            case "double":
                kernel["dtype"] = "float64";
                break;
            default:
                variables.Clear();
                file["groups"] = new JsonArray("encoder");
                break;
        }

        return file;
    }
}
