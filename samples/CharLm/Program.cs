using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using CharLm;

const int Failure = 1, WrongUsage = 2;

Console.OutputEncoding = Encoding.UTF8;
ParseResult commandLine = CommandLine.Parse(args, TrainCommand.Run, SampleCommand.Run);
if (commandLine.Action is ParseErrorAction)
{
    return Fail($"{commandLine.Errors[0].Message} See --help.", WrongUsage);
}

try
{
    return commandLine.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (UserException exception)
{
    return Fail(exception.Message, Failure);
}
catch (Exception exception) when (exception is OutOfMemoryException or OverflowException)
{
    return Fail("this does not fit into memory; try a smaller --hidden, --layers, --batch or --steps.", Failure);
}

static int Fail(string message, int exitCode)
{
    // A damaged file may bring anything into a message, and a name of a file may be of several lines.
    Console.Error.WriteLine($"error: {string.Concat(message.Select(character => char.IsControl(character) ? ' ' : character))}");
    return exitCode;
}
