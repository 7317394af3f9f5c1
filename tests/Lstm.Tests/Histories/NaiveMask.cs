using Lstm.Numerics;

namespace Lstm.Tests.Histories;

/// <summary>The factors of one kind of dropout or zoneout.</summary>
/// <param name="id">The number of the mask among those of the model, in the order of its layers.</param>
/// <param name="width">The elements of a row.</param>
/// <param name="rate">The probability that an element is dropped.</param>
/// <param name="isZoneout">Whether kept elements have a factor of 1 and the mean is 1 - rate, in place of 1/(1-rate) and 1.</param>
internal sealed class NaiveMask(int id, int width, double rate, bool isZoneout)
{
    /// <param name="at">Whose mask.</param>
    /// <param name="row">The row of the mask.</param>
    public double[] Draw(MaskPosition at, long row)
    {
        double[] factors = new double[width];
        if (at.Drops)
        {
            double kept = isZoneout ? 1 : 1 / (1 - rate);
            DropoutMask.Fill(at.Seed, RandomStream.Mask(at.Number, (uint)id), row, 1 - rate, kept, factors.AsSpan());
        }
        else
        {
            Array.Fill(factors, isZoneout ? 1 - rate : 1);
        }

        return factors;
    }

    /// <summary>The mask of a step.</summary>
    public double[] OfStep(MaskPosition at, int t) => Draw(at, (long)t * at.Batch + at.Sequence);

    /// <summary>The mask of a sequence for all steps.</summary>
    public double[] OfSequence(MaskPosition at) => Draw(at, at.Sequence);
}
