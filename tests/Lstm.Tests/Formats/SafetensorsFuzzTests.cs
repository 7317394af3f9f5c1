using System.Runtime.InteropServices;

namespace Lstm.Tests.Formats;

public sealed class SafetensorsFuzzTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Sequential<float> _model = new(new Dense<float>(3, 4));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_damaged_at_random_loads_or_is_invalid_data_and_nothing_else()
    {
        _model.Save(_folder["sound"], new Dictionary<string, string> { ["vocabulary"] = "äö\n\"字" });
        byte[] sound = File.ReadAllBytes(_folder["sound"]);
        Random random = new(20260101);
        int loaded = 0, refused = 0;
        for (int trial = 0; trial < 2000; trial++)
        {
            byte[] damaged = Damage(sound, random);
            string path = _folder.Write("damaged", damaged);
            uint[] before = Bits();
            try
            {
                _model.LoadParameters(path);
                loaded++;
                MemoryMarshal.Cast<byte, uint>(damaged.AsSpan(^64..)).SequenceEqual(Bits()).Should().BeTrue();
            }
            catch (InvalidDataException error)
            {
                refused++;
                error.Message.Should().Contain(path);
                Bits().Should().Equal(before);
            }

            ReadMetadataLoadsOrRefuses(path);
        }

        loaded.Should().BeGreaterThan(100);
        refused.Should().BeGreaterThan(1000);
    }

    private static byte[] Damage(byte[] sound, Random random)
    {
        byte[] signs = "{}[]\",:\\0189-eE.u ntf"u8.ToArray();
        byte[] damaged = [.. sound];
        for (int faults = random.Next(1, 4); faults > 0; faults--)
        {
            int position = random.Next(damaged.Length);
            switch (random.Next(6))
            {
                case 0:
                    damaged = damaged[..position];
                    return damaged;
                case 1:
                    damaged = [.. damaged[..position], .. damaged[(position + 1)..]];
                    break;
                case 2:
                    damaged = [.. damaged[..position], signs[random.Next(signs.Length)], .. damaged[position..]];
                    break;
                case 3:
                    damaged[position] = signs[random.Next(signs.Length)];
                    break;
                case 4:
                    damaged[position] = (byte)random.Next(256);
                    break;
                default:
                    damaged[position] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return damaged;
    }

    private static void ReadMetadataLoadsOrRefuses(string path)
    {
        try
        {
            ModelFile.ReadMetadata(path).Should().NotBeNull();
        }
        catch (InvalidDataException error)
        {
            error.Message.Should().Contain(path);
        }
    }

    private uint[] Bits() => MemoryMarshal.Cast<float, uint>(_model.Parameters.Values).ToArray();
}
