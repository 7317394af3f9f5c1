using Forecast;

return SampleProgram.Run(CommandLine.Parse(args, Comparison.Run), sizes: "--history, --horizon, --hidden or --batch");
