namespace Lstm.Fuzz;

/// <summary>Something that files are read into.</summary>
internal abstract class Target(string name, params byte[][] sound)
{
    public string Name { get; } = name;

    /// <summary>Files that are sound.</summary>
    public IReadOnlyList<byte[]> Sound { get; } = sound;

    /// <summary>Whether a damaged file is given a right checksum at times.</summary>
    public virtual bool HasChecksum => false;

    /// <summary>All that a failure must leave as it was.</summary>
    public abstract byte[] Snapshot();

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public abstract void Read(string path);

    /// <summary>Whether <see cref="Read"/> may end in this way.</summary>
    public virtual bool IsDocumented(Exception error) => error is InvalidDataException;
}
