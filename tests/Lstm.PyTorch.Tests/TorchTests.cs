namespace Lstm.PyTorch.Tests;

/// <summary>The tests that share what PyTorch has computed.</summary>
[CollectionDefinition(Name)]
public sealed class TorchTests : ICollectionFixture<TorchRun>
{
    public const string Name = "PyTorch";
}
