using SpeakerClassification;

return SampleProgram.Run(CommandLine.Parse(args, Comparison.Run), sizes: "--hidden or --batch");
