using System.Text.Json;

namespace CharLm;

/// <summary>A file with one line of JSON for each epoch, complete on disk after each, so that it can be watched.</summary>
internal sealed class JsonLog
{
    private readonly string _path;

    /// <summary>Creates the file, empty.</summary>
    /// <exception cref="UserException">The file cannot be written.</exception>
    public JsonLog(string path)
    {
        _path = path;
        Write(() => File.WriteAllText(path, ""));
    }

    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Append(EpochResult result)
    {
        string line = JsonSerializer.Serialize(new
        {
            epoch = result.Epoch,
            train_loss = result.TrainingLoss,
            valid_loss = result.ValidationLoss,
            seconds = result.Seconds,
            chars_per_second = result.CharactersPerSecond,
        });
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
