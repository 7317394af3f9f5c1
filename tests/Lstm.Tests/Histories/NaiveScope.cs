namespace Lstm.Tests.Histories;

/// <summary>The parameters and states that a layer sees, by their names within it.</summary>
/// <param name="Prefix">What the names have in the model before those in the layer.</param>
/// <param name="Parameters">The parameters of the model.</param>
/// <param name="States">The states of one sequence, which a layer replaces by those after its last step.</param>
internal sealed record NaiveScope(string Prefix, IReadOnlyDictionary<string, Var[]> Parameters, Dictionary<string, Var[]> States)
{
    public Var[] Parameter(string name) => Parameters[Prefix + name];

    public Var[] State(string name) => States[Prefix + name];

    public void SetState(string name, Var[] value) => States[Prefix + name] = value;

    public NaiveScope Of(string part) => this with { Prefix = $"{Prefix}{part}." };
}
