using System.Numerics;
using System.Numerics.Tensors;
using Lstm.Kernels;

namespace Lstm;

/// <summary>
/// Every LSTM: with all gates or some, peepholes, layer normalisation, projection, and what is dropped and held. The equations and their
/// derivatives stand in <see cref="LstmUnits{T, TForm}"/>; before them the pre-activations are normalised, after them h is projected.
/// </summary>
internal sealed class LstmCell<T> : RecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required LstmShape Shape { get; init; }

    /// <summary>b [gates * H], or null.</summary>
    public required Parameter<T>? Bias { get; init; }

    /// <summary>p [sigmoid gates * H] of i, f, o, or null.</summary>
    public required Parameter<T>? Peepholes { get; init; }

    /// <summary>The normalisation of the gates, or null.</summary>
    public required GateNormalization<T>? Normalization { get; init; }

    /// <summary>b [gates * H] that is added before the normalisation, or null.</summary>
    public required Parameter<T>? InnerBias { get; init; }

    /// <summary>The gain of W x + R h', or of W x and of R h' one after the other; [gates * H] each.</summary>
    public required Parameter<T>? Gain { get; init; }

    /// <summary>As <see cref="Gain"/>, or null.</summary>
    public required Parameter<T>? Shift { get; init; }

    /// <summary>gain_c [H], or null.</summary>
    public required Parameter<T>? CellGain { get; init; }

    /// <summary>shift_c [H], or null.</summary>
    public required Parameter<T>? CellShift { get; init; }

    /// <summary>The size of h.</summary>
    public required int Outputs { get; init; }

    public required T Clip { get; init; }

    public required T Epsilon { get; init; }

    public override int OutputSize => Outputs;

    public override int CacheSize => Shape.CacheSize;

    public override int InnerSize => Shape.Form.Projects ? HiddenSize : 0;

    public override int GateHistorySize => Shape.Form.HasGateHistory ? 3 * HiddenSize : 0;

    public override bool PassesHiddenGradient => Shape.Form.HoldsHidden;

    public override IReadOnlyList<Parameter<T>> Vectors =>
        [.. new[] { Bias, Peepholes, InnerBias, Gain, Shift, CellGain, CellShift }.OfType<Parameter<T>>()];

    public override IReadOnlyList<RecurrentGate> Gates
    {
        get
        {
            List<RecurrentGate> gates = [new("g", Shape.G, HiddenSize, Shape.Form.BlockActivation)];
            if (Shape.Form.HasForgetGate && !Shape.Form.IsCoupled)
            {
                gates.Insert(0, new("f", Shape.F, HiddenSize, Activation.Sigmoid));
            }

            if (Shape.Form.HasInputGate)
            {
                gates.Insert(0, new("i", 0, HiddenSize, Activation.Sigmoid));
            }

            if (Shape.Form.HasOutputGate)
            {
                gates.Add(new("o", Shape.O, HiddenSize, Activation.Sigmoid));
            }

            return gates;
        }
    }

    private LstmVectors<T> VectorValues => new()
    {
        Bias = Values(Bias),
        Peephole = Values(Peepholes),
        CellGain = Values(CellGain),
        CellShift = Values(CellShift),
        Clip = Clip,
        Epsilon = Epsilon,
    };

    public override void Forward(int stage, in ForwardStep<T> step)
    {
        if (stage > 0)
        {
            ProjectedHidden.Forward(step);
            return;
        }

        Normalization?.Forward(step, Values(Gain), Values(Shift), Values(InnerBias));
        LstmGates<T>.Forward(step, Shape, VectorValues);
    }

    public override void Backward(int stage, in BackwardStep<T> step)
    {
        if (stage > 0)
        {
            ProjectedHidden.Backward(step);
            return;
        }

        LstmGates<T>.Backward(step, Shape, VectorValues);
        if (Normalization != null)
        {
            int innerBias = InnerBias is null ? 0 : InnerBias.Length;
            Normalization.Backward(step, Values(Gain), Shape.NormGradient + innerBias, hasShift: Shift != null);
            AddInnerBiasGradients(step, innerBias);
        }
    }

    private void AddInnerBiasGradients(in BackwardStep<T> step, int length)
    {
        for (int row = 0; length > 0 && row < step.Rows; row++)
        {
            Span<T> gradient = step.RowGradients.Slice((row * Shape.VectorSize) + Shape.NormGradient, length);
            TensorPrimitives.Add(gradient, step.Gates.Slice(row * length, length), gradient);
        }
    }

    private static ReadOnlySpan<T> Values(Parameter<T>? parameter) => parameter is null ? [] : parameter.Current;
}
