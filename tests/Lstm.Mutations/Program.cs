using System.Globalization;
using Lstm.Mutations;

// Run from the root: dotnet run -c Release --project tests/Lstm.Mutations -- --help
if (args is [TestRunner.Command, ..])
{
    return TestRunner.Run(args.AsSpan(1));
}

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    return await CommandLine.Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (MutationException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
