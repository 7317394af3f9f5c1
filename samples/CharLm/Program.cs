using CharLm;

return SampleProgram.Run(CommandLine.Parse(args, TrainCommand.Run, SampleCommand.Run), sizes: "--hidden, --layers, --batch or --steps");
