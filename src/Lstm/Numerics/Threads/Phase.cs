namespace Lstm.Numerics;

/// <summary>What an update spends its time on.</summary>
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

    /// <summary>An embedding, forward and backward.</summary>
    Embedding,

    /// <summary>Masks between layers, drawn and multiplied, forward and backward.</summary>
    Dropout,

    /// <summary>The loss, its gradient, and the metrics.</summary>
    Loss,

    /// <summary>The norm of the gradient, and its limit.</summary>
    Clipping,

    /// <summary>The step of the optimiser, and the average of the weights.</summary>
    Optimizer,

    /// <summary>The next batch.</summary>
    Data,

    /// <summary>Reports to the receiver of a training's progress.</summary>
    Progress,

    /// <summary>Weights and gradients brought into the order in which products read them.</summary>
    Packing,

    /// <summary>
    /// The caller has done its part of a run and waits for other threads. Where threads share every step, they also wait within the
    /// products.
    /// </summary>
    Waiting,
}
