using System.Globalization;

namespace Lstm;

/// <summary>
/// Looks for mistakes of layers other than wrong derivatives. It compares runs of one model that have to agree, and memory that has to stay
/// as it is. Each check names the first layer in which it finds a mistake.
/// </summary>
/// <param name="model">The model, whose parameters are changed and then restored.</param>
/// <param name="window">A window with all steps.</param>
/// <param name="other">Another window with all steps.</param>
/// <param name="lengths">[batch] the number of steps of each sequence; empty where every sequence has all steps.</param>
internal sealed class LayerInspection(Sequential<double> model, InspectedWindow window, InspectedWindow other, int[] lengths)
{
    /// <summary>The tolerance between sums that are formed in different orders, in parts of the largest number.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>The number that marks memory which must not be touched, or which must be set.</summary>
    private const double Mark = 1024;

    private readonly List<LayerMistake> _mistakes = [];

    private int LayerCount => model.Layers.Count;

    /// <summary>Throws if a layer has no room for its output, because such a layer cannot be run at all.</summary>
    /// <exception cref="GradientCheckException">An output is too short.</exception>
    public void ThrowIfOutputTooShort()
    {
        InspectionTrial trial = NewTrial();
        for (int k = 0; k < LayerCount; k++)
        {
            int expected = window.Steps * window.Batch * model.Layers[k].OutputSize, length = trial.OutputLength(k);
            if (length < expected)
            {
                throw new GradientCheckException(
                    $"{NameOf(k)} has an Output of {length} numbers; expected {expected}, steps * batch * OutputSize.");
            }
        }
    }

    /// <summary>Finds all mistakes; where passes do not repeat themselves, only that one.</summary>
    public IReadOnlyList<LayerMistake> Find()
    {
        CheckOwnership();
        InspectionTrial trial = NewTrial().Run(window);
        if (_mistakes.Count > 0 || !CheckRepetition(trial))
        {
            return _mistakes;
        }

        CheckChangeOfParameters();
        CheckInput();
        CheckInputGradient(trial);
        CheckShortWindow();
        CheckOneSequence();
        CheckForwardOnly();
        CheckIndependence(trial);
        CheckPadding();
        return _mistakes;
    }

    private InspectionTrial NewTrial() => new(model, window.Steps, window.Batch);

    private string NameOf(int layer) => $"layer {layer} ({model.Layers[layer].Title})";

    private void Add(LayerMistakeKind kind, int layer, string message) => _mistakes.Add(new(kind, layer, $"{NameOf(layer)} {message}"));

    private bool CheckRepetition(InspectionTrial trial)
    {
        InspectionTrial same = NewTrial().Run(window), used = NewTrial();
        if (!Report(LayerMistakeKind.NotDeterministic, trial, same, 0,
            "gives another {0} in a second new pass over the same window. Does it draw random numbers, or keep something outside of "
            + "its pass?"))
        {
            used.Run(other);
            Report(LayerMistakeKind.KeepsState, trial, used.Run(window), 0,
                "gives another {0} in a pass that has seen another window before. Does the pass keep a sum, a cache or an earlier "
                + "OutputGradient from call to call?");
        }

        return _mistakes.Count == 0;
    }

    /// <summary>Checks that Forward writes no gradient and that no pass writes a parameter.</summary>
    private void CheckOwnership()
    {
        double[] values = model.Parameters.Values.ToArray();
        InspectionTrial trial = NewTrial().Forward(window);
        int written = model.Parameters.Gradients.IndexOfAnyExcept(0.0);
        if (written >= 0)
        {
            Add(LayerMistakeKind.ForwardChangesGradients, LayerOf(written),
                "writes to the gradient of a parameter in Forward; only Backward may.");
        }

        trial.Run(window);
        int changed = Difference.IndexOf(values, model.Parameters.Values, 0);
        if (changed >= 0)
        {
            Add(LayerMistakeKind.ChangesParameters, LayerOf(changed),
                "changes the value of a parameter in its passes; only an optimiser may.");
            values.CopyTo(model.Parameters.Values);
        }
    }

