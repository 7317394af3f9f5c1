using System.Text;
using Lstm;

namespace CharLm;

/// <summary>The sub-command <c>sample</c>: a saved model writes to standard output.</summary>
internal static class SampleCommand
{
    public static int Run(SampleOptions options)
    {
        CharModel model = CharModel.Load(options.ModelFile);
        CheckPrompt(options.Prompt, model.Vocabulary);
        int[] prompt = model.Vocabulary.Encode(options.Prompt);
        Random random = options.Seed is int seed ? new Random(seed) : new Random();

        Console.Out.Write(options.Prompt);
        foreach (Rune character in new Generator(model).Generate(prompt, options.Length, options.Temperature, random))
        {
            Console.Out.Write(character.ToString());
        }

        // A file gets the text and nothing else; on a terminal, the shell's prompt belongs on a line of its own.
        if (!Console.IsOutputRedirected)
        {
            Console.Out.WriteLine();
        }

        return 0;
    }

    private static void CheckPrompt(string prompt, CharVocabulary vocabulary)
    {
        string unknown = string.Join(", ", vocabulary.UnknownIn(prompt).Select(Show));
        if (unknown != "")
        {
            throw new UserException(
                $"the prompt has what the model has never read: {unknown}. Leave that out, or train on a text that has it.");
        }
    }

    private static string Show(Rune character) => Rune.IsControl(character) ? $"U+{character.Value:X4}" : $"'{character}'";
}
