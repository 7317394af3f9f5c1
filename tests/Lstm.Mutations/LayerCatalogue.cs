namespace Lstm.Mutations;

/// <summary>The terms of docs/layers.md.</summary>
internal static class LayerCatalogue
{
    private const string Gru = "Kernels/GruUnits.cs";
    private const string Rnn = "Kernels/RnnUnits.cs";
    private const string Functions = "Kernels/Activations.cs";
    private const string Bidirectional = "Layers/Bidirectional.cs";
    private const string Residual = "Layers/Residual.cs";

    public static IEnumerable<Mutation> All =>
    [
        // a gated recurrent unit: (5)(4) h, (3)(2) its candidate and update gate
        new(Gru, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.OutputGradient + u)"),
        new(Gru, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.HiddenGradient + u)"),
        new(Gru, "held = (one - m) * dh;", "held = m * dh;"),
        new(Gru, "dh *= m;", ""),
        new(Gru, "dh * (one - z) * (one - n * n)", "dh * (one - n * n)"),
        new(Gru, "dh * (one - z) * (one - n * n)", "dh * z * (one - n * n)"),
        new(Gru, "dh * (one - z) * (one - n * n)", "dh * (one - z)"),
        new(Gru, "dh * (one - z) * (one - n * n)", "dh * (one - z) * (one + n * n)"),
        new(Gru, "dh * (hPrev - n) * z * (one - z)", "dh * hPrev * z * (one - z)"),
        new(Gru, "dh * (hPrev - n) * z * (one - z)", "dh * (n - hPrev) * z * (one - z)"),
        new(Gru, "dh * (hPrev - n) * z * (one - z)", "dh * (hPrev - n) * z"),
        new(Gru, "dh * (hPrev - n) * z * (one - z)", "dh * (hPrev - n) * (one - z)"),
        new(Gru, "(held + dh * z).Store", "held.Store"),
        new(Gru, "(held + dh * z).Store", "(held + dh).Store"),
        new(Gru, "(held + dh * z).Store", "(dh * z).Store"),
        new(Gru, "Add(at.BiasGradient + zu, daz);", ""),
        new(Gru, "Add(at.BiasGradient + nu, dan);", ""),
        new("Cells/GruCell.cs", "PassesHiddenGradient => true", "PassesHiddenGradient => false"),

        // (3)(1) with the reset before the product, (3a)(1) after it
        new(Gru, "dv *= TLane.Load(at.DropMask + u);", ""),
        new(Gru, "dv * TLane.Load(at.HiddenBefore + u) * r * (TLane.Broadcast(T.One) - r)", "dv * r * (TLane.Broadcast(T.One) - r)"),
        new(Gru, "dv * TLane.Load(at.HiddenBefore + u) * r * (TLane.Broadcast(T.One) - r)", "dv * TLane.Load(at.HiddenBefore + u) * r"),
        new(Gru, "dv * TLane.Load(at.HiddenBefore + u) * r * (TLane.Broadcast(T.One) - r)",
            "dv * TLane.Load(at.HiddenBefore + u) * (TLane.Broadcast(T.One) - r)"),
        new(Gru, "dar.Store(at.Gates + u);\n                Add(at.BiasGradient + u, dar);", "dar.Store(at.Gates + u);"),
        new(Gru, "Add(at.HiddenGradient + u, dv * r);", ""),
        new(Gru, "Add(at.HiddenGradient + u, dv * r);", "Add(at.HiddenGradient + u, dv);"),
        new(Gru, "TLane dv = dan * r;", "TLane dv = dan;"),
        new(Gru, "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * r * (TLane.Broadcast(T.One) - r)"),
        new(Gru, "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * v * r"),
        new(Gru, "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * v * (TLane.Broadcast(T.One) - r)"),
        new(Gru, "dar.Store(at.Recurrent + u);", ""),
        new(Gru, "daz.Store(at.Recurrent + zu);", ""),
        new(Gru, "dv.Store(at.Recurrent + nu);", "dan.Store(at.Recurrent + nu);"),
        new(Gru, "dv.Store(at.Recurrent + nu);\n                Add(at.BiasGradient + u, dar);", "dv.Store(at.Recurrent + nu);"),
        new(Gru, "Add(at.RecurrentBiasGradient + u, dv);", ""),

        // (6) gradients with limits
        new(Gru, "dan = Limit(at, dan);", ""),
        new(Gru, "daz = Limit(at, daz);", ""),
        new(Gru, "dar = Limit(at, dar);                                                               // (6)\n                dar.Store(at.Gates + u);\n                Add(", "dar.Store(at.Gates + u);\n                Add("),
        new(Gru, "dar = Limit(at, dar);                                                               // (6)\n                dar.Store(at.Gates + u);\n                dar.", "dar.Store(at.Gates + u);\n                dar."),
        new(Rnn, "at.Limits ? GradientLimit.Apply(da, at.GradientLimit) : da", "da"),

        // an Elman network, and the activations of all cells
        new(Rnn, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.OutputGradient + u)"),
        new(Rnn, "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.HiddenGradient + u)"),
        new(Rnn, "((TLane.Broadcast(T.One) - m) * dh).Store(at.HiddenGradient + u);", ""),
        new(Rnn, "((TLane.Broadcast(T.One) - m) * dh).Store(at.HiddenGradient + u);", "dh.Store(at.HiddenGradient + u);"),
        new(Rnn, "dh *= m;", ""),
        new(Rnn, "(TLane.Load(at.BiasGradient + u) + da).Store(at.BiasGradient + u);", ""),
        new(Rnn, "dh * Activations.Slope<TLane, T>(at.Activation, TLane.Load(at.Gate + u))", "dh"),
        new("Cells/RnnCell.cs", "PassesHiddenGradient => Dropout.ZoneoutHidden > 0", "PassesHiddenGradient => false"),
        new(Functions, "TLane.Broadcast(T.One) - y * y", "TLane.Broadcast(T.One) + y * y"),
        new(Functions, "y * (TLane.Broadcast(T.One) - y)", "y"),
        new(Functions, "TLane.IsGreater(y, TLane.Broadcast(T.Zero))", "TLane.Broadcast(T.One)"),

        // layers made of layers, and dropout between them
        new(Bidirectional, "_backward.Backward(_reversedInput, reversedGradient);", "_backward.Backward(input, reversedGradient);"),
        new(Bidirectional, "Window.Reverse(BackwardColumns(dy),", "Copy(BackwardColumns(dy),"),
        new(Bidirectional, "Copy(ForwardColumns(dy), RowsOf(_forward.OutputGradient, _layer.ForwardLayer.OutputSize));", ""),
        new(Bidirectional, "Window.Reverse(RowsOf(reversedGradient,", "Copy(RowsOf(reversedGradient,"),
        new(Bidirectional, "TensorPrimitives.Add(inputGradient, gradient, inputGradient);", ""),
        new("Bptt/Window.cs", "(_lengths[row] - 1 - t)", "(Steps - 1 - t)"),
        new("Bptt/Window.cs", "(longer, longer + nextRows[n])", "(longer, nextRows[n])"),
        new("Parameters/RandomStream.cs", "(ulong)mask << MaskShift", "(ulong)mask << 1"),
        new("Parameters/RandomStream.cs", "MaskBits | (ulong)segment", "(ulong)segment"),
        new(Residual, "TensorPrimitives.Add(inputGradient, dy, inputGradient);", ""),
        new(Residual, "dy.CopyTo(_inner.OutputGradient);", ""),
        new("Layers/Dropout.cs", "_mask!.Rows(MaskStep(t), 0, Context.Batch)", "_mask!.Rows(0, 0, Context.Batch)"),
    ];
}