    private void CheckChangeOfParameters()
    {
        double[] values = model.Parameters.Values.ToArray();
        InspectionTrial old = NewTrial().Run(window);
        foreach (ref double value in model.Parameters.Values)
        {
            value += 0.125;
        }

        Report(LayerMistakeKind.StaleParameters, NewTrial().Run(window), old.Run(window), 0,
            "gives another {0} than a new pass once its parameters have changed. Are they read, or computed with, where the pass is made, "
            + "in place of in Forward?");
        values.CopyTo(model.Parameters.Values);
    }

    private void CheckInput()
    {
        int layer = NewTrial().FindChangedInput(window);
        if (layer >= 0)
        {
            Add(LayerMistakeKind.ChangesInput, layer,
                "writes to its input, which belongs to the layer before or to the caller. Copy it to a buffer of the pass first.");
        }
    }

    private void CheckInputGradient(InspectionTrial trial)
    {
        InspectionTrial marked = NewTrial().Run(window, Mark);
        for (int k = LayerCount - 1; k >= 0; k--)
        {
            (double[] plain, double[] filled) = (trial.InputGradients[k], marked.InputGradients[k]);
            int at = Difference.IndexOf(plain, filled, 0);
            if (at < 0)
            {
                continue;
            }

            // An element was not written if it is 0 where the memory held 0, and the mark where it held the mark.
            bool isUnset = plain[at] == 0 && filled[at] == Mark;
            Add(
                isUnset ? LayerMistakeKind.InputGradientUnset : LayerMistakeKind.InputGradientAdded,
                k,
                isUnset
                    ? $"leaves element {at} of inputGradient as it was; Backward has to set every element. Is the gradient passed on to x?"
                    : $"adds to inputGradient: element {at} is {filled[at]:g6} where that held {Mark}, and {plain[at]:g6} where it "
                        + "held 0. Backward has to set it (=), as its memory is used again.");
            return;
        }
    }

    private void CheckShortWindow()
    {
        int steps = window.Steps - 1;
        if (steps == 0)
        {
            return;
        }

        InspectedWindow shorter = window.First(steps);
        const string Question = "Is Context.Steps used for the Steps of the input?";
        string where = $"in a window of {steps} steps, in a pass for {window.Steps}. {Question}";
        Attempt(LayerMistakeKind.ShortWindow, where, () =>
        {
            InspectionTrial roomy = NewTrial().Run(other);
            for (int k = 0; k < LayerCount; k++)
            {
                roomy.OutputBeyond(k, steps).Fill(Mark);
                roomy.OutputGradientBeyond(k, steps).Fill(Mark);
            }

            roomy.Run(shorter);
            for (int k = 0; k < LayerCount; k++)
            {
                if (roomy.OutputBeyond(k, steps).ContainsAnyExcept(Mark))
                {
                    Add(LayerMistakeKind.WritesBeyondWindow, k,
                        $"writes to its Output beyond a window of {steps} steps, in a pass for {window.Steps}. {Question}");
                    return;
                }
            }

            Report(LayerMistakeKind.ShortWindow, new InspectionTrial(model, steps, window.Batch).Run(shorter), roomy, Tolerance,
                $"gives another {{0}} in a window of {steps} steps if the pass is for {window.Steps}. Does it go over Context.Steps, or "
                + "read what an earlier window has left?");
        });
    }

    private void CheckOneSequence() => Attempt(LayerMistakeKind.FailsOnOneSequence, "in a window of one step of one sequence", () =>
        _ = new InspectionTrial(model, steps: 1, batch: 1).Run(window.Sequence(0, steps: 1)));

    private void CheckForwardOnly() => Attempt(
        LayerMistakeKind.FailsForwardOnly,
        "in a pass with BpttOptions.ForwardOnly, where OutputGradient is empty",
        () => _ = new InspectionTrial(model, window.Steps, window.Batch, forwardOnly: true).Forward(window));

