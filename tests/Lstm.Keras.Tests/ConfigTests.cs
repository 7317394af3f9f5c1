using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>What config.json says is taken over, or refused with the name of the layer and of the option.</summary>
public sealed class ConfigTests
{
    /// <summary>The model, the layer (the input is layer 0), the option, its value, and the message.</summary>
    public static TheoryData<string, int, string, string, string> Refused => new()
    {
        { "LSTM", 1, "recurrent_activation", "\"hard_sigmoid\"", "*'recurrent_activation' of the layer 'layer_0' (LSTM) is hard_sigmoid*" },
        { "LSTM", 1, "activation", "\"selu\"", "*'activation' of the layer 'layer_0' (LSTM) is selu*" },
        { "LSTM", 1, "activation", "{\"class_name\": \"F\"}", "*'activation' of the layer 'layer_0' (LSTM) is {*" },
        { "LSTM", 1, "go_backwards", "true", "*'go_backwards' of the layer 'layer_0' (LSTM) is true*" },
        { "LSTM", 1, "return_state", "true", "*'return_state' of the layer 'layer_0' (LSTM) is true*" },
        { "LSTM", 1, "time_major", "true", "*'time_major' of the layer 'layer_0' (LSTM) is true*" },
        { "GRU, reset after", 1, "activation", "\"relu\"", "*'activation' of the layer 'layer_0' (GRU) is relu*" },
        { "GRU, reset after", 1, "recurrent_activation", "null", "*'recurrent_activation' of the layer 'layer_0' (GRU) is linear*" },
        { "Bidirectional LSTM", 1, "merge_mode", "\"sum\"", "*'merge_mode' of the layer 'layer_0' (Bidirectional) is sum*" },
        { "Bidirectional LSTM", 1, "merge_mode", "null", "*'merge_mode' of the layer 'layer_0' (Bidirectional) is linear*" },
        { "two LSTMs", 4, "activation", "\"relu\"", "*'activation' of the layer 'layer_3' (Dense) is relu*" },
        { "two LSTMs", 4, "activation", "\"softmax\"", "*activation softmax stands before the layer 'layer_4' (Dense)*" },
        { "two LSTMs", 2, "noise_shape", "[1, 2]", "*'noise_shape' of the layer 'layer_1' (Dropout)*" },
        { "two LSTMs", 1, "return_sequences", "false", "*'layer_2' (LSTM) stands behind one that gives the last step alone*" },
    };

