using System.Text;
using System.Text.Unicode;

namespace Lstm.Fuzz;

/// <summary>The two vocabularies, from texts that need not be Unicode.</summary>
internal sealed class VocabularyTarget : Target
{
    public VocabularyTarget()
        : base("vocabulary", Encoding.UTF8.GetBytes(new CharVocabulary("the cat äö字😀\n\"", new Rune('?')).ToJson()),
            Encoding.UTF8.GetBytes(WordVocabulary.Build(["the", "cat", "Übung", "😀", "\"", "sat"]).ToJson()),
            "{\"characters\":\"ab\\uD83D\\uDE00\"}"u8.ToArray())
    {
    }

    public override byte[] Snapshot() => [];

    public override void Read(string path)
    {
        // A damaged text may hold half a surrogate pair in memory, which no file in UTF-8 does.
        byte[] bytes = File.ReadAllBytes(path);
        string text = Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : string.Concat(bytes.Select(value => (char)(value < 0x80 ? value : 0xD780 + value)));
        try
        {
            CharVocabulary.FromJson(text);
        }
        catch (InvalidDataException)
        {
            WordVocabulary.FromJson(text);
        }
    }
}
