namespace Lstm.Onnx;

/// <summary>Adds the operators LSTM, GRU and RNN, which have an axis of directions, here of one, in weights, states and outputs.</summary>
internal static class RecurrentOperator
{
    /// <summary>Adds an operator, and returns the outputs [T,B,H].</summary>
    /// <param name="at">The layer.</param>
    /// <param name="operation">The name of the operator.</param>
    /// <param name="input">The vectors [T,B,I].</param>
    /// <param name="weights">The names of W, R and B.</param>
    /// <param name="peepholes">The name of P, or an empty one.</param>
    /// <param name="attributes">What the kind of the operator needs.</param>
    public static string Add(
        RecurrentNodes at,
        string operation,
        string input,
        string[] weights,
        string peepholes,
        params ReadOnlySpan<ProtoMessage> attributes)
    {
        OnnxGraph graph = at.Graph;
        IReadOnlyList<StateBlock> states = at.Cell.States;
        string[] initial = [.. states.Select(at.InitialState)];
        string[] inputs =
        [
            input,
            .. weights,
            at.Window.Lengths,
            .. initial.Select(state => state.Length == 0 ? "" : graph.Unsqueeze(state, 0)),
            peepholes,
        ];
        string[] results = graph.Nodes(
            operation,
            inputs.AsSpan(0, Array.FindLastIndex(inputs, name => name.Length > 0) + 1),
            at.Window.HasStates ? states.Count + 1 : 1,
            [
                OnnxAttribute.Int("hidden_size", at.Cell.HiddenSize),
                OnnxAttribute.Text("direction", at.IsReversed ? "reverse" : "forward"),
                .. attributes,
            ]);
        for (int k = 1; k < results.Length; k++)
        {
            string final = graph.Squeeze(results[k], 0);

            // The operators leave 0 for a sequence without a step, which keeps its state here.
            at.FinalState(states[k - 1], at.Window.HasLengths ? graph.Where(at.Window.HasSteps, final, initial[k - 1]) : final);
        }

        return graph.Squeeze(results[0], 1);
    }

    /// <summary>Returns the attributes that name the functions of an operator, in its order.</summary>
    public static ProtoMessage[] Activations(params ReadOnlySpan<Activation> functions)
    {
        List<string> names = [];
        List<float> alphas = [], betas = [];
        foreach (Activation function in functions)
        {
            names.Add(NameOf(function));
            if (function == Activation.Identity)
            {
                (float slope, float constant) = (1, 0);
                alphas.Add(slope);
                betas.Add(constant);
            }
        }

        ProtoMessage activations = OnnxAttribute.Texts("activations", names);
        return alphas.Count == 0
            ? [activations]
            : [activations, OnnxAttribute.Floats("activation_alpha", [.. alphas]), OnnxAttribute.Floats("activation_beta", [.. betas])];
    }

    private static string NameOf(Activation function) => function switch
    {
        Activation.Identity => "Affine",
        Activation.Relu => "Relu",
        Activation.Sigmoid => "Sigmoid",
        Activation.Tanh => "Tanh",
        _ => throw new NotSupportedException($"There is no form in ONNX of the activation {function}."),
    };
}
