namespace Lstm.Files;

/// <summary>Finds the file that a name stands for; the file need not exist yet.</summary>
internal static class SymbolicLinks
{
    private const int Most = 40;        // as many as Linux follows

    /// <summary>
    /// Returns the full path of a file: that of the link's target if the name is a link, and so on if the target is a link as well.
    /// </summary>
    /// <exception cref="IOException">The links form a circle, or there are too many.</exception>
    public static string Follow(string path)
    {
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : Walk(full, path);
    }

    // The target of a link is relative to the folder in which the link really is, and .. in it to where the links before it lead, so the
    // walk goes folder by folder.
    private static string Walk(string full, string path)
    {
        string at = "";
        Stack<string> rest = [];
        Push(full);
        for (int links = 0; rest.TryPop(out string? name);)
        {
            if (name is "" or ".")
            {
                continue;
            }

            string next = name == ".." ? Path.GetDirectoryName(at) ?? at : Path.Combine(at, name);
            string? target = rest.Count > 0 ? new DirectoryInfo(next).LinkTarget : new FileInfo(next).LinkTarget;
            if (target is null)
            {
                at = next;
                continue;
            }

            if (++links > Most)
            {
                throw new IOException($"Cannot write '{path}': its symbolic links go in a circle, or there are more than {Most}.");
            }

            Push(target);
        }

        return at;

        void Push(string names)
        {
            string root = Path.GetPathRoot(names) ?? "";
            at = root == "" ? at : root;
            foreach (string name in names[root.Length..].Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse())
            {
                rest.Push(name);
            }
        }
    }
}
