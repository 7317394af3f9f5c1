using System.Numerics;
using System.Runtime.InteropServices;

namespace Lstm.PyTorch.Tests;

/// <summary>Compares state dictionaries, and what refuses files.</summary>
internal static class Expect
{
    /// <summary>Both have the same names, shapes and bits, in the same order.</summary>
    public static void SameBits<T>(TorchStateDict<T> actual, TorchStateDict<T> expected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        actual.Tensors.Select(tensor => tensor.Name).Should().Equal(expected.Tensors.Select(tensor => tensor.Name));
        foreach (StateTensor<T> tensor in expected.Tensors)
        {
            actual[tensor.Name].Shape.Should().Equal(tensor.Shape, tensor.Name);
            MemoryMarshal.AsBytes(actual[tensor.Name].Values.Span).SequenceEqual(MemoryMarshal.AsBytes(tensor.Values.Span))
                .Should().BeTrue(tensor.Name);
        }
    }

    /// <summary>A file is refused by a message that has all these parts, and its path.</summary>
    public static void Refused(string path, params string[] parts)
    {
        string message = FluentActions.Invoking(() => TorchStateDict<float>.Read(path))
            .Should().Throw<InvalidDataException>().Which.Message;
        message.Should().ContainAll(parts).And.Contain(path);
    }
}
