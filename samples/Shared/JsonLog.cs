using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lstm.Samples;

/// <summary>A file with a line of JSON for each result, complete on disk after each, so that it can be watched.</summary>
public sealed class JsonLog
{
    // JSON has no NaN and no infinity: they become the texts "NaN", "Infinity" and "-Infinity".
    private static readonly JsonSerializerOptions s_options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _path;

    /// <summary>Creates the file, empty.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public JsonLog(string path)
    {
        _path = path;
        Write(() => File.WriteAllText(path, ""));
    }

    /// <param name="row">An object whose properties become those of the line.</param>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Append<T>(T row)
    {
        string line = JsonSerializer.Serialize(row, s_options);
        Write(() => File.AppendAllText(_path, line + "\n"));
    }

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot write the lines of JSON to '{_path}': {exception.Message}");
        }
    }
}
