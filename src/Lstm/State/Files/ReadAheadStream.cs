namespace Lstm.Files;

/// <summary>
/// What a stream that cannot seek, such as a pipe, has given so far, as one that can. It grows by what really comes, in chunks: nothing is allocated on the
/// word of a header.
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

    /// <summary>What has been read so far.</summary>
    public override long Length => _length;

    public override long Position { get; set; }

    /// <summary>Reads on until there are so many bytes from the beginning, or there are no more.</summary>
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
