namespace Lstm;

/// <summary>A gate of a cell.</summary>
/// <param name="Name">Its letter; empty for the only one of a cell.</param>
/// <param name="FirstColumn">The first of its columns among those of all gates.</param>
/// <param name="Columns">The number of its columns.</param>
/// <param name="Activation">What makes the gate of its pre-activation.</param>
internal sealed record RecurrentGate(string Name, int FirstColumn, int Columns, Activation Activation);
