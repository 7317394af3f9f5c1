using Lstm;

namespace AddingProblem;

/// <summary>The files of a run: a model for each network, a picture of the errors, and two of the gradients.</summary>
internal sealed class OutputFiles(AddingOptions options)
{
    public IReadOnlyList<string> Pictures { get; } = [$"{options.Output}.svg", $"{options.Output}.before.svg", $"{options.Output}.after.svg"];

    /// <exception cref="UserException">A file cannot be written.</exception>
    public void Check()
    {
        string[] models = [.. options.Cells.Select(PathOf)];
        OutputFile.CheckDifferent("--json and the models and pictures of --output", [.. models, .. Pictures, options.JsonFile]);
        foreach (string model in models)
        {
            OutputFile.CheckWritable(model);
        }

        foreach (string picture in Pictures)
        {
            OutputFile.CheckWritable(picture, "picture");
        }
    }

    /// <exception cref="UserException">The file cannot be written.</exception>
    public void Save(string cell, Sequential<float> model) => OutputFile.Save(model, PathOf(cell));

    /// <exception cref="UserException">A file cannot be written.</exception>
    public void Save(params Chart[] pictures)
    {
        foreach ((Chart picture, string path) in pictures.Zip(Pictures))
        {
            SvgChart.Save(picture, path);
        }
    }

    private string PathOf(string cell) => $"{options.Output}.{cell}.safetensors";
}
