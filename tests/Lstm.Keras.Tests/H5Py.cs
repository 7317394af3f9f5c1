using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lstm.Keras.Tests;

/// <summary>Lets h5py, the library of Keras, write and read files; Debian's package python3-h5py has it.</summary>
internal static class H5Py
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "keras_files.py");

    /// <summary>Writes files.</summary>
    public static void Write(params JsonObject[] files)
    {
        string description = Path.GetTempFileName();
        try
        {
            File.WriteAllText(description, new JsonArray([.. files]).ToJsonString());
            Run("write", description);
        }
        finally
        {
            File.Delete(description);
        }
    }

    /// <summary>Reads the names of the groups, and the shape, type and bytes of every dataset.</summary>
    public static JsonElement Read(string path) => JsonDocument.Parse(Run("read", path)).RootElement;

    private static string Run(params string[] arguments)
    {
        // The packages of the distribution belong to its own interpreter.
        string python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
        ProcessStartInfo start = new(python, [Script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : throw new InvalidOperationException(
                $"keras_files.py needs Python with h5py (apt-get install python3-h5py): {errors.Result}");
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException("These tests need Python with h5py (apt-get install python3-h5py).", error);
        }
    }
}
