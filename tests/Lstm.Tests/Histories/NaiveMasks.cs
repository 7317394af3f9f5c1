namespace Lstm.Tests.Histories;

/// <summary>Numbers the masks of a model as its layers are made.</summary>
internal sealed class NaiveMasks
{
    private int _next;

    public NaiveMask? Dropout(int width, double rate) => rate > 0 ? new(_next++, width, rate, isZoneout: false) : null;

    public NaiveMask? Zoneout(int width, double rate) => rate > 0 ? new(_next++, width, rate, isZoneout: true) : null;
}
