using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>Gives work that holds spans, which a delegate cannot, to the team of workers without allocating.</summary>
internal static unsafe class SlicedWork<TWork>
    where TWork : struct, ISlicedWork, allows ref struct
{
    [ThreadStatic]
    private static Caller? t_caller;

    /// <summary>
    /// Runs all slices. <paramref name="work"/> lies on the stack of the caller, which waits here and keeps the spans alive.
    /// </summary>
    public static void Run(int slices, ref TWork work)
    {
        if (slices == 1)
        {
            work.Run(0);
            return;
        }

        // Work that is nested in work of the same kind has a caller of its own.
        Caller caller = t_caller ?? new();
        t_caller = null;
        caller.Work = Unsafe.AsPointer(ref work);
        try
        {
            WorkerTeam.Shared.Run(slices, caller.Run);
        }
        finally
        {
            caller.Work = null;
            t_caller = caller;
        }
    }

    private sealed class Caller
    {
        public Caller() => Run = slice => Unsafe.AsRef<TWork>(Work).Run(slice);

        public Action<int> Run { get; }

        public void* Work { get; set; }
    }
}
