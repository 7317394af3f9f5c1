using System.Globalization;
using Lstm.Fuzz;

// [COUNT [SEED]]: loads so many damaged files and tells what came of them; the exit code is 1 if anything did that may not. Default: 20000 files, seed 1.
int[] numbers = [20_000, 1];
for (int k = 0; k < args.Length; k++)
{
    if (k >= numbers.Length || !int.TryParse(args[k], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[k]))
    {
        Console.Error.WriteLine("Expected [COUNT [SEED]].");
        return 2;
    }
}

FuzzReport report = Campaign.Run(count: numbers[0], seed: numbers[1]);
Console.Write(report);
return report.Faults.Count == 0 ? 0 : 1;
