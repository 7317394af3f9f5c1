namespace AddingProblem;

/// <summary>The work of the program: trains each network, and shows beside each other what they reached and where their gradients went.</summary>
internal static class Comparison
{
    public static int Run(AddingOptions options)
    {
        OutputFiles files = new(options);
        files.Check();
        JsonLog? log = options.JsonFile is null ? null : new JsonLog(options.JsonFile);
        CancellationTokenSource stop = SampleProgram.StopOnCtrlC();
        List<(string Cell, Trainer Trainer)> networks = [.. options.Cells.Select(cell => (cell, new Trainer(cell, options, stop.Token)))];
        Console.WriteLine(
            $"sequences of {options.Steps:N0} steps, {options.Batch} in an update; {options.Hidden} units; solved below {options.Goal}; "
            + $"to answer 1 always has {AddingBatch.ErrorOfTheMean:F4}");
        Chart before = FlowOf("Gradients at every step, before training", networks);
        try
        {
            foreach ((string cell, Trainer trainer) in networks)
            {
                ProgressDisplay.Run(trainer.Length, display => trainer.Run(display, log));
                files.Save(cell, trainer.Model);
            }
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Interrupted. Only networks whose training had ended are saved.");
            return SampleProgram.Interrupted;
        }

        Chart after = FlowOf("Gradients at every step, after training", networks);
        files.Save(CurvesOf(networks), before, after);
        Console.WriteLine($"\n{TextChart.Draw(before)}\n{TextChart.Draw(after)}\n{TableOf(networks)}");
        Console.WriteLine($"The pictures are in {string.Join(", ", files.Pictures.Select(path => $"'{path}'"))}.");
        return 0;
    }

    /// <summary>A line for each network, under that of the naive answer.</summary>
    public static string TableOf(IEnumerable<(string Cell, Trainer Trainer)> networks)
    {
        List<string> lines = [$"{"",-12}{"updates",10}{"squared error",16}{"seconds",10}", $"{"always 1",-12}{"",10}{AddingBatch.ErrorOfTheMean,16:F4}"];
        foreach ((string cell, Trainer trainer) in networks)
        {
            AddingResult last = trainer.Results[^1];
            lines.Add($"{cell,-12}{last.Updates,10:N0}{last.TestError,16:F4}{last.Seconds,10:F1}  {(trainer.IsSolved ? "solved" : "not solved")}");
        }

        return string.Join('\n', lines);
    }

    private static Chart FlowOf(string title, IEnumerable<(string Cell, Trainer Trainer)> networks) =>
        FlowChart.Of(title, networks.SelectMany(network => FlowChart.LinesOf(network.Trainer.RecordFlow(), network.Cell)));

    private static Chart CurvesOf(IEnumerable<(string Cell, Trainer Trainer)> networks) => new("Squared error by update", "update", "mean squared error",
        [.. networks.Select(network => new ChartLine(
            network.Cell, [.. network.Trainer.Results.Select(result => ((double)result.Updates, result.TestError))]))])
    {
        LogarithmicY = true,
    };
}
