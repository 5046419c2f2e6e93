using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tangram.Cli;

/// <summary>The command: parses, runs a verb, and turns failures into one sentence and an exit code.</summary>
internal static class TangramCommand
{
    public const int Done = 0, Failed = 1, BadInput = 2, Interrupted = 130;

    public static Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellation = default) =>
        InvokeAsync(args, output, error, DeviceCatalog.ThisMachine, cancellation);

    /// <param name="args">What the shell gave.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="devices">The devices to list and to train on.</param>
    /// <param name="cancellation">Stops a verb that takes its time.</param>
    public static async Task<int> InvokeAsync(string[] args, TextWriter output, TextWriter error, DeviceCatalog devices, CancellationToken cancellation)
    {
        Command root = Create(output, error, devices);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return Fail(error, BadInput, $"{Problem(parsed)}; see '{PathOf(parsed.CommandResult)} --help'.");
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // signals are Interrupts' matter
            }, cancellation);
        }
        catch (InputException exception)
        {
            return Fail(error, BadInput, exception.Message);
        }
        catch (OperationCanceledException exception)
        {
            // A verb that can be continued says how, and keeps what it caught.
            return Fail(error, Interrupted, exception.InnerException is OperationCanceledException ? exception.Message : "Interrupted.");
        }
        catch (OutOfMemoryException exception)
        {
            return Fail(error, Failed, $"There is not enough memory ({exception.Message.TrimEnd('.')}); use fewer features or members, or a smaller batch.");
        }
        catch (Exception exception) when (exception is DeviceException or IOException or UnauthorizedAccessException or ArithmeticException)
        {
            return Fail(error, Failed, exception.Message);
        }
        catch (Exception exception)
        {
            // A mistake of ours: one line for the user, the rest for who looks into it.
            string message = exception.Message.ReplaceLineEndings(" ");
            int code = Fail(error, Failed, $"unexpected failure: {exception.GetType().Name}: {message}");
            if (IsTraced())
                error.WriteLine(Printable.Lines($"{exception}"));
            return code;
        }
    }

    private static bool IsTraced() => Environment.GetEnvironmentVariable("TANGRAM_TRACE") is { Length: > 0 };

    private static Verb Create(TextWriter output, TextWriter error, DeviceCatalog devices)
    {
        var terminal = new Terminal(output, error);
        Verb root = Verb.CreateRoot("Sparse autoencoders for images: learn a visual dictionary, measure it, use it.", "tangram train mnist",
            terminal.Output.Profile.Width);
        root.Add(TrainVerb.Create(terminal, devices));
        root.Add(SweepVerb.Create(terminal, devices));
        root.Add(EvaluateVerb.Create(terminal));
        root.Add(EncodeVerb.Create(terminal));
        root.Add(ReconstructVerb.Create(terminal));
        root.Add(SearchVerb.Create(terminal));
        root.Add(ReportVerb.Create(terminal));
        root.Add(ExploreVerb.Create(terminal));
        root.Add(DataVerb.Create(terminal));
        root.Add(DevicesVerb.Create(terminal, devices));
        root.Add(BenchVerb.Create(terminal, devices));
        return root;
    }

    /// <summary>The first error; but a word that means nothing explains the errors it causes, such as an option that is then missing.</summary>
    private static string Problem(ParseResult parsed)
    {
        string? word = parsed.UnmatchedTokens.Count > 0
            ? parsed.UnmatchedTokens[0]
            : parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))?.Value;
        if (word is null)
            return Describe(parsed.Errors[0]);
        string path = PathOf(parsed.CommandResult);
        if (word.StartsWith('-'))
            return $"'{path}' has no option '{word}'";
        return parsed.CommandResult.Command.Subcommands.Count > 0 ? $"'{path}' has no verb '{word}'" : $"'{path}' takes no '{word}'";
    }

    /// <summary>The parser's own words, except where they name types of .NET; all options that aren't words or switches take numbers.</summary>
    private static string Describe(ParseError error)
    {
        SymbolResult? option = error.SymbolResult is ArgumentResult { Parent: OptionResult parent } ? parent : error.SymbolResult;
        return option is OptionResult { Option.Name: var name, Tokens: [.., var last] } && error.Message.Contains("System.", StringComparison.Ordinal)
            ? $"{name} takes a number, not '{last.Value}'"
            : error.Message.TrimEnd('.');
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : command.Command.Name;

    private static int Fail(TextWriter error, int code, string message)
    {
        error.WriteLine(Printable.Line($"tangram: {message}"));
        return code;
    }
}
