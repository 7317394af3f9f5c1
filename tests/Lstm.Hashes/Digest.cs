using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Lstm.Hashes;

/// <summary>Hashes tensors, each on its own, and then the hashes of all.</summary>
internal sealed class Digest
{
    private const int Digits = 16;

    private readonly List<(string Hash, string Name)> _parts = [];

    /// <summary>What was added: the hash of a part, and its name, which is not hashed.</summary>
    public IReadOnlyList<(string Hash, string Name)> Parts => _parts;

    /// <summary>Adds the bits of a tensor.</summary>
    /// <exception cref="InvalidOperationException">A number is not finite: one NaN would hide what became of the others.</exception>
    public void Add<T>(ReadOnlySpan<T> values, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (T value in values)
        {
            if (!T.IsFinite(value))
            {
                throw new InvalidOperationException($"Expected finite numbers, but {name} has {value}.");
            }
        }

        _parts.Add((Hash(MemoryMarshal.AsBytes(values)), name));
    }

    /// <summary>Adds another digest as one part.</summary>
    public void Add(Digest other, string name) => _parts.Add((other.ToString(), name));

    /// <summary>Tells the hash over the hashes of all parts.</summary>
    public override string ToString() => Hash(Encoding.ASCII.GetBytes(string.Join('\n', _parts.Select(part => part.Hash))));

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..Digits];
}
