namespace Lstm.PyTorch.Archives;

/// <summary>Takes the next bytes of an entry, as many as fill the buffer except at the entry's end.</summary>
internal delegate void ChunkAction(ReadOnlySpan<byte> chunk);