    private void CheckIndependence(InspectionTrial trial)
    {
        int steps = window.Steps, batch = window.Batch, tokens = model.Layers[0].InputSize;
        InspectionTrial otherSequence = NewTrial().Forward(window.Change(step: 0, sequence: batch - 1, tokens));
        CheckSame(batch > 1 ? LayerCount : 0, trial, otherSequence, row => row % batch == 0, LayerMistakeKind.MixesSequences,
            "lets the output of sequence 0 depend on another sequence. Are rows taken as [batch, steps] in place of [steps, batch]?");

        int causal = model.Layers.TakeWhile(layer => layer.IsCausal).Count();
        InspectionTrial laterStep = NewTrial().Forward(window.Change(step: steps - 1, sequence: 0, tokens));
        CheckSame(causal, trial, laterStep, row => row < (steps - 1) * batch, LayerMistakeKind.NotCausal,
            "lets its output depend on later steps. Override IsCausal, or look for a wrong index of the step.");
    }

    /// <summary>Checks that some rows of the outputs of the first layers are the same in two trials.</summary>
    private void CheckSame(
        int layers, InspectionTrial trial, InspectionTrial changed, Func<int, bool> isRow, LayerMistakeKind kind, string message)
    {
        for (int k = 0; k < layers; k++)
        {
            (double[] expected, double[] actual, int size) = (trial.Outputs[k], changed.Outputs[k], model.Layers[k].OutputSize);
            if (Enumerable.Range(0, expected.Length).Any(at => isRow(at / size) && Difference.Is(expected[at], actual[at], 0)))
            {
                Add(kind, k, message);
                return;
            }
        }
    }

    private void CheckPadding()
    {
        for (int b = 0; b < lengths.Length; b++)
        {
            int length = lengths[b], size = model.Layers[^1].OutputSize;
            if (length == 0 || length == window.Steps)
            {
                continue;
            }

            double[] padded = NewTrial().Evaluate(window, lengths);
            double[] alone = new InspectionTrial(model, length, batch: 1).Evaluate(window.Sequence(b, length), []);
            double[] ofSequence = (window with { OutputGradient = padded }).Sequence(b, length).OutputGradient;
            int at = Difference.IndexOf(alone, ofSequence, Tolerance);
            if (at >= 0)
            {
                Add(LayerMistakeKind.DependsOnPadding, LayerCount - 1,
                    $"or one before it gives sequence {b} of {length} steps {ofSequence[at]:g6} at step {at / size}, but {alone[at]:g6} "
                    + "where the window ends there. A layer that looks at more than one step takes windows without lengths.");
                return;
            }
        }
    }

    /// <summary>Adds a mistake where outputs, input gradients or parameter gradients differ.</summary>
    private bool Report(LayerMistakeKind kind, InspectionTrial expected, InspectionTrial actual, double tolerance, string message)
    {
        for (int k = 0; k < LayerCount; k++)
        {
            if (Differs(kind, k, "output", expected.Outputs[k], actual.Outputs[k], tolerance, message))
            {
                return true;
            }
        }

        int at = Difference.IndexOf(expected.ParameterGradients, actual.ParameterGradients, tolerance);
        for (int k = LayerCount - 1; k >= 0; k--)
        {
            if (at >= 0 && LayerOf(at) == k)
            {
                Add(kind, k, string.Format(CultureInfo.InvariantCulture, message, "gradient of a parameter"));
                return true;
            }

            if (Differs(kind, k, "inputGradient", expected.InputGradients[k], actual.InputGradients[k], tolerance, message))
            {
                return true;
            }
        }

        return false;
    }

    private bool Differs(
        LayerMistakeKind kind, int layer, string what, double[] expected, double[] actual, double tolerance, string message)
    {
        int at = Difference.IndexOf(expected, actual, tolerance);
        if (at < 0)
        {
            return false;
        }

        string values = $"{what} (element {at} is {actual[at]:g17}, not {expected[at]:g17})";
        Add(kind, layer, string.Format(CultureInfo.InvariantCulture, message, values));
        return true;
    }

    private void Attempt(LayerMistakeKind kind, string where, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            string name = LayerCount == 1 ? NameOf(0) : "a layer of the model";
            _mistakes.Add(new(kind, LayerCount == 1 ? 0 : -1, $"{name} throws {error.GetType().Name} {where}: {error.Message}"));
        }
    }

    /// <summary>Returns the layer that owns a number among all parameters.</summary>
    private int LayerOf(int number)
    {
        for (int layer = 0, end = 0; ; layer++)
        {
            end += model.Layers[layer].Parameters.Sum(parameter => parameter.Length);
            if (number < end)
            {
                return layer;
            }
        }
    }
}
