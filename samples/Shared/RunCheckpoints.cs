using System.Globalization;

namespace Lstm.Samples;

/// <summary>The checkpoints of a run in a folder, which it goes on from where it is started again with the same options.</summary>
public sealed class RunCheckpoints
{
    /// <summary>The updates from checkpoint to checkpoint, besides those at the ends of epochs.</summary>
    public const int Interval = 100;

    private readonly CheckpointFolder<float> _folder;
    private readonly IReadOnlyDictionary<string, string> _options;

    /// <summary>Checkpoints of a run.</summary>
    /// <param name="path">The folder; created by the first checkpoint.</param>
    /// <param name="options">What a run has to have in common with the one that it goes on with, by the names of the options.</param>
    /// <exception cref="UserException">No checkpoints can be written there.</exception>
    public RunCheckpoints(string path, IReadOnlyDictionary<string, IFormattable> options)
    {
        if (File.Exists(path))
        {
            throw new UserException($"--checkpoints expects a folder, but '{path}' is a file.");
        }

        OutputFile.CheckWritable(Directory.Exists(path) ? Path.Combine(path, "checkpoint") : path, "checkpoints");
        _folder = new CheckpointFolder<float>(path);
        _options = options.ToDictionary(option => option.Key, option => option.Value.ToString(null, CultureInfo.InvariantCulture));
    }

    /// <summary>What to tell where a run was interrupted.</summary>
    public string HowToGoOn => $"To go on, start it again with the same options: its checkpoints are in '{_folder.Path}'.";

    /// <exception cref="UserException">The checkpoint cannot be written.</exception>
    public void Save(Checkpoint<float> checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        try
        {
            _folder.Save(checkpoint with { Texts = checkpoint.Texts.Concat(_options).ToDictionary() });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot write a checkpoint to '{_folder.Path}': {exception.Message}");
        }
    }

    /// <summary>Brings a trainer to where the newest checkpoint was taken, if there is one, and tells where that is.</summary>
    /// <exception cref="UserException">The checkpoints are of other options, or none of them is whole.</exception>
    public void Resume<TBatch>(Trainer<float, TBatch> trainer)
        where TBatch : class
    {
        ArgumentNullException.ThrowIfNull(trainer);
        if (Load() is not { } checkpoint)
        {
            Console.WriteLine($"checkpoints: none yet in '{_folder.Path}', the training begins");
            return;
        }

        CheckOptions(checkpoint);
        try
        {
            trainer.Restore(checkpoint);
        }
        catch (ArgumentException exception)
        {
            throw new UserException($"cannot go on from the checkpoints in '{_folder.Path}': {exception.Message}");
        }

        Console.WriteLine($"checkpoints: goes on after update {checkpoint.Step:N0}, {trainer.Epoch:N0} epochs done, from '{_folder.Path}'");
    }

    private Checkpoint<float>? Load()
    {
        try
        {
            return _folder.LoadNewest(warning => Console.Error.WriteLine($"warning: {warning}"));
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot go on from the checkpoints in '{_folder.Path}': {exception.Message}");
        }
    }

    private void CheckOptions(Checkpoint<float> checkpoint)
    {
        foreach ((string name, string value) in _options)
        {
            if (!checkpoint.Texts.TryGetValue(name, out string? before))
            {
                throw new UserException($"the checkpoints in '{_folder.Path}' are of another program: they tell no {name}.");
            }

            if (before != value)
            {
                throw new UserException(
                    $"the checkpoints in '{_folder.Path}' are of a run with {name} {before}, but this one has {value}: "
                    + "start it with the options that it had, or choose another folder.");
            }
        }
    }
}
