namespace Lstm.Benchmarks.Worker;

/// <summary>What a worker does with its model. The names are those of the protocol, there in lower case.</summary>
internal enum WorkMode
{
    /// <summary>Forward and backward, from a gradient of the output at every step.</summary>
    Training,

    /// <summary>Forward and backward, from a gradient of the output at the last step alone.</summary>
    Last,

    /// <summary>Forward alone; every pass begins at the same states.</summary>
    Sequences,

    /// <summary>Forward alone; every pass begins at the states that the one before has left.</summary>
    Steps,

    /// <summary>The training of a character model: one-hot input, logits, loss, clipping and optimiser.</summary>
    Characters,
}
