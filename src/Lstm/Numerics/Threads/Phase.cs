namespace Lstm.Numerics;

/// <summary>What a pass spends its time on.</summary>
internal enum Phase
{
    /// <summary>All that no other phase has.</summary>
    Other,

    /// <summary>W x of all steps.</summary>
    InputProjection,

    /// <summary>The products within the steps of the forward pass, such as R h'.</summary>
    ForwardProducts,

    /// <summary>The cell's own forward steps, with masks and biases.</summary>
    ForwardCell,

    /// <summary>The cell's own backward steps.</summary>
    BackwardCell,

    /// <summary>The products within the steps of the backward pass, such as dA R.</summary>
    BackwardProducts,

    /// <summary>The gradients of W and R.</summary>
    WeightGradients,

    /// <summary>The gradient of the input.</summary>
    InputGradient,

    /// <summary>Weights and gradients brought into the order in which products read them.</summary>
    Packing,

    /// <summary>
    /// The caller has done its part of a run and waits for other threads. Where threads share every step, they also wait within the
    /// products.
    /// </summary>
    Waiting,
}
