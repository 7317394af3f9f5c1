using System.Globalization;

namespace Lstm.PyTorch.Tests;

/// <summary>
/// Damaged files are read or refused, and leave the weights as they were when they are refused. LSTM_DAMAGED_PT_FILES says how many.
/// </summary>
[Collection(TorchTests.Name)]
public sealed class DamagedFileTests(TorchRun run) : IDisposable
{
    private const int FreeBytes = 3 << 19, BytesPerByte = 10;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Damaged_files_are_read_or_refused_and_nothing_else()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("LSTM_DAMAGED_PT_FILES") ?? "2000", CultureInfo.InvariantCulture);
        TorchCase each = TorchCase.All.Single(each => each.Name == "LSTM-3-5-both-projection2-float");
        string sound = run.PathOf(each.Name + ".pt");
        byte[] file = File.ReadAllBytes(sound);
        List<ArchiveEntry> entries = Archive.Entries(sound);
        Sequential<float> model = TorchRun.OurModel<float>(each);
        TorchModule<float>[] modules = each.Modules(model);
        float[] weights = model.Parameters.Values.ToArray();
        Random random = new(2026);
        int refused = 0, read = 0;
        for (int k = 0; k < count; k++)
        {
            byte[] damaged = k % 2 == 0 ? Damage(file, random) : Archive.Write(DamageOne(entries, random));
            File.WriteAllBytes(_path, damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exception? error = Record.Exception(() => TorchStateDict<float>.Read(_path).CopyTo(modules));
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            allocated.Should().BeLessThan(FreeBytes + BytesPerByte * (long)damaged.Length, $"file {k}: {error?.Message}");
            if (error is null)
            {
                read++;
                weights.CopyTo(model.Parameters.Values);
                continue;
            }

            refused++;
            error.Should().BeOfType<InvalidDataException>($"file {k}");
            model.Parameters.Values.SequenceEqual(weights).Should().BeTrue($"file {k}: {error.Message}");
        }

        refused.Should().BeGreaterThan(count / 2);
        read.Should().BeGreaterThan(count / 200, "some damage is to what nobody reads, or to numbers whose checksum is right again");
    }

    /// <summary>Damages one entry, whose checksum and length then are right again.</summary>
    private static List<ArchiveEntry> DamageOne(List<ArchiveEntry> entries, Random random)
    {
        List<ArchiveEntry> damaged = [.. entries];
        int pickle = damaged.FindIndex(entry => entry.Name.EndsWith(".pkl", StringComparison.Ordinal));
        int at = random.Next(4) == 0 ? random.Next(damaged.Count) : pickle;
        damaged[at] = damaged[at] with { Bytes = Damage(damaged[at].Bytes, random) };
        return damaged;
    }

    private static byte[] Damage(byte[] file, Random random)
    {
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(file.Length + 1), length = Math.Min(file.Length - at, random.Next(1, 40));
            byte[] part = new byte[random.Next(1, 9)];
            random.NextBytes(part);
            file = random.Next(6) switch
            {
                0 when changes == 1 => file[..at],
                1 => [.. file[..at], .. file[(at + length)..]],
                2 => [.. file[..at], .. part, .. file[at..]],
                3 => [.. file[..at], .. Part(file, random), .. file[at..]],
                _ when at < file.Length => [.. file[..at], Changed(file[at], random), .. file[(at + 1)..]],
                _ => file,
            };
        }

        return file;
    }

    private static byte Changed(byte value, Random random) => random.Next(2) == 0
        ? (byte)(value ^ (1 << random.Next(8)))
        : (byte)new[] { 0, 1, 2, 127, 128, 255, '(', ')', '}', ']', 't', 'R', 'h', 'u', 's', 'Q' }[random.Next(16)];

    private static byte[] Part(byte[] file, Random random)
    {
        int start = random.Next(file.Length);
        return file[start..(start + Math.Min(file.Length - start, random.Next(1, 80)))];
    }
}
