using BenchmarkDotNet.Attributes;
using Lstm.Benchmarks.Naive;
using Lstm.Benchmarks.Worker;
using Lstm.Numerics;

namespace Lstm.Benchmarks.Micro;

/// <summary>The three large products of BPTT for one layer of charrnn, on one thread: T*B = 2500, 4H = 512, I = 128.</summary>
[MemoryDiagnoser]
public class GemmBenchmarks
{
    private const int Rows = 2500, Gates = 512, Inputs = 128;
    private readonly Gemm<float> _gemm = new(WorkerTeam.Shared, threads: 1);
    private readonly float[] _x = Numbers(0, Rows * Inputs), _w = Numbers(1, Gates * Inputs), _dA = Numbers(2, Rows * Gates);
    private readonly float[] _z = new float[Rows * Gates], _dX = new float[Rows * Inputs], _dW = new float[Gates * Inputs];

    /// <summary>Which product.</summary>
    public enum Form
    {
        /// <summary>Z = X W^T.</summary>
        Forward,

        /// <summary>dX = dA W.</summary>
        InputGradient,

        /// <summary>dW += dA^T X.</summary>
        WeightGradient,
    }

    [ParamsAllValues]
    public Form Product { get; set; }

    [Benchmark(Baseline = true)]
    public void Naive()
    {
        switch (Product)
        {
            case Form.Forward: Array.Clear(_z); NaiveProduct.AddByTransposed(_x, _w, _z, Rows, Gates, Inputs); break;
            case Form.InputGradient: Array.Clear(_dX); NaiveProduct.Add(_dA, _w, _dX, Rows, Inputs, Gates); break;
            default: NaiveProduct.AddTransposed(_dA, _x, _dW, Gates, Inputs, Rows); break;
        }
    }

    [Benchmark]
    public void Lstm()
    {
        Matrix<float> x = new(_x, Rows, Inputs), w = new(_w, Gates, Inputs), dA = new(_dA, Rows, Gates);
        switch (Product)
        {
            case Form.Forward: _gemm.Multiply(x, w.Transposed, new(_z, Rows, Gates), accumulate: false); break;
            case Form.InputGradient: _gemm.Multiply(dA, w, new(_dX, Rows, Inputs), accumulate: false); break;
            default: _gemm.Multiply(dA.Transposed, x, new(_dW, Gates, Inputs), accumulate: true); break;
        }
    }

    private static float[] Numbers(uint tensor, int length)
    {
        float[] numbers = new float[length];
        TestData.Fill<float>(numbers, tensor);
        return numbers;
    }
}
