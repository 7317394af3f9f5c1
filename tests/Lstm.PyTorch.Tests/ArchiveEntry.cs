namespace Lstm.PyTorch.Tests;

/// <summary>An entry of an archive that is written by hand.</summary>
/// <param name="Name">The name.</param>
/// <param name="Bytes">The bytes.</param>
internal sealed record ArchiveEntry(string Name, byte[] Bytes);
