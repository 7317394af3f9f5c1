using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>Files that are damaged at random give documented errors, small allocations, and no half of the weights.</summary>
public sealed class DamagedFileTests
{
    private const int Files = 500;
    private const long AllocationFactor = 10;
    private const long FreeAllocation = 1 << 20;

    public static TheoryData<string> Kinds => ["Keras 3", "Keras 2", "newer HDF5", "archive"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_file_gives_a_documented_error(string kind)
    {
        ReferenceModel reference = ReferenceModel.Of("all");
        using Scratch scratch = new();
        string path = scratch["model"];
        JsonObject file = kind switch
        {
            "Keras 2" => reference.Legacy(path, "float32"),
            "archive" => reference.Archive(path, "float32"),
            _ => reference.Weights(path, "float32"),
        };
        if (kind == "newer HDF5")
        {
            file["libver"] = "latest";
        }

        H5Py.Write(file);
        byte[] whole = File.ReadAllBytes(path);
        Sequential<float> model = reference.Make<float>();
        KerasWeights.Load(model, path);
        model.Initialize(1);
        float[] values = model.Parameters.Values.ToArray();
        Random random = new(1);
        int errors = 0;
        for (int k = 0; k < Files; k++)
        {
            byte[] damaged = Damage(whole, random);
            File.WriteAllBytes(path, damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                KerasWeights.Load(model, path);
                model.Parameters.Restore(model.Parameters.State);
            }
            catch (InvalidDataException)
            {
                errors++;
                model.Parameters.Values.SequenceEqual(values).Should().BeTrue($"file {k} was refused");
            }

            CheckAllocations(before, damaged.Length, k);
            values.CopyTo(model.Parameters.Values);
            if (kind == "archive")
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    KerasModel<float>.Load(path);
                }
                catch (Exception error) when (error is InvalidDataException or NotSupportedException)
                {
                    // Documented.
                }

                CheckAllocations(before, damaged.Length, k);
            }
        }

        errors.Should().BeGreaterThan(Files / 4);
    }

    private static void CheckAllocations(long before, int length, int file) =>
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(
            AllocationFactor * length + FreeAllocation, $"file {file} is small");

    private static byte[] Damage(byte[] whole, Random random)
    {
        byte[] damaged = [.. whole];
        switch (random.Next(4))
        {
            case 0:
                for (int k = random.Next(1, 9); k > 0; k--)
                {
                    damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
                }

                return damaged;
            case 1:
                // A number of some size, where numbers may be.
                int at = random.Next(damaged.Length / 8) * 8;
                BinaryPrimitives.WriteUInt64LittleEndian(damaged.AsSpan(at), (ulong)random.NextInt64() >> random.Next(64));
                return damaged;
            case 2:
                // A part that is another part.
                int length = random.Next(1, 64), from = random.Next(damaged.Length - length), to = random.Next(damaged.Length - length);
                damaged.AsSpan(from, length).ToArray().CopyTo(damaged, to);
                return damaged;
            default:
                return damaged[..random.Next(damaged.Length)];
        }
    }
}
