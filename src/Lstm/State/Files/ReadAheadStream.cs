namespace Lstm.Files;

/// <summary>
/// Makes a stream that cannot seek, such as a pipe, seekable within what it has given so far. Memory grows in chunks with the data that
/// really arrive: no header alone can make it grow.
/// </summary>
internal sealed class ReadAheadStream(Stream source) : Stream
{
    private const int ChunkLength = 1 << 16;

    private readonly List<byte[]> _chunks = [];
    private long _length;
    private bool _isAtEnd;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    /// <summary>The number of bytes that have been read so far.</summary>
    public override long Length => _length;

    public override long Position { get; set; }

    /// <summary>Reads on until there are <paramref name="length"/> bytes from the beginning, or the source has no more.</summary>
    public void ReadAhead(long length)
    {
        while (_length < length && !_isAtEnd)
        {
            int inChunk = (int)(_length % ChunkLength);
            if (inChunk == 0)
            {
                _chunks.Add(new byte[ChunkLength]);
            }

            int read = source.Read(_chunks[^1], inChunk, (int)Math.Min(ChunkLength - inChunk, length - _length));
            _isAtEnd = read == 0;
            _length += read;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int inChunk = (int)(Position % ChunkLength);
        int count = (int)Math.Min(Math.Min(buffer.Length, ChunkLength - inChunk), Math.Max(0, _length - Position));
        if (count > 0)
        {
            _chunks[(int)(Position / ChunkLength)].AsSpan(inChunk, count).CopyTo(buffer);
            Position += count;
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
