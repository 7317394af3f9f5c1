using System.Globalization;
using Lstm.Hashes;

// Run from the root: dotnet run -c Release --project tests/Lstm.Hashes -- --help
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Parse(args).Invoke();
