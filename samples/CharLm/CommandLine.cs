using System.CommandLine;

namespace CharLm;

/// <summary>The commands and what --help says about them.</summary>
internal static class CommandLine
{
    public static ParseResult Parse(string[] args, Func<TrainingOptions, int> train, Func<SampleOptions, int> sample)
    {
        RootCommand root = new(
            "Trains a character language model, an LSTM that predicts the next character of a text, and lets it write. "
            + "Without arguments it trains with the defaults below, and keeps the model with the lowest validation loss.");
        TrainingArguments.AddTo(root);
        root.SetAction(result => train(TrainingArguments.Read(result)));

        Command write = new("sample", "Lets a trained model write; the text goes to standard output");
        SampleArguments.AddTo(write);
        write.SetAction(result => sample(SampleArguments.Read(result)));
        root.Add(write);

        // Without this, a prompt that starts with @ would be taken for the name of a file with more arguments.
        return root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    }
}
