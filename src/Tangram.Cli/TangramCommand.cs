using System.CommandLine;

namespace Tangram.Cli;

/// <summary>The command: parses, runs a verb, and turns failures into one sentence and an exit code.</summary>
internal static class TangramCommand
{
    public const int Done = 0, Failed = 1, BadInput = 2, Interrupted = 130;

    public static async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        RootCommand root = Create(output, error);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return Fail(error, BadInput, $"{parsed.Errors[0].Message.TrimEnd('.')}; see 'tangram {VerbOf(parsed, root)}--help'.");
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // Ctrl-C cancels; the verb then has this long to write its checkpoint.
                ProcessTerminationTimeout = TimeSpan.FromMinutes(5),
            }, cancellation);
        }
        catch (InputException exception)
        {
            return Fail(error, BadInput, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail(error, Interrupted, "Interrupted.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArithmeticException or OutOfMemoryException)
        {
            return Fail(error, Failed, exception.Message);
        }
    }

    private static RootCommand Create(TextWriter output, TextWriter error)
    {
        var terminal = new Terminal(output, error);
        return new RootCommand("Sparse autoencoders for images: learn a visual dictionary, measure it, use it.\n\nExample:\n  tangram train mnist")
        {
            TrainVerb.Create(terminal),
            EvaluateVerb.Create(terminal),
            EncodeVerb.Create(terminal),
            ReconstructVerb.Create(terminal),
            ReportVerb.Create(terminal),
            DataVerb.Create(terminal),
            DevicesVerb.Create(terminal),
        };
    }

    private static string VerbOf(ParseResult parsed, RootCommand root) => parsed.CommandResult.Command == root ? "" : $"{parsed.CommandResult.Command.Name} ";

    private static int Fail(TextWriter error, int code, string message)
    {
        error.WriteLine($"tangram: {message}");
        return code;
    }
}
