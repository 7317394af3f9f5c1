namespace Lstm.Mutations;

/// <summary>The terms of docs/layers.md.</summary>
internal static class LayerCatalogue
{
    public static IEnumerable<Mutation> All =>
    [
        // a gated recurrent unit: (5)(4) h, (3)(2) its candidate and update gate
        new("GruUnits", "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.OutputGradient + u)"),
        new("GruUnits", "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.HiddenGradient + u)"),
        new("gru (5)", "held = (one - m) * dh;", "held = m * dh;"),
        new("gru (5)", "dh *= m;", ""),
        new("gru (4)(3)", "dh * (one - z) * (one - n * n)", "dh * (one - n * n)"),
        new("gru (4)(3)", "dh * (one - z) * (one - n * n)", "dh * z * (one - n * n)"),
        new("gru (4)(3)", "dh * (one - z) * (one - n * n)", "dh * (one - z)"),
        new("gru (4)(3)", "dh * (one - z) * (one - n * n)", "dh * (one - z) * (one + n * n)"),
        new("gru (4)(2)", "dh * (hPrev - n) * z * (one - z)", "dh * hPrev * z * (one - z)"),
        new("gru (4)(2)", "dh * (hPrev - n) * z * (one - z)", "dh * (n - hPrev) * z * (one - z)"),
        new("gru (4)(2)", "dh * (hPrev - n) * z * (one - z)", "dh * (hPrev - n) * z"),
        new("gru (4)(2)", "dh * (hPrev - n) * z * (one - z)", "dh * (hPrev - n) * (one - z)"),
        new("gru (5)(4)", "(held + dh * z).Store", "held.Store"),
        new("gru (5)(4)", "(held + dh * z).Store", "(held + dh).Store"),
        new("gru (5)(4)", "(held + dh * z).Store", "(dh * z).Store"),
        new("gru (2)", "Add(at.BiasGradient + zu, daz);", ""),
        new("gru (3)", "Add(at.BiasGradient + nu, dan);", ""),
        new("GruCell", "PassesHiddenGradient => true", "PassesHiddenGradient => false"),

        // (3)(1) with the reset before the product, (3a)(1) after it
        new("gru (3d)", "dv *= TLane.Load(at.DropMask + u);", ""),
        new("gru (3)(1)", "dv * TLane.Load(at.HiddenBefore + u) * r * (TLane.Broadcast(T.One) - r)",
            "dv * r * (TLane.Broadcast(T.One) - r)"),
        new("gru (3)(1)", "dv * TLane.Load(at.HiddenBefore + u) * r * (TLane.Broadcast(T.One) - r)",
            "dv * TLane.Load(at.HiddenBefore + u) * r"),
        new("gru (3)(1)", "dv * TLane.Load(at.HiddenBefore + u) * r * (TLane.Broadcast(T.One) - r)",
            "dv * TLane.Load(at.HiddenBefore + u) * (TLane.Broadcast(T.One) - r)"),
        new("GruUnits.BackwardGates (1)", "Add(at.BiasGradient + u, dar);", ""),
        new("gru (3)", "Add(at.HiddenGradient + u, dv * r);", ""),
        new("gru (3)", "Add(at.HiddenGradient + u, dv * r);", "Add(at.HiddenGradient + u, dv);"),
        new("gru (3a)", "TLane dv = dan * r;", "TLane dv = dan;"),
        new("gru (3a)(1)", "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * r * (TLane.Broadcast(T.One) - r)"),
        new("gru (3a)(1)", "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * v * r"),
        new("gru (3a)(1)", "dan * v * r * (TLane.Broadcast(T.One) - r)", "dan * v * (TLane.Broadcast(T.One) - r)"),
        new("GruUnits", "dar.Store(at.Recurrent + u);", ""),
        new("GruUnits", "daz.Store(at.Recurrent + zu);", ""),
        new("GruUnits", "dv.Store(at.Recurrent + nu);", "dan.Store(at.Recurrent + nu);"),
        new("GruUnits.BackwardAfter (1)", "Add(at.BiasGradient + u, dar);", ""),
        new("gru (3a)", "Add(at.RecurrentBiasGradient + u, dv);", ""),

        // (6) gradients with limits
        new("gru (6)", "dan = Limit(at, dan);", ""),
        new("gru (6)", "daz = Limit(at, daz);", ""),
        new("GruUnits.BackwardGates (6)", "dar = Limit(at, dar);", ""),
        new("GruUnits.BackwardAfter (6)", "dar = Limit(at, dar);", ""),
        new("rnn (6)", "at.Limits ? GradientLimit.Apply(da, at.GradientLimit) : da", "da"),

        // an Elman network, and the activations of all cells
        new("RnnUnits", "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.OutputGradient + u)"),
        new("RnnUnits", "TLane.Load(at.OutputGradient + u) + TLane.Load(at.HiddenGradient + u)", "TLane.Load(at.HiddenGradient + u)"),
        new("rnn (2)", "((TLane.Broadcast(T.One) - m) * dh).Store(at.HiddenGradient + u);", ""),
        new("rnn (2)", "((TLane.Broadcast(T.One) - m) * dh).Store(at.HiddenGradient + u);", "dh.Store(at.HiddenGradient + u);"),
        new("rnn (2)", "dh *= m;", ""),
        new("rnn (1)", "(TLane.Load(at.BiasGradient + u) + da).Store(at.BiasGradient + u);", ""),
        new("rnn (1)", "dh * Activations.Slope<TLane, T>(at.Activation, TLane.Load(at.Gate + u))", "dh"),
        new("RnnCell", "PassesHiddenGradient => Dropout.ZoneoutHidden > 0", "PassesHiddenGradient => false"),
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
