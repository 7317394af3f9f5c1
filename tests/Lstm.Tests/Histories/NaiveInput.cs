namespace Lstm.Tests.Histories;

/// <summary>The input of a step: a vector, or a token id that stands for a one-hot vector.</summary>
internal readonly record struct NaiveInput(Var[]? Values, int Token);
