using System.Diagnostics;
using System.Numerics;
using System.Text.Json;

namespace Lstm.PyTorch.Tests;

/// <summary>
/// Writes the library's weights of all cases, and lets PyTorch compute all cases in one process. The folder has the files of both.
/// </summary>
public sealed class TorchRun : IDisposable
{
    private static readonly string[] s_pythons = ["python3", "/usr/bin/python3"];

    public TorchRun()
    {
        foreach (TorchCase each in TorchCase.All)
        {
            if (each.IsDouble)
            {
                WriteOurs<double>(each);
            }
            else
            {
                WriteOurs<float>(each);
            }
        }

        File.WriteAllText(PathOf("cases.json"), JsonSerializer.Serialize(TorchCase.All));
        RunPython();
    }

    private string Folder { get; } = Directory.CreateTempSubdirectory("lstm-pytorch-").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Makes the model of a case with random weights, the same at every call.</summary>
    public static Sequential<T> OurModel<T>(TorchCase each)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Sequential<T> model = each.Model<T>();
        Random random = new(each.Seed);
        foreach (Parameter<T> parameter in model.Parameters)
        {
            foreach (ref T value in parameter.Value)
            {
                value = parameter.IsFrozen ? T.Zero : T.CreateTruncating(random.NextDouble() - 0.5);
            }
        }

        return model;
    }

    private void WriteOurs<T>(TorchCase each)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TorchStateDict<T>.From(each.Modules(OurModel<T>(each))).Save(PathOf(each.Name + ".ours.safetensors"));

    private void RunPython()
    {
        // The python3 of the path need not be that of the system, for which packages are installed.
        List<string> failures = [];
        foreach (string python in s_pythons)
        {
            if (Failure(python) is not string failure)
            {
                return;
            }

            failures.Add($"{python}: {failure}");
        }

        throw new InvalidOperationException(
            "These tests need python3 with PyTorch (Debian: apt-get install python3-torch), but the script has failed.\n"
                + string.Join('\n', failures));
    }

    private string? Failure(string python)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "torch_cases.py");
        ProcessStartInfo start = new(python, [script, Folder]) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : output.GetAwaiter().GetResult() + errors;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            return error.Message;
        }
    }
}
