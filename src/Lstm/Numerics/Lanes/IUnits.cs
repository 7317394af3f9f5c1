namespace Lstm.Numerics;

/// <summary>Equations of one unit, written once for every lane of neighbouring units.</summary>
internal interface IUnits<TRow, T>
    where T : unmanaged
{
    /// <summary>Computes the units from u on that a lane holds; to be inlined.</summary>
    static abstract void At<TLane>(in TRow at, int u)
        where TLane : unmanaged, ILane<TLane, T>;
}
