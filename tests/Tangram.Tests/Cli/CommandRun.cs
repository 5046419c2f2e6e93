using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>What one call of the command returned and wrote.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>The smallest training that still has everything: two members, the consistency term, one epoch; and its report, which takes longer.</summary>
    public static readonly string[] Reported = ["--members", "2", "--epochs", "1", "--features", "64", "--k", "8", "--threads", "1"];

    /// <summary>The same without the report.</summary>
    public static readonly string[] Tiny = [.. Reported, "--no-report"];

    /// <summary>A machine without OpenCL, whatever the one that tests has: what is trained is compared bit by bit.</summary>
    private static DeviceCatalog WithoutOpenCl { get; } = new(() => null);

    /// <summary>Calls the command on a machine with other devices.</summary>
    public static Task<CommandRun> InvokeAsync(DeviceCatalog devices, params string[] args) => CallAsync(args, CancellationToken.None, devices);

    public static Task<CommandRun> InvokeAsync(params string[] args) => CallAsync(args, CancellationToken.None);

    /// <summary>As if Ctrl-C were pressed at once.</summary>
    public static Task<CommandRun> InvokeCancelledAsync(params string[] args) => CallAsync(args, new CancellationToken(canceled: true));

    private static async Task<CommandRun> CallAsync(string[] args, CancellationToken cancellation, DeviceCatalog? devices = null)
    {
        using StringWriter output = new(), error = new();
        int code = await TangramCommand.InvokeAsync(args, output, error, devices ?? WithoutOpenCl, cancellation);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Asserts that the call did its work, and returns what it printed.</summary>
    public static async Task<string> SucceedAsync(params string[] args) => Succeeded(await InvokeAsync(args));

    /// <summary>The same on a machine with other devices.</summary>
    public static async Task<string> SucceedAsync(DeviceCatalog devices, params string[] args) => Succeeded(await CallAsync(args, CancellationToken.None, devices));

    private static string Succeeded(CommandRun run)
    {
        Assert.True(run.ExitCode == TangramCommand.Done, $"exit code {run.ExitCode}: {run.Error}");
        return run.Output;
    }

    /// <summary>Asserts that the call was refused with one sentence on the error writer and nothing else.</summary>
    public static async Task<string> RefuseAsync(params string[] args)
    {
        CommandRun run = await InvokeAsync(args);
        Assert.True(run.ExitCode == TangramCommand.BadInput, $"exit code {run.ExitCode}: {run.Output}{run.Error}");
        Assert.Equal("", run.Output);
        Assert.StartsWith("tangram: ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith(Environment.NewLine, run.Error, StringComparison.Ordinal);
        return Assert.Single(run.Error.TrimEnd().Split('\n'));
    }
}
