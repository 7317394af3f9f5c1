using System.CommandLine;
using Lstm.Onnx;

namespace Lstm.Tool;

/// <summary>The commands, and what --help says about them.</summary>
internal static class ToolCommands
{
    private const int Failure = 1, WrongUsage = 2;
    private const double DefaultTolerance = 1e-5;

    private static readonly Option<string> s_recurrent = Name("--recurrent", "rnn", "The recurrent module of a state dictionary of PyTorch");
    private static readonly Option<string> s_embedding = Name("--embedding", "embedding", "Its embedding, if it has one");
    private static readonly Option<string> s_linear = Name("--linear", "linear", "Its linear module, if it has one");

    /// <returns>0; 1 for a failure, and for models that differ; 2 for a wrong command line.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        RootCommand root = new("Shows, converts and compares model files of Lstm, ONNX, PyTorch and Keras.")
        {
            Show(output), Convert(output), Compare(output),
        };
        ParseResult result = root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        InvocationConfiguration invocation = new() { EnableDefaultExceptionHandler = false, Output = output, Error = errors };
        if (result.Errors.Count > 0)
        {
            errors.WriteLine($"error: {string.Join(' ', result.Errors.Select(error => error.Message))} See --help.");
            return WrongUsage;
        }

        try
        {
            return result.Invoke(invocation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException
            or ArgumentException)
        {
            errors.WriteLine($"error: {error.Message.ReplaceLineEndings(" ")}");
            return Failure;
        }
    }

    private static Command Show(TextWriter output)
    {
        Argument<string> file = File("FILE", "The file");
        Command command = new("show", "Shows the layers of a model, what belongs to it, and its tensors") { file, s_recurrent, s_embedding, s_linear };
        command.SetAction(result =>
        {
            ShownFile.Write(result.GetRequiredValue(file), NamesOf(result), output);
            return 0;
        });
        return command;
    }

    private static Command Convert(TextWriter output)
    {
        Argument<string> source = File("IN", "A model: .safetensors, .onnx, .keras, or a state dictionary of PyTorch, .pt, .pth or .safetensors");
        Argument<string> target = File("OUT", "The new file: .safetensors, .onnx, .weights.h5, or with --torch a .safetensors with PyTorch's names");
        Option<bool> torch = new("--torch") { Description = "Writes a state dictionary for PyTorch" };
        Option<int> opset = new("--opset")
        {
            Description = "The operator set of an ONNX file",
            DefaultValueFactory = _ => OnnxExportOptions.LowestOpset,
        };
        Option<bool> lengths = new("--lengths") { Description = "Gives an ONNX file an input of lengths" };
        Option<bool> states = new("--states") { Description = "Gives an ONNX file the states as inputs and outputs" };
        Option<bool> softmax = new("--softmax") { Description = "Ends an ONNX file with a softmax" };
        Command command = new("convert", "Writes a model in another format")
        {
            source, target, torch, opset, lengths, states, softmax, s_recurrent, s_embedding, s_linear,
        };
        command.SetAction(result =>
        {
            LoadedModel model = LoadedModel.Read(result.GetRequiredValue(source), NamesOf(result));
            OnnxExportOptions options = new()
            {
                Opset = result.GetValue(opset),
                Lengths = result.GetValue(lengths),
                States = result.GetValue(states),
                Softmax = result.GetValue(softmax),
            };
            string path = result.GetRequiredValue(target);
            model.Save(path, result.GetValue(torch) ? NamesOf(result) : null, options);
            output.WriteLine($"{path}: {model.Model.Layers.Count} layers, {model.Model.Parameters.Values.Length} parameters");
            foreach (string remark in model.Remarks)
            {
                output.WriteLine(remark);
            }

            return 0;
        });
        return command;
    }

    private static Command Compare(TextWriter output)
    {
        Argument<string> first = File("A", "A model"), second = File("B", "Another one");
        Option<double> tolerance = new("--tolerance")
        {
            HelpName = "X",
            Description = "The largest difference of outputs that counts as none",
            DefaultValueFactory = _ => DefaultTolerance,
        };
        Command command = new("compare", "Runs two models on the same random input, and tells the largest difference of their outputs")
        {
            first, second, tolerance, s_recurrent, s_embedding, s_linear,
        };
        command.SetAction(result =>
        {
            LoadedModel a = LoadedModel.Read(result.GetRequiredValue(first), NamesOf(result));
            LoadedModel b = LoadedModel.Read(result.GetRequiredValue(second), NamesOf(result));
            double difference = ModelDifference.Between(a.Model, b.Model);
            output.WriteLine($"largest difference of outputs: {difference:g3}");
            return difference <= result.GetValue(tolerance) ? 0 : Failure;
        });
        return command;
    }

    private static TorchNames NamesOf(ParseResult result) =>
        new(result.GetRequiredValue(s_recurrent), result.GetRequiredValue(s_embedding), result.GetRequiredValue(s_linear));

    private static Argument<string> File(string name, string description) => new(name) { Description = description };

    private static Option<string> Name(string name, string standard, string description) => new(name)
    {
        HelpName = "NAME",
        Description = description,
        DefaultValueFactory = _ => standard,
    };
}
