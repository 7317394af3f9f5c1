using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Lstm.Tests;

/// <summary>The folders of the library are floors: each knows those below it alone. docs/architecture.md tells what is on which.</summary>
public sealed class ArchitectureTests
{
    /// <summary>From the ground up.</summary>
    private static readonly string[] s_floors =
    [
        "Guards", "Numerics", "State", "Model", "Cells", "Recurrence", "Layers", "Bptt", "Losses", "Optimizers", "Diagnostics", "Data", "Metrics",
        "ModelFiles", "Progress", "Checkpoints", "Training",
    ];

    /// <summary>Files of types that differ by a number alone.</summary>
    private static readonly string[] s_families = ["RowCount"];

    [Fact]
    public void Every_folder_knows_those_below_it_alone()
    {
        (string From, string To, string What)[] uses = [.. Uses()];

        uses.Where(use => Floor(use.From) < Floor(use.To)).Distinct().Should().BeEmpty();
        uses.Should().Contain(use => use.From == "Cells" && use.To == "Numerics", "symbols are found").And
            .Contain(use => use.From == "Training" && use.To == "Bptt", "symbols are found");
    }

    [Fact]
    public void Every_folder_has_a_floor()
    {
        Directory.GetDirectories(Source()).Select(folder => Path.GetFileName(folder)).Except(["bin", "obj"]).Should().BeEquivalentTo(s_floors);
    }

    [Fact]
    public void Every_type_has_a_file_of_its_name()
    {
        string[] misplaced = [.. Trees().SelectMany(tree => tree.GetRoot().DescendantNodes(node => node is not TypeDeclarationSyntax)
            .OfType<BaseTypeDeclarationSyntax>()
            .Where(type => !s_families.Contains(Path.GetFileNameWithoutExtension(tree.FilePath))
                && type.Identifier.Text != Path.GetFileNameWithoutExtension(tree.FilePath))
            .Select(type => $"{type.Identifier.Text} in {Path.GetFileName(tree.FilePath)}"))];

        misplaced.Should().BeEmpty();
    }

    /// <summary>Pointers are left to the numerics.</summary>
    [Fact]
    public void Only_the_numerics_are_unsafe()
    {
        Trees().Where(tree => tree.GetRoot().DescendantTokens().Any(token => token.IsKind(SyntaxKind.UnsafeKeyword)))
            .Select(tree => FolderOf(tree.FilePath)).Distinct().Should().Equal("Numerics");
    }

    private static int Floor(string folder) => Array.IndexOf(s_floors, folder);

    private static IEnumerable<(string From, string To, string What)> Uses()
    {
        SyntaxTree[] trees = [.. Trees()];
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string tensors = typeof(System.Numerics.Tensors.TensorPrimitives).Assembly.Location;
        MetadataReference[] references = [.. Directory.GetFiles(runtime, "System*.dll").Append(tensors).Select(file => MetadataReference.CreateFromFile(file))];
        CSharpCompilation compilation = CSharpCompilation.Create("Lstm", trees, references);
        foreach (SyntaxTree tree in trees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            string from = FolderOf(tree.FilePath);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (model.GetSymbolInfo(name).Symbol is INamedTypeSymbol { OriginalDefinition.DeclaringSyntaxReferences: [SyntaxReference declared, ..] } type)
                {
                    string to = FolderOf(declared.SyntaxTree.FilePath);
                    if (to != from)
                    {
                        yield return (from, to, $"{Path.GetFileName(tree.FilePath)} knows {type.Name}");
                    }
                }
            }
        }
    }

    private static IEnumerable<SyntaxTree> Trees() => s_floors
        .SelectMany(floor => Directory.GetFiles(Path.Combine(Source(), floor), "*.cs", SearchOption.AllDirectories))
        .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), new CSharpParseOptions(LanguageVersion.Preview), file));

    private static string FolderOf(string file) => Path.GetRelativePath(Source(), file).Split(Path.DirectorySeparatorChar)[0];

    private static string Source([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src", "Lstm"));
}
