using AddingProblem;

return SampleProgram.Run(CommandLine.Parse(args, Comparison.Run), sizes: "--steps, --hidden or --batch");
