using System.Diagnostics;
using Lstm.Mutations;

// Proves that the tests see every term of the backward passes: puts one wrong term at a time into a copy of the sources, and expects the
// gradient checks and reference vectors to fail. Run from the root: dotnet run -c Release --project tests/Lstm.Mutations [text in a file's name]
string root = Directory.GetCurrentDirectory();
if (!File.Exists(Path.Combine(root, "Lstm.sln")))
{
    Console.Error.WriteLine("Run this from the folder of Lstm.sln.");
    return 2;
}

string copy = Path.Combine(Path.GetTempPath(), $"lstm-mutations-{Environment.ProcessId}");
try
{
    CopyTree(root, copy);
    string library = Path.Combine(copy, "src", "Lstm"), tests = Path.Combine(copy, "tests", "Lstm.Tests");
    if (Run(copy, "build", tests, "-c", "Release", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false") != 0 || !TestsPass())
    {
        Console.Error.WriteLine("The unchanged sources do not build or do not pass.");
        return 2;
    }

    Mutation[] mutations = [.. Catalogue.All.Where(mutation => args.Length == 0 || mutation.File.Contains(args[0], StringComparison.Ordinal))];
    string[] stale = [.. Catalogue.All.Where(mutation => OccurrencesOf(mutation) != 1).Select(mutation => $"{mutation.File}: {mutation.Original}")];
    if (stale.Length > 0)
    {
        Console.Error.WriteLine($"These do not stand once in the sources: {string.Join("; ", stale)}");
        return 2;
    }

    int survivors = 0;
    for (int k = 0; k < mutations.Length; k++)
    {
        string verdict = Try(mutations[k]);
        survivors += verdict == "killed" ? 0 : 1;
        Console.WriteLine($"{k + 1,3}/{mutations.Length} {verdict,-9} {mutations[k].File}: {mutations[k].Original} -> {mutations[k].Mutated}");
    }

    Console.WriteLine($"{mutations.Length - survivors} killed, {survivors} not");
    return survivors == 0 ? 0 : 1;

    int OccurrencesOf(Mutation mutation) => File.ReadAllText(Path.Combine(library, mutation.File)).Split(mutation.Original).Length - 1;

    string Try(Mutation mutation)
    {
        string file = Path.Combine(library, mutation.File), source = File.ReadAllText(file);
        File.WriteAllText(file, source.Replace(mutation.Original, mutation.Mutated, StringComparison.Ordinal));
        try
        {
            if (Run(copy, "build", library, "-c", "Release", "--no-restore", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false") != 0)
            {
                return "no build";
            }

            File.Copy(Path.Combine(library, "bin/Release/net10.0/Lstm.dll"), Path.Combine(tests, "bin/Release/net10.0/Lstm.dll"), overwrite: true);
            return TestsPass() ? "SURVIVED" : "killed";
        }
        finally
        {
            File.WriteAllText(file, source);
        }
    }

    bool TestsPass() => Run(
        copy, "test", tests, "-c", "Release", "--no-build", "--filter",
        "FullyQualifiedName~GradientChecks|FullyQualifiedName~Conformance|FullyQualifiedName~GemmTests|FullyQualifiedName~Losses|FullyQualifiedName~Optimizer|FullyQualifiedName~BpttTests|FullyQualifiedName~StepClipping|FullyQualifiedName~BpttErrorTests|FullyQualifiedName~Diagnostics|FullyQualifiedName~Tests.Training|FullyQualifiedName~Tests.Metrics|FullyQualifiedName~Frozen") == 0;
}
finally
{
    Directory.Delete(copy, recursive: true);
}

static int Run(string folder, params string[] arguments)
{
    ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
    using Process process = Process.Start(start)!;
    process.OutputDataReceived += static (_, _) => { };
    process.ErrorDataReceived += static (_, _) => { };
    process.BeginOutputReadLine();
    process.BeginErrorReadLine();
    process.WaitForExit();
    return process.ExitCode;
}

static void CopyTree(string source, string target)
{
    Directory.CreateDirectory(target);
    foreach (string file in Directory.GetFiles(source))
    {
        File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    foreach (string folder in Directory.GetDirectories(source).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj" or ".git" or "artifacts")))
    {
        CopyTree(folder, Path.Combine(target, Path.GetFileName(folder)));
    }
}
