using System.Text.Json;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary>Where a verb prints: results to standard output, progress and logs to standard error. Names from outside are printed as <see cref="Printable"/> shows them.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error)
{
    /// <summary>A fixed width where there is no terminal, so that tables look the same in logs and tests.</summary>
    private const int RedirectedWidth = 120;

    public IAnsiConsole Output { get; } = Open(output, Console.Out, Console.IsOutputRedirected);

    public IAnsiConsole Error { get; } = Open(error, Console.Error, Console.IsErrorRedirected);

    /// <summary>Whether standard error is a terminal that can show a moving display.</summary>
    public bool IsLive { get; } = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;

    /// <summary>Standard error.</summary>
    public TextWriter ErrorWriter => new PrintableWriter(error);

    /// <summary>One line, whatever is in it.</summary>
    public void WriteLine(string line) => output.WriteLine(Printable.Line(line));

    /// <summary>One line, whatever is in it.</summary>
    public void Log(string line) => error.WriteLine(Printable.Line(line));

    public void WriteJson<T>(T value) => output.WriteLine(Printable.Json(JsonSerializer.Serialize(value, Json.Options)));

    private static IAnsiConsole Open(TextWriter writer, TextWriter standard, bool redirected)
    {
        bool terminal = ReferenceEquals(writer, standard) && !redirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (!terminal)
            console.Profile.Width = RedirectedWidth;
        console.Pipeline.Attach(new PrintableHook());
        return console;
    }
}
