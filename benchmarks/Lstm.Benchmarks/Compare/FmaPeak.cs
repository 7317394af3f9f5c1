using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Lstm.Benchmarks.Compare;

/// <summary>The speed limit of the cores: fused multiply-adds on registers alone, on all threads at once.</summary>
internal static class FmaPeak
{
    /// <summary>Independent sums: latency times throughput is 8 to 10 on today's cores, and 14 registers fit in 16.</summary>
    private const int Chains = 12;
    private const double Seconds = 0.02;

    /// <summary>GFLOP/s of the best vector width.</summary>
    public static double Measure(int threads)
    {
        double best = Measure<Fma128>(threads);
        best = Vector256.IsHardwareAccelerated ? Math.Max(best, Measure<Fma256>(threads)) : best;
        return Avx512F.IsSupported ? Math.Max(best, Measure<Fma512>(threads)) : best;
    }

    private static double Measure<TVector>(int threads)
        where TVector : struct, IFmaVector<TVector>
    {
        long[] operations = new long[threads];
        double[] seconds = new double[threads];
        using Barrier start = new(threads);
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(index => new Thread(() =>
        {
            Sink = Multiply<TVector>(1, 0.999f);        // compiled now, not while the time runs
            start.SignalAndWait();
            (operations[index], seconds[index]) = Run<TVector>();
        }))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        return operations.Zip(seconds, (count, time) => count / time).Sum() / 1e9;
    }

    private static (long Operations, double Seconds) Run<TVector>()
        where TVector : struct, IFmaVector<TVector>
    {
        const int Repetitions = 20_000;
        long operations = 0;
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < Seconds)
        {
            Sink = Multiply<TVector>(Repetitions, 0.999f);
            operations += 2L * Repetitions * Chains * TVector.Count;
        }

        return (operations, Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    /// <summary>Keeps the compiler from leaving the work out.</summary>
    private static float Sink { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Multiply<TVector>(int repetitions, float factor)
        where TVector : struct, IFmaVector<TVector>
    {
        TVector a = TVector.Create(factor), b = TVector.Create(1 - factor);
        TVector s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
        for (int k = 0; k < repetitions; k++)
        {
            s0 = TVector.MultiplyAdd(s0, a, b);
            s1 = TVector.MultiplyAdd(s1, a, b);
            s2 = TVector.MultiplyAdd(s2, a, b);
            s3 = TVector.MultiplyAdd(s3, a, b);
            s4 = TVector.MultiplyAdd(s4, a, b);
            s5 = TVector.MultiplyAdd(s5, a, b);
            s6 = TVector.MultiplyAdd(s6, a, b);
            s7 = TVector.MultiplyAdd(s7, a, b);
            s8 = TVector.MultiplyAdd(s8, a, b);
            s9 = TVector.MultiplyAdd(s9, a, b);
            s10 = TVector.MultiplyAdd(s10, a, b);
            s11 = TVector.MultiplyAdd(s11, a, b);
        }

        return TVector.Sum(s0) + TVector.Sum(s1) + TVector.Sum(s2) + TVector.Sum(s3) + TVector.Sum(s4) + TVector.Sum(s5)
            + TVector.Sum(s6) + TVector.Sum(s7) + TVector.Sum(s8) + TVector.Sum(s9) + TVector.Sum(s10) + TVector.Sum(s11);
    }

    private interface IFmaVector<TSelf>
        where TSelf : struct
    {
        static abstract int Count { get; }

        static abstract TSelf Create(float value);

        static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

        static abstract float Sum(TSelf value);
    }

    private readonly record struct Fma128(Vector128<float> Value) : IFmaVector<Fma128>
    {
        public static int Count => Vector128<float>.Count;

        public static Fma128 Create(float value) => new(Vector128.Create(value));

        public static Fma128 MultiplyAdd(Fma128 a, Fma128 b, Fma128 c) => new(Vector128.FusedMultiplyAdd(a.Value, b.Value, c.Value));

        public static float Sum(Fma128 value) => Vector128.Sum(value.Value);
    }

    private readonly record struct Fma256(Vector256<float> Value) : IFmaVector<Fma256>
    {
        public static int Count => Vector256<float>.Count;

        public static Fma256 Create(float value) => new(Vector256.Create(value));

        public static Fma256 MultiplyAdd(Fma256 a, Fma256 b, Fma256 c) => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

        public static float Sum(Fma256 value) => Vector256.Sum(value.Value);
    }

    private readonly record struct Fma512(Vector512<float> Value) : IFmaVector<Fma512>
    {
        public static int Count => Vector512<float>.Count;

        public static Fma512 Create(float value) => new(Vector512.Create(value));

        public static Fma512 MultiplyAdd(Fma512 a, Fma512 b, Fma512 c) => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

        public static float Sum(Fma512 value) => Vector512.Sum(value.Value);
    }
}
