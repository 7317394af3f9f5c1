namespace Lstm.Mutations;

/// <summary>What the numbers of equations are numbers of, and the types that hold the code.</summary>
internal static class Subjects
{
    private static readonly Dictionary<string, string[]> s_types = new()
    {
        // docs/lstm.md
        ["lstm"] = ["LstmUnits"],
        ["lstm terms"] = ["LstmTerms"],
        ["layer norm"] = ["LayerNormalization"],

        // docs/layers.md
        ["gru"] = ["GruCell"],
        ["rnn"] = ["RnnCell"],

        // docs/losses.md
        ["squared error"] = ["SquaredError"],
        ["huber"] = ["HuberError"],
        ["sigmoid cross-entropy"] = ["SigmoidError"],
        ["softmax cross-entropy"] = ["SoftmaxRow", "SoftmaxCrossEntropy"],
        ["ctc"] = ["CtcLattice", "CtcLoss"],

        // docs/optimizers.md
        ["adagrad"] = ["AdagradSteps"],
        ["rmsprop"] = ["RmsPropSteps"],
        ["average"] = ["AverageSteps"],
        ["rests"] = ["Compensation"],
    };

    /// <summary>The types of a subject; a name that is no subject is that of a type.</summary>
    public static string[] TypesOf(string name) => s_types.TryGetValue(name, out string[]? types) ? types : [name];

    /// <summary>Whether two subjects or types have code in common.</summary>
    public static bool Meet(string one, string other) => OuterTypesOf(one).Intersect(OuterTypesOf(other)).Any();

    private static IEnumerable<string> OuterTypesOf(string name) => TypesOf(name).Select(type => type.Split('.')[0]);
}
