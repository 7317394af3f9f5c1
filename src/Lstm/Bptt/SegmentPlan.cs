using System.Numerics;

namespace Lstm;

/// <summary>The plan by which the windows of a <see cref="Bptt{T}"/> are cut into segments.</summary>
/// <param name="Steps">The number of steps of a segment.</param>
/// <param name="PerWindow">The number of segments of a window.</param>
/// <param name="Back">The number of segments that a backward pass goes through.</param>
/// <param name="Recompute">Whether one pass serves all segments.</param>
internal sealed record SegmentPlan(int Steps, int PerWindow, int Back, bool Recompute)
{
    /// <summary>Whether a window is one segment, so that nothing needs to be handed from one to the next.</summary>
    public bool IsWhole => PerWindow == 1 && Back == 1;

    /// <summary>Whether a backward pass goes on into earlier windows.</summary>
    public bool ReachesBack => Back > PerWindow;

    public static SegmentPlan Create(int steps, BpttOptions options)
    {
        int back = InRange(options.BackwardSteps, int.MaxValue, nameof(options.BackwardSteps), options);
        int segment = InRange(options.SegmentSteps, steps, nameof(options.SegmentSteps), options);
        if (back > 0 && options.ForwardOnly)
        {
            throw new ArgumentException(
                $"Expected no {nameof(options.BackwardSteps)} with {nameof(options.ForwardOnly)}, as there are no backward passes, "
                    + $"but got {back}.", nameof(options));
        }

        back = back == 0 ? steps : back;
        if (segment == 0)
        {
            segment = back != steps ? (int)BigInteger.GreatestCommonDivisor(steps, back)
                : options.Recompute ? (int)Math.Ceiling(Math.Sqrt(steps))
                : steps;
        }
        else if (back != steps && (back % segment != 0 || steps % segment != 0))
        {
            throw new ArgumentException(
                $"Expected segments that divide the {steps} steps of a window and the {back} steps back, "
                    + $"but {nameof(options.SegmentSteps)} is {segment}.",
                nameof(options));
        }

        return new(segment, (steps - 1) / segment + 1, (back - 1) / segment + 1, options.Recompute);
    }

    private static int InRange(int value, int limit, string name, BpttOptions options) => value >= 0 && value <= limit
        ? value
        : throw ArgumentOutOfRange.Error(nameof(options), value, $"Expected {name} from 0 to {limit}.");
}
