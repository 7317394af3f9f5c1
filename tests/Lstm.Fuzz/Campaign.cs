namespace Lstm.Fuzz;

/// <summary>
/// Reads damaged files: each is read, or refused by a documented exception that leaves everything as it was, and no more is allocated than a multiple of the
/// file. The same seed gives the same files.
/// </summary>
internal static class Campaign
{
    /// <summary>What may be allocated whatever the file: buffers, messages.</summary>
    public const int FreeBytes = 1 << 19;

    /// <summary>What may be allocated for each byte of a file. An empty JSON object in a list, three bytes, takes some two hundred.</summary>
    public const int BytesPerByte = 100;

    public static FuzzReport Run(int count, int seed)
    {
        using CheckpointTarget checkpoints = new();
        Target[] targets = [new ModelTarget(), new StateTarget(), checkpoints, new VocabularyTarget()];
        Mutator mutator = new(new Random(seed));
        FuzzReport report = new();
        string path = Path.GetTempFileName();
        try
        {
            foreach (Target target in targets)
            {
                ReadSound(target, path);
            }

            for (int k = 0; k < count; k++)
            {
                Target target = targets[k % targets.Length];
                File.WriteAllBytes(path, mutator.Damage(target.Sound, isSafetensors: target is not VocabularyTarget, target.HasChecksum));
                ReadDamaged(target, path, $"{target.Name}, file {k} of seed {seed}", report);
            }
        }
        finally
        {
            File.Delete(path);
        }

        return report;
    }

    /// <summary>The sound files have to be read, or the damaged ones would prove nothing. Twice: what is allocated once only is no matter of a file.</summary>
    private static void ReadSound(Target target, string path)
    {
        foreach (byte[] file in target.Sound.Concat(target.Sound))
        {
            File.WriteAllBytes(path, file);
            target.Read(path);
        }
    }

    private static void ReadDamaged(Target target, string path, string which, FuzzReport report)
    {
        byte[] before = target.Snapshot();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Exception? failure = null;
        try
        {
            target.Read(path);
        }
        catch (Exception error)
        {
            failure = error;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        long length = Math.Max(1, new FileInfo(path).Length);
        report.Allocated(Math.Max(0, allocated - FreeBytes) / (double)length);
        report.Count(target.Name, failure?.GetType().Name ?? "read");
        if (failure != null && !target.IsDocumented(failure))
        {
            report.Faults.Add($"{which}: {failure}");
        }

        if (failure != null && !before.AsSpan().SequenceEqual(target.Snapshot()))
        {
            report.Faults.Add($"{which}: it was refused, but has changed something. {failure.Message}");
        }

        if (allocated > FreeBytes + BytesPerByte * length)
        {
            report.Faults.Add($"{which}: {allocated} bytes were allocated for a file of {length}.");
        }
    }
}
