using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;

namespace Lstm.Samples;

/// <summary>What all samples do alike around their work: errors of one line, and exit codes.</summary>
public static class SampleProgram
{
    /// <summary>The exit code of a run that Ctrl+C has ended.</summary>
    public const int Interrupted = 130;

    private const int Failure = 1, WrongUsage = 2;

    /// <summary>Does what the command line asks for.</summary>
    /// <param name="commandLine">The command line.</param>
    /// <param name="sizes">The options to make smaller where there is not enough memory, as in <c>--hidden or --batch</c>.</param>
    /// <returns>The exit code: 0, 1 for an error, 2 for wrong usage, 130 for an end by Ctrl+C.</returns>
    public static int Run(ParseResult commandLine, string sizes)
    {
        Console.OutputEncoding = Encoding.UTF8;
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
        catch (NonFiniteException exception)
        {
            return Fail($"the training diverged. {exception.Message} Try a smaller --learning-rate.", Failure);
        }
        catch (Exception exception) when (exception is OutOfMemoryException or OverflowException)
        {
            return Fail($"this does not fit into memory; try a smaller {sizes}.", Failure);
        }
    }

    /// <summary>The first Ctrl+C asks for an orderly end, a second one ends the process.</summary>
    public static CancellationTokenSource StopOnCtrlC()
    {
        CancellationTokenSource stop = new();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        return stop;
    }

    private static int Fail(string message, int exitCode)
    {
        // A damaged file may bring anything into a message, and a name of a file may be of several lines.
        Console.Error.WriteLine($"error: {string.Concat(message.Select(character => char.IsControl(character) ? ' ' : character))}");
        return exitCode;
    }
}
