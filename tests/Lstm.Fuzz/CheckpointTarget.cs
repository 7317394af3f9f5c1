namespace Lstm.Fuzz;

/// <summary>Checkpoints of a trainer, restored into one; and the folder that falls back to the one before.</summary>
internal sealed class CheckpointTarget : Target, IDisposable
{
    private const int FolderEvery = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("lstm-fuzz-").FullName;
    private readonly FuzzTraining _training = new();
    private int _reads;

    public CheckpointTarget()
        : base("checkpoint", FuzzTraining.SoundCheckpoints())
    {
        new CheckpointFolder<float>(_folder).Save(_training.Trainer.Checkpoint());
    }

    public override bool HasChecksum => true;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public override byte[] Snapshot() => SoundFiles.Bits(_training.Trainer.Optimizer.State, _training.Trainer.Model.Parameters.State, _training.Trainer.Bptt.CarriedState);

    public override void Read(string path)
    {
        if (_reads++ % FolderEvery == 0)
        {
            File.Copy(path, Path.Combine(_folder, "checkpoint-000002.safetensors"), overwrite: true);
            _ = new CheckpointFolder<float>(_folder).LoadNewest() ?? throw new InvalidOperationException("The folder has a whole checkpoint.");
        }

        _training.Restore(Checkpoint<float>.Load(path));
    }

    public override bool IsDocumented(Exception error) => error is InvalidDataException or ArgumentException
        || (error is NotSupportedException && error.Message.Contains("newer", StringComparison.Ordinal));
}
