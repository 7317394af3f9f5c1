using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Lstm.Mutations;

/// <summary>
/// Compiles src/Lstm with one text replaced, in memory, with the sources, references and options of its release build. The sources are read
/// and parsed once; what is left for each wrong term takes less than a second.
/// </summary>
internal sealed class LibraryCompiler
{
    private readonly CSharpCompilation _right;
    private readonly Sources _sources;

    /// <param name="folder">That of Lstm.csproj.</param>
    public LibraryCompiler(string folder)
    {
        CSharpCommandLineArguments arguments =
            CSharpCommandLineParser.Default.Parse(ReleaseBuildArguments(folder), folder, sdkDirectory: null);
        CSharpParseOptions parsing = arguments.ParseOptions.WithDocumentationMode(DocumentationMode.None);
        SyntaxTree[] trees = [.. arguments.SourceFiles
            .Select(file => CSharpSyntaxTree.ParseText(TextOf(File.ReadAllText(file.Path)), parsing, file.Path))];
        _sources = new(trees);
        _right = CSharpCompilation.Create(
            arguments.CompilationName,
            trees,
            arguments.MetadataReferences.Select(reference => MetadataReference.CreateFromFile(reference.Reference)),
            WithoutWarnings(arguments.CompilationOptions));
    }

    /// <exception cref="MutationException">The right text of a row does not stand once where the row says.</exception>
    public void Check(IEnumerable<Mutation> mutations)
    {
        string[] stale = [.. mutations
            .Select(mutation => (Row: mutation, Places: _sources.Find(mutation).Length))
            .Where(found => found.Places != 1)
            .Select(found => $"{found.Row} (stands {found.Places} times)")];
        if (stale.Length > 0)
        {
            throw new MutationException($"These do not stand once in the sources:\n{string.Join('\n', stale)}");
        }
    }

    /// <summary>Writes to a file the library with a wrong term, or without one where <paramref name="mutation"/> is null.</summary>
    /// <returns>The first error of the compiler, or null.</returns>
    public string? Emit(Mutation? mutation, string path)
    {
        using FileStream file = File.Create(path);
        return Emit(mutation, file);
    }

    /// <inheritdoc cref="Emit(Mutation?, string)"/>
    public string? Emit(Mutation? mutation, Stream file) => (mutation is null ? _right : With(mutation)).Emit(file).Diagnostics
        .FirstOrDefault(error => error.Severity == DiagnosticSeverity.Error)?.ToString();

    /// <summary>Warnings are for the build, and cost time; what runs at once are the workers of the proof.</summary>
    private static CSharpCompilationOptions WithoutWarnings(CSharpCompilationOptions options)
    {
        CSharpCompilationOptions quiet = options.WithNullableContextOptions(NullableContextOptions.Annotations);
        return quiet.WithGeneralDiagnosticOption(ReportDiagnostic.Suppress).WithConcurrentBuild(false);
    }

    private CSharpCompilation With(Mutation mutation)
    {
        Place place = _sources.Find(mutation).Single();
        SourceText wrong = place.Tree.GetText().Replace(place.Span, mutation.Mutated);
        return _right.ReplaceSyntaxTree(place.Tree, place.Tree.WithChangedText(wrong));
    }

    private static SourceText TextOf(string source) => SourceText.From(source, Encoding.UTF8);

    /// <summary>What MSBuild would hand to the compiler.</summary>
    private static string[] ReleaseBuildArguments(string folder)
    {
        string[] command =
        [
            "msbuild", "Lstm.csproj", "-t:Compile", "-p:Configuration=Release", "-getItem:CscCommandLineArgs",
            "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-p:DesignTimeBuild=true",
            "-p:NonExistentFile=none", // else nothing is done where the library is up to date
        ];
        ProcessStartInfo start = new("dotnet", command) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new MutationException($"MSBuild does not tell how it builds {folder}: {output}");
        }

        using JsonDocument json = JsonDocument.Parse(output);
        JsonElement items = json.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs");
        return [.. items.EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
    }
}
