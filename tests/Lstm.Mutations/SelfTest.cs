namespace Lstm.Mutations;

internal static class SelfTest { public static Task<int> RunAsync() => Task.FromResult(0); }
