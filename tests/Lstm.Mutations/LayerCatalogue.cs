namespace Lstm.Mutations;

/// <summary>The terms of docs/layers.md.</summary>
internal static class LayerCatalogue
{
    public static IEnumerable<Mutation> All =>
    [
        // a gated recurrent unit: (4) h, (3)(2) its candidate and update gate
        new("gru (4)(3)", "dh * (one - z) * (one - n * n)", "dh * (one - n * n)"),
        new("gru (4)(3)", "dh * (one - z) * (one - n * n)", "dh * z * (one - n * n)"),
        new("gru (4)(3)", "dh * (one - z) * (one - n * n)", "dh * (one - z)"),
        new("gru (4)(3)", "dh * (one - z) * (one - n * n)", "dh * (one - z) * (one + n * n)"),
        new("gru (4)(2)", "dh * (TLane.Load(at.HiddenBefore, u) - n) * z * (one - z)",
            "dh * TLane.Load(at.HiddenBefore, u) * z * (one - z)"),
        new("gru (4)(2)", "dh * (TLane.Load(at.HiddenBefore, u) - n) * z * (one - z)",
            "dh * (n - TLane.Load(at.HiddenBefore, u)) * z * (one - z)"),
        new("gru (4)(2)", "dh * (TLane.Load(at.HiddenBefore, u) - n) * z * (one - z)", "dh * (TLane.Load(at.HiddenBefore, u) - n) * z"),
        new("gru (4)(2)", "dh * (TLane.Load(at.HiddenBefore, u) - n) * z * (one - z)",
            "dh * (TLane.Load(at.HiddenBefore, u) - n) * (one - z)"),
        new("gru (4)", "(dh * z).Store(at.HiddenGradient, u);", ""),
        new("gru (4)", "(dh * z).Store(at.HiddenGradient, u);", "dh.Store(at.HiddenGradient, u);"),
        new("gru (2)", "at.BiasGradient.Add(zu, daz);", ""),
        new("gru (3)", "at.BiasGradient.Add(nu, dan);", ""),
        new("GruCell", "isOutput: true, isRead: true", "isOutput: true"),

        // (3)(1) with the reset before the product, (3a)(1) after it
        new("GruCell", "firstRow: 2 * hiddenSize, isDropped: true", "firstRow: 2 * hiddenSize"),
        new("gru (3)(1)", "dv * TLane.Load(at.HiddenBefore, u) * r * (TLane.Broadcast(T.One) - r)",
            "dv * r * (TLane.Broadcast(T.One) - r)"),
        new("gru (3)(1)", "dv * TLane.Load(at.HiddenBefore, u) * r * (TLane.Broadcast(T.One) - r)",
            "dv * TLane.Load(at.HiddenBefore, u) * r"),
        new("gru (3)(1)", "dv * TLane.Load(at.HiddenBefore, u) * r * (TLane.Broadcast(T.One) - r)",
            "dv * TLane.Load(at.HiddenBefore, u) * (TLane.Broadcast(T.One) - r)"),
        new("GruCell.BackwardGates (1)", "at.BiasGradient.Add(u, dar);", ""),
        new("gru (3)", "at.HiddenGradient.Add(u, dv * r);", ""),
        new("gru (3)", "at.HiddenGradient.Add(u, dv * r);", "at.HiddenGradient.Add(u, dv);"),
        new("gru (3a)", "TLane dv = dan * r;", "TLane dv = dan;"),
        new("gru (3a)(1)", "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * r * (TLane.Broadcast(T.One) - r)"),
        new("gru (3a)(1)", "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * v * r"),
        new("gru (3a)(1)", "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * v * (TLane.Broadcast(T.One) - r)"),
        new("GruCell", "dar.Store(at.Signal, u);", ""),
        new("GruCell", "daz.Store(at.Signal, zu);", ""),
        new("GruCell", "dv.Store(at.Signal, nu);", "dan.Store(at.Signal, nu);"),
        new("GruCell.BackwardAfter (1)", "at.BiasGradient.Add(u, dar);", ""),
        new("gru (3a)", "at.RecurrentBiasGradient.Add(u, dv);", ""),

        // (6) gradients with limits
        new("gru (6)", "dan = GradientLimit.Apply(dan, at.GradientLimit);", ""),
        new("gru (6)", "daz = GradientLimit.Apply(daz, at.GradientLimit);", ""),
        new("GruCell.BackwardGates (6)", "dar = GradientLimit.Apply(dar, at.GradientLimit);", ""),
        new("GruCell.BackwardAfter (6)", "dar = GradientLimit.Apply(dar, at.GradientLimit);", ""),
        new("rnn (6)", "da = GradientLimit.Apply(da, at.GradientLimit);", ""),

        // an Elman network, and the activations of all cells
        new("rnn (1)", "at.BiasGradient.Add(u, da);", ""),
        new("rnn (1)", "dh * Activations.Slope<TLane, T>(at.Activation, TLane.Load(at.Gate, u))", "dh"),
        new("Activations", "TLane.Broadcast(T.One) - y * y", "TLane.Broadcast(T.One) + y * y"),
        new("Activations", "y * (TLane.Broadcast(T.One) - y)", "y"),
        new("Activations", "TLane.IsGreater(y, TLane.Broadcast(T.Zero))", "TLane.Broadcast(T.One)"),

        // layers made of layers, and dropout between them
        new("Bidirectional", "_backward.Backward(_reversedInput, reversedGradient);", "_backward.Backward(input, reversedGradient);"),
        new("Bidirectional", "Window.Reverse(BackwardColumns(dy),", "Copy(BackwardColumns(dy),"),
        new("Bidirectional", "Copy(ForwardColumns(dy), RowsOf(_forward.OutputGradient, _layer.ForwardLayer.OutputSize));", ""),
        new("Bidirectional", "Window.Reverse(RowsOf(reversedGradient,", "Copy(RowsOf(reversedGradient,"),
        new("Bidirectional", "TensorPrimitives.Add(inputGradient, gradient, inputGradient);", ""),
        new("Window", "(_lengths[row] - 1 - t)", "(Steps - 1 - t)"),
        new("Window", "(longer, longer + nextRows[n])", "(longer, nextRows[n])"),
        new("RandomStream", "(ulong)mask << MaskShift", "(ulong)mask << 1"),
        new("RandomStream", "MaskBits | (ulong)segment", "(ulong)segment"),
        new("Residual", "TensorPrimitives.Add(inputGradient, dy, inputGradient);", ""),
        new("Residual", "dy.CopyTo(_inner.OutputGradient);", ""),
        new("Dropout", "_mask!.Rows(MaskStep(t), 0, Context.Batch)", "_mask!.Rows(0, 0, Context.Batch)"),
    ];
}
