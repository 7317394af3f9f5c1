using System.Globalization;

namespace Lstm.CheckpointProcess;

/// <summary>A loop over public parts, as docs/checkpoints.md has it.</summary>
internal static class HandWrittenLoop
{
    public static void Run(Sequential<float> model, Action<Checkpoint<float>> save, Checkpoint<float>? checkpoint)
    {
        Bptt<float> bptt = new(model, Recipe.Steps, Recipe.Batch, Recipe.Bptt);
        Adam<float> adam = new(model.Parameters);
        TokenWindows windows = Recipe.Windows();
        if (checkpoint != null)
        {
            model.Parameters.Restore(checkpoint.Parts["model"]);
            adam.Restore(checkpoint.Parts["adam"]);
            bptt.Restore(checkpoint.Parts["states"]);
            int[] position = [.. checkpoint.Texts["position"].Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            windows.Position = new BatchPosition(0, position[0], position[1]);
        }

        while (windows.Position.Epoch < Recipe.Epochs)
        {
            if (windows.NextBatch() is not { } window)
            {
                continue;
            }

            if (window.Start == 0)
            {
                bptt.ResetState();
            }

            SoftmaxCrossEntropy.Evaluate(bptt.ForwardTokens(window.Inputs, steps: window.Steps), window.Targets, bptt.OutputGradient);
            bptt.Backward();
            GradientClipping.ByGlobalNorm(model.Parameters, 1);
            adam.LearningRate = Recipe.Schedule.At(adam.Steps);
            adam.Step();
            save(new Checkpoint<float>
            {
                Step = adam.Steps,
                Parts = new Dictionary<string, NamedState<float>>
                {
                    ["model"] = model.Parameters.State,
                    ["adam"] = adam.State,
                    ["states"] = bptt.CarriedState,
                },
                Texts = new Dictionary<string, string> { ["position"] = $"{windows.Position.Epoch} {windows.Position.Batch}" },
            });
        }
    }
}
