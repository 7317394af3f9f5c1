namespace Lstm.Hashes;

/// <summary>A line of the report.</summary>
/// <param name="Name">Names model, element type and threads.</param>
/// <param name="Hash">Runs the model and hashes what came of it.</param>
internal sealed record HashedRun(string Name, Func<Digest> Hash);
