using System.Runtime.CompilerServices;

namespace Lstm.Numerics;

/// <summary>
/// The alignments of one target with one sequence, [steps, states], as natural logarithms. They are in double whatever type the logits
/// have: over long sequences they grow to thousands, of which float would leave four digits. docs/losses.md has the equations.
/// </summary>
/// <remarks>
/// The states are the target with a blank around each label. State -1 holds the probability 1 before the first step, and state S (the
/// number of states) holds it after the last, so that no step is a special case. The states after S fill up a lane; they emit nothing, and
/// no path leads from them.
/// </remarks>
internal sealed unsafe class CtcLattice
{
    /// <summary>The logarithm of 0: finite, so that the difference of two such logarithms is a number.</summary>
    public const double LogZero = -1e300;

    private const int Margin = 2;

    private readonly AlignedBuffer<double> _alphas;      // [steps+1, stride]; slot 0 is before the first step
    private readonly AlignedBuffer<double> _emissions;   // [steps, stride] log P_t(l'_s)
    private readonly AlignedBuffer<double> _ends;        // [stride] log(β_t(s) P_t(l'_s)) of the next step
    private readonly AlignedBuffer<double> _skips;       // [stride] log 1 where s-2 leads to s, else log 0
    private readonly AlignedBuffer<double> _posteriors;  // [stride]
    private int _states;
    private int _stride;                                 // of the present target, so that the longest one does not slow every call

    /// <exception cref="ArgumentException">The sizes are too large for an array.</exception>
    public CtcLattice(int maxSteps, int maxTargetLength)
    {
        long stride = StrideOf(2L * maxTargetLength + 1), length = (maxSteps + 1L) * stride;
        if (length > Array.MaxLength - Simd.CacheLine)
        {
            throw new ArgumentException(
                $"Expected sizes whose product, about {nameof(maxSteps)} * 2 * {nameof(maxTargetLength)}, is less than {Array.MaxLength}, "
                + $"but {nameof(maxSteps)} is {maxSteps} and {nameof(maxTargetLength)} is {maxTargetLength}.",
                nameof(maxSteps));
        }

        _alphas = new((int)length);
        _emissions = new((int)(length - stride));
        _ends = new((int)stride);
        _skips = new((int)stride);
        _posteriors = new((int)stride);
    }

    /// <summary>Sets the target, in which no label is blank, and the number of steps.</summary>
    public void SetTarget(ReadOnlySpan<int> target, int steps)
    {
        _states = 2 * target.Length + 1;
        _stride = (int)StrideOf(_states);
        Span<double> skips = _skips.Span[Margin.._stride];
        skips.Fill(LogZero);
        for (int label = 0; label < target.Length; label++)
        {
            bool repeats = label > 0 && target[label] == target[label - 1];
            skips[2 * label + 1] = repeats ? LogZero : 0;                                   // (9)
        }

        skips[_states] = 0;
        _emissions.Span[..(steps * _stride)].Fill(LogZero);
    }

    /// <summary>Returns [states] log P_t(l'_s), for the caller to write.</summary>
    public Span<double> Emissions(int step) => _emissions.Span.Slice(step * _stride + Margin, _states);

    /// <summary>Goes forward through all steps.</summary>
    /// <returns>log p(target).</returns>
    public double Forward(int steps)
    {
        _alphas.Span[..((steps + 1) * _stride)].Fill(LogZero);
        _alphas.Span[Margin - 1] = 0;
        for (int t = 0; t < steps; t++)
        {
            double* before = _alphas.Pointer + t * _stride + Margin;
            Row row = new() { Alpha = before + _stride, Before = before, Emission = EmissionPointer(t), Skip = _skips.Pointer + Margin };
            LaneLoop<double>.Run<ForwardStep, Row>(row, (int)WholeLanes(_states));
        }

        _ends.Span[.._stride].Fill(LogZero);
        _ends.Span[Margin + _states] = 0;
        double* last = _alphas.Pointer + steps * _stride + Margin + _states - 1;
        return ScalarLane<double>.Sum(
            Logarithm.LogAdd<ScalarLane<double>, double>(ScalarLane<double>.Load(last), ScalarLane<double>.Load(last - 1)));  // (11)
    }

    /// <summary>Goes back over one step; the steps are taken from the last to the first.</summary>
    /// <returns>[states] The probability of each state at the step, given the target.</returns>
    public ReadOnlySpan<double> Backward(int step, double logProbability)
    {
        Row row = new()
        {
            Alpha = _alphas.Pointer + (step + 1) * _stride + Margin,
            Emission = EmissionPointer(step),
            Skip = _skips.Pointer + Margin,
            End = _ends.Pointer + Margin,
            Posterior = _posteriors.Pointer + Margin,
            LogProbability = logProbability,
        };
        LaneLoop<double>.Run<BackwardStep, Row>(row, (int)WholeLanes(_states));
        return _posteriors.Span.Slice(Margin, _states);
    }

    /// <summary>Returns the room for the states and one more, in whole lanes.</summary>
    private static long WholeLanes(long states) => (states / Simd.LaneCount<double>() + 1) * Simd.LaneCount<double>();

    /// <summary>Returns the length of a row of the lattice.</summary>
    private static long StrideOf(long states) => WholeLanes(states) + 2 * Margin;

    private double* EmissionPointer(int step) => _emissions.Pointer + step * _stride + Margin;

    private struct Row
    {
        public double* Alpha, Before, Emission, Skip, End, Posterior;
        public double LogProbability;
    }

    private readonly struct ForwardStep : ILaneKernel<Row, double>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int s, int count)
            where TLane : unmanaged, ILane<TLane, double>
        {
            for (; s <= count - TLane.Count; s += TLane.Count)
            {
                TLane skipped = TLane.Load(at.Before + s - 2) + TLane.Load(at.Skip + s);
                TLane arrived = Logarithm.LogAdd<TLane, double>(TLane.Load(at.Before + s), TLane.Load(at.Before + s - 1));
                (Logarithm.LogAdd<TLane, double>(arrived, skipped) + TLane.Load(at.Emission + s)).Store(at.Alpha + s);  // (10)
            }

            return s;
        }
    }

    /// <summary>Goes back over one step. It works in place on <see cref="Row.End"/>, as it reads ahead of what it writes.</summary>
    private readonly struct BackwardStep : ILaneKernel<Row, double>
    {
        [MethodImpl(LaneLoop.Kernel)]
        public static int Run<TLane>(in Row at, int s, int count)
            where TLane : unmanaged, ILane<TLane, double>
        {
            TLane logProbability = TLane.Broadcast(at.LogProbability);
            for (; s <= count - TLane.Count; s += TLane.Count)
            {
                TLane skipping = TLane.Load(at.End + s + 2) + TLane.Load(at.Skip + s + 2);
                TLane leaving = Logarithm.LogAdd<TLane, double>(TLane.Load(at.End + s), TLane.Load(at.End + s + 1));
                TLane beta = Logarithm.LogAdd<TLane, double>(leaving, skipping);                              // (12)(10)
                Elementary.Exp<TLane, double>(TLane.Load(at.Alpha + s) + beta - logProbability).Store(at.Posterior + s);  // (13)
                (beta + TLane.Load(at.Emission + s)).Store(at.End + s);                                       // (12)
            }

            return s;
        }
    }
}
