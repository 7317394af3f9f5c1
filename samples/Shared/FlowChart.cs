namespace Lstm.Samples;

/// <summary>Gradient norms over the steps of a window, as a chart with a logarithmic axis.</summary>
public static class FlowChart
{
    /// <summary>A chart of some lines that <see cref="LinesOf"/> gave.</summary>
    public static Chart Of(string title, params IEnumerable<ChartLine> lines) => new(title, "step t", "norm", [.. lines]) { LogarithmicY = true };

    /// <summary>The norms of dh and, where there is a cell state, of dc, as they are now.</summary>
    /// <param name="layer">What was recorded.</param>
    /// <param name="name">What stands before dh and dc.</param>
    public static IEnumerable<ChartLine> LinesOf(LayerFlow layer, string name)
    {
        yield return new ChartLine($"{name} dh", [.. layer.Steps.Select(step => ((double)step.Step, step.HiddenGradientNorm))]);
        if (layer.Steps.Any(step => step.CellGradientNorm != null))
        {
            yield return new ChartLine($"{name} dc", [.. layer.Steps.Select(step => ((double)step.Step, step.CellGradientNorm ?? 0))]);
        }
    }
}
