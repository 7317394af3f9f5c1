namespace Lstm.PyTorch.Archives;

/// <summary>An entry of a ZIP archive whose bytes lie in it as they are.</summary>
/// <param name="Name">The name, with slashes.</param>
/// <param name="HeaderStart">The place of the local header.</param>
/// <param name="Length">The number of bytes.</param>
/// <param name="Checksum">The CRC-32 of the bytes.</param>
internal sealed record StoredEntry(string Name, long HeaderStart, long Length, uint Checksum);