    public static TheoryData<string, int, string, string, string> Wrong => new()
    {
        { "LSTM", 1, "units", "6", "Expected the shape [3,24] of 'layers/lstm/cell/vars/0', of the layer 'layer_0', but got [3,20]." },
        { "LSTM", 1, "units", "2000000000", "Expected the shape [3,8000000000] of 'layers/lstm/cell/vars/0'*" },
        { "LSTM", 1, "units", "-1", "*size of 1 or more as the option 'units' of the layer 'layer_0', but got -1." },
        { "LSTM", 1, "units", "\"5\"", "*size of 1 or more as the option 'units' of the layer 'layer_0', but got \"5\"." },
        { "LSTM", 1, "return_sequences", "1", "*true or false as the option 'return_sequences' of the layer 'layer_0', but got 1." },
        { "two LSTMs", 2, "rate", "1.5", "*rate in [0, 1) as the option 'rate' of the layer 'layer_1', but got 1.5." },
        { "GRU, reset after", 1, "reset_after", "false", "Expected the shape [15] of 'layers/gru/cell/vars/2', the bias, but got [2,15]." },
        { "LSTM", 1, "use_bias", "false", "*but the file also has 'layers/lstm/cell/vars/2' [20]." },
        { "all", 1, "input_dim", "9", "Expected the shape [9,3] of 'layers/embedding/vars/0', of the layer 'layer_0', but got [7,3]." },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_option_that_the_library_has_not_is_refused(string name, int layer, string option, string value, string message)
    {
        Action load = () => Load<float>(name, "float32", config => Options(config, layer)[option] = JsonNode.Parse(value));

        load.Should().Throw<NotSupportedException>().WithMessage(message);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_option_that_does_not_fit_is_refused(string name, int layer, string option, string value, string message)
    {
        Action load = () => Load<float>(name, "float32", config => Options(config, layer)[option] = JsonNode.Parse(value));

        load.Should().Throw<InvalidDataException>().WithMessage(message);
    }

    [Fact]
    public void A_layer_that_the_library_has_not_is_refused()
    {
        Action load = () => Load<float>("LSTM", "float32", config => config["config"]!["layers"]![1]!["class_name"] = "Conv1D");

        load.Should().Throw<NotSupportedException>().WithMessage("The layer 'layer_0' is of the class Conv1D, but*");
    }

    [Fact]
    public void Both_directions_of_the_last_step_are_refused()
    {
        Action load = () => Load<float>("Bidirectional LSTM", "float32", config =>
        {
            JsonObject options = Options(config, 1);
            options["layer"]!["config"]!["return_sequences"] = false;
            options["backward_layer"]!["config"]!["return_sequences"] = false;
        });

        load.Should().Throw<NotSupportedException>().WithMessage("*'return_sequences' of the layer 'layer_0.forward_lstm' is false*");
    }

    [Fact]
    public void Branches_are_refused()
    {
        ReferenceModel reference = ReferenceModel.Of("two LSTMs");
        using Scratch scratch = new();
        JsonObject archive = reference.Archive(scratch["a.keras"], "float32", isFunctional: true);
        JsonArray layers = archive["config"]!["config"]!["layers"]!.AsArray();
        layers[3]!["inbound_nodes"] = layers[2]!["inbound_nodes"]!.DeepClone();
        H5Py.Write(archive);

        Action load = () => KerasModel<float>.Load(scratch["a.keras"]);

        load.Should().Throw<NotSupportedException>().WithMessage("*'layer_2' (LSTM) has other inputs.");
    }

    [Fact]
    public void The_last_step_alone_is_told()
    {
        KerasModel<float> model = Load<float>("two LSTMs", "float32", config =>
        {
            Options(config, 3)["return_sequences"] = false;
            Options(config, 5)["activation"] = "sigmoid";
        });

        model.ReturnsSequences.Should().BeFalse();
        model.OutputActivation.Should().Be("sigmoid");
    }

    [Fact]
    public void Options_of_training_are_taken_over()
    {
        KerasModel<float> model = Load<float>("all", "float32", config =>
        {
            Options(config, 1)["mask_zero"] = true;
            Options(config, 3)["recurrent_dropout"] = 0.25;
            Options(config, 4)["trainable"] = false;
        });

        model.MasksZero.Should().BeTrue();
        ((Dropout<float>)model.Model.Layers[1]).Rate.Should().Be(0.25);
        ((LstmLayer<float>)model.Model.Layers[2]).Cell.Options.HiddenDropout.Should().Be(0.25);
        model.Model.Layers[3].Parameters.Should().OnlyContain(parameter => parameter.IsFrozen);
        model.Model.Layers[2].Parameters.Should().OnlyContain(parameter => !parameter.IsFrozen);
    }

    [Fact]
    public void A_bias_that_Keras_has_not_is_0_and_stays_so()
    {
        ReferenceModel reference = ReferenceModel.Of("Bidirectional GRU");
        using Scratch scratch = new();
        JsonObject archive = reference.Archive(scratch["a.keras"], "float64");
        JsonArray variables = archive["variables"]!.AsArray();
        foreach ((string path, Variable bias) in reference.Variables().Where(variable => variable.Variable.LegacyName.Contains("bias")))
        {
            Array.Clear(bias.Values);
            variables.Remove(variables.First(variable => (string?)variable!["path"] == path));
        }

        foreach (JsonNode? part in (JsonNode?[])[Options(archive, 1)["layer"]!["config"], Options(archive, 1)["backward_layer"]!["config"],
            Options(archive, 2)])
        {
            part!["use_bias"] = false;
        }

        H5Py.Write(archive);

        Sequential<double> model = KerasModel<double>.Load(scratch["a.keras"]).Model;

        model.ShouldCompute(reference);
        model.Parameters.Where(parameter => parameter.IsFrozen).Select(parameter => parameter.Name).Should().Equal(
            "0.forward.b", "0.forward.rb", "0.backward.b", "0.backward.rb", "1.b");
    }

    [Fact]
    public void Dense_layers_for_each_step_are_read()
    {
        ReferenceModel reference = ReferenceModel.Of("Bidirectional GRU");
        using Scratch scratch = new();
        JsonObject archive = reference.Archive(scratch["a.keras"], "float64");
        JsonNode dense = archive["config"]!["config"]!["layers"]![2]!.DeepClone();
        archive["config"]!["config"]!["layers"]![2] =
            ReferenceModel.Describe("TimeDistributed", "steps", new() { ["layer"] = dense });
        foreach (JsonNode? variable in archive["variables"]!.AsArray())
        {
            variable!["path"] = ((string)variable["path"]!).Replace("layers/dense/", "layers/time_distributed/layer/");
        }

        H5Py.Write(archive);

        KerasModel<double>.Load(scratch["a.keras"]).Model.ShouldCompute(reference);
    }

    private static JsonObject Options(JsonNode config, int layer) =>
        ((config["layers"] ?? config["config"]!["layers"] ?? config["config"]!["config"]!["layers"])![layer]!["config"] as JsonObject)!;

    private static KerasModel<T> Load<T>(string name, string dtype, Action<JsonObject> change)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        ReferenceModel reference = ReferenceModel.Of(name);
        using Scratch scratch = new();
        JsonObject archive = reference.Archive(scratch["a.keras"], dtype);
        change(archive["config"]!.AsObject());
        H5Py.Write(archive);
        return KerasModel<T>.Load(scratch["a.keras"]);
    }
}
