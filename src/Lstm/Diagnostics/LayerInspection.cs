namespace Lstm;

/// <summary>
/// Looks for mistakes of layers other than wrong derivatives. It compares runs of one model that have to agree, and memory that has to stay
/// as it is. Each check names the first layer in which it finds a mistake.
/// </summary>
internal sealed class LayerInspection
{
    /// <summary>The tolerance between sums that are formed in different orders, in parts of the largest number.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>The number that marks memory which must not be touched, or which must be set.</summary>
    private const double Mark = 1024;

    private readonly Sequential<double> _model;
    private readonly InspectedWindow _window;
    private readonly InspectedWindow _other;
    private readonly int[] _lengths;
    private readonly List<LayerMistake> _mistakes = [];

    /// <param name="model">The model, whose parameters are changed and then restored.</param>
    /// <param name="window">A window with all steps.</param>
    /// <param name="other">Another window with all steps.</param>
    /// <param name="lengths">[batch] the number of steps of each sequence; empty where every sequence has all steps.</param>
    public LayerInspection(Sequential<double> model, InspectedWindow window, InspectedWindow other, int[] lengths)
    {
        (_model, _window, _other, _lengths) = (model, window, other, lengths);
    }

    private int LayerCount => _model.Layers.Count;

    /// <summary>Throws if a layer has no room for its output, because such a layer cannot be run at all.</summary>
    /// <exception cref="GradientCheckException">An output is too short.</exception>
    public void ThrowIfOutputTooShort()
    {
        InspectionTrial trial = NewTrial();
        for (int k = 0; k < LayerCount; k++)
        {
            int expected = _window.Steps * _window.Batch * _model.Layers[k].OutputSize, length = trial.OutputLength(k);
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
        InspectionTrial trial = NewTrial().Run(_window);
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

    private InspectionTrial NewTrial() => new(_model, _window.Steps, _window.Batch);

    private string NameOf(int layer) => $"layer {layer} ({_model.Layers[layer].Title})";

    private void Add(LayerMistakeKind kind, int layer, string message) => _mistakes.Add(new(kind, layer, $"{NameOf(layer)} {message}"));

    private bool CheckRepetition(InspectionTrial trial)
    {
        InspectionTrial same = NewTrial().Run(_window), used = NewTrial();
        if (!Report(LayerMistakeKind.NotDeterministic, trial, same, 0,
            "gives another {0} in a second new pass over the same window. Does it draw random numbers, or keep something outside of "
            + "its pass?"))
        {
            used.Run(_other);
            Report(LayerMistakeKind.KeepsState, trial, used.Run(_window), 0,
                "gives another {0} in a pass that has seen another window before. Does the pass keep a sum, a cache or an earlier "
                + "OutputGradient from call to call?");
        }

        return _mistakes.Count == 0;
    }

    /// <summary>Checks that Forward writes no gradient and that no pass writes a parameter.</summary>
    private void CheckOwnership()
    {
        double[] values = _model.Parameters.Values.ToArray();
        InspectionTrial trial = NewTrial().Forward(_window);
        int written = _model.Parameters.Gradients.IndexOfAnyExcept(0.0);
        if (written >= 0)
        {
            Add(
                LayerMistakeKind.ForwardChangesGradients,
                LayerOf(written),
                "writes to the gradient of a parameter in Forward; only Backward may.");
        }

        trial.Run(_window);
        int changed = Difference.IndexOf(values, _model.Parameters.Values, 0);
        if (changed >= 0)
        {
            Add(
                LayerMistakeKind.ChangesParameters,
                LayerOf(changed),
                "changes the value of a parameter in its passes; only an optimiser may.");
            values.CopyTo(_model.Parameters.Values);
        }
    }

    private void CheckChangeOfParameters()
    {
        double[] values = _model.Parameters.Values.ToArray();
        InspectionTrial old = NewTrial().Run(_window);
        foreach (ref double value in _model.Parameters.Values)
        {
            value += 0.125;
        }

        Report(LayerMistakeKind.StaleParameters, NewTrial().Run(_window), old.Run(_window), 0,
            "gives another {0} than a new pass once its parameters have changed. Are they read, or computed with, where the pass is made, "
            + "in place of in Forward?");
        values.CopyTo(_model.Parameters.Values);
    }

    private void CheckInput()
    {
        int layer = NewTrial().FindChangedInput(_window);
        if (layer >= 0)
        {
            Add(LayerMistakeKind.ChangesInput, layer,
                "writes to its input, which belongs to the layer before or to the caller. Copy it to a buffer of the pass first.");
        }
    }

    private void CheckInputGradient(InspectionTrial trial)
    {
        InspectionTrial marked = NewTrial().Run(_window, Mark);
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
        int steps = _window.Steps - 1;
        if (steps == 0)
        {
            return;
        }

        InspectedWindow window = _window.First(steps);
        const string Question = "Is Context.Steps used for the Steps of the input?";
        string where = $"in a window of {steps} steps, in a pass for {_window.Steps}. {Question}";
        Attempt(LayerMistakeKind.ShortWindow, where, () =>
        {
            InspectionTrial roomy = NewTrial().Run(_other);
            for (int k = 0; k < LayerCount; k++)
            {
                roomy.OutputBeyond(k, steps).Fill(Mark);
                roomy.OutputGradientBeyond(k, steps).Fill(Mark);
            }

            roomy.Run(window);
            for (int k = 0; k < LayerCount; k++)
            {
                if (roomy.OutputBeyond(k, steps).ContainsAnyExcept(Mark))
                {
                    Add(LayerMistakeKind.WritesBeyondWindow, k,
                        $"writes to its Output beyond a window of {steps} steps, in a pass for {_window.Steps}. {Question}");
                    return;
                }
            }

            Report(LayerMistakeKind.ShortWindow, new InspectionTrial(_model, steps, _window.Batch).Run(window), roomy, Tolerance,
                $"gives another {{0}} in a window of {steps} steps if the pass is for {_window.Steps}. Does it go over Context.Steps, or "
                + "read what an earlier window has left?");
        });
    }

    private void CheckOneSequence() => Attempt(LayerMistakeKind.FailsOnOneSequence, "in a window of one step of one sequence", () =>
        _ = new InspectionTrial(_model, steps: 1, batch: 1).Run(_window.Sequence(0, steps: 1)));

    private void CheckForwardOnly() => Attempt(
        LayerMistakeKind.FailsForwardOnly,
        "in a pass with BpttOptions.ForwardOnly, where OutputGradient is empty",
        () => _ = new InspectionTrial(_model, _window.Steps, _window.Batch, forwardOnly: true).Forward(_window));

    private void CheckIndependence(InspectionTrial trial)
    {
        int steps = _window.Steps, batch = _window.Batch, tokens = _model.Layers[0].InputSize;
        InspectionTrial otherSequence = NewTrial().Forward(_window.Change(step: 0, sequence: batch - 1, tokens));
        bool mixes = false, looksAhead = false;
        for (int k = 0; k < LayerCount && batch > 1 && !mixes; k++)
        {
            mixes = Depends(k, trial, otherSequence, row => row % batch == 0, LayerMistakeKind.MixesSequences,
                "lets the output of sequence 0 depend on another sequence. Are rows taken as [batch, steps] in place of [steps, batch]?");
        }

        InspectionTrial laterStep = NewTrial().Forward(_window.Change(step: steps - 1, sequence: 0, tokens));
        for (int k = 0; k < LayerCount && _model.Layers[k].IsCausal && !looksAhead; k++)
        {
            looksAhead = Depends(k, trial, laterStep, row => row < (steps - 1) * batch, LayerMistakeKind.NotCausal,
                "lets its output depend on later steps. Override IsCausal, or look for a wrong index of the step.");
        }
    }

    private bool Depends(
        int layer, InspectionTrial trial, InspectionTrial changed, Func<int, bool> isRow, LayerMistakeKind kind, string message)
    {
        int size = _model.Layers[layer].OutputSize;
        for (int at = 0; at < trial.Outputs[layer].Length; at++)
        {
            if (isRow(at / size) && Difference.Is(trial.Outputs[layer][at], changed.Outputs[layer][at], 0))
            {
                Add(kind, layer, message);
                return true;
            }
        }

        return false;
    }

    private void CheckPadding()
    {
        for (int b = 0; b < _lengths.Length; b++)
        {
            int length = _lengths[b], size = _model.Layers[^1].OutputSize;
            if (length == 0 || length == _window.Steps)
            {
                continue;
            }

            double[] padded = NewTrial().Evaluate(_window, _lengths);
            double[] alone = new InspectionTrial(_model, length, batch: 1).Evaluate(_window.Sequence(b, length), []);
            double[] ofSequence = (_window with { OutputGradient = padded }).Sequence(b, length).OutputGradient;
            int at = Difference.IndexOf(alone, ofSequence, Tolerance);
            if (at >= 0)
            {
                Add(
                    LayerMistakeKind.DependsOnPadding,
                    LayerCount - 1,
                    $"or one before it gives sequence {b} of {length} steps {ofSequence[at]:g6} "
                    + $"at step {at / size}, but {alone[at]:g6} "
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
                Add(kind, k, string.Format(System.Globalization.CultureInfo.InvariantCulture, message, "gradient of a parameter"));
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
        Add(kind, layer, string.Format(System.Globalization.CultureInfo.InvariantCulture, message, values));
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
            end += _model.Layers[layer].Parameters.Sum(parameter => parameter.Length);
            if (number < end)
            {
                return layer;
            }
        }
    }
}
