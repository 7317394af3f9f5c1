using System.Numerics;
using System.Runtime.InteropServices;
using Lstm.Benchmarks.Worker;
using Lstm.Numerics;

namespace Lstm.Benchmarks.Compare;

/// <summary>The other end of <see cref="SystemProcess"/> for this library; benchmarks/peers/README.md has the protocol.</summary>
internal static class LstmWorker
{
    /// <summary>The first argument of a process that is a worker.</summary>
    public const string Command = "worker";

    public static int Run(string system) => system == SystemNames.LstmDouble ? Run<double>() : Run<float>();

    private static int Run<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new WorkerLoop(Create<T>).Run(
            $"Lstm on {RuntimeInformation.FrameworkDescription}, blocks of {Blocking.RowsOfChip} rows for a second-level cache of "
            + $"{SecondLevelCache.Size >> 10} KiB, {Simd.LaneCount<float>() * 32} bits");

    private static IWorkload Create<T>(Work work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        work.Mode == WorkMode.Characters ? new CharacterWorkload(work) : new LstmWorkload<T>(work);
}
