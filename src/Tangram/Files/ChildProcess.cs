using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Tangram;

/// <summary>Runs another program and waits for it.</summary>
internal static partial class ChildProcess
{
    /// <summary>Runs to the end; on cancellation the child and its children are killed.</summary>
    /// <returns>Exit code and the first line of standard error, where programs say what is wrong, without addresses; null when the program isn't installed.</returns>
    public static (int ExitCode, string Error)? Run(string program, string folder, CancellationToken cancellation, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            using Process process = Process.Start(start)!;
            using var kill = cancellation.Register(() => process.Kill(entireProcessTree: true));
            Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            string error = process.StandardError.ReadToEnd();
            output.Wait(CancellationToken.None);
            process.WaitForExit();
            cancellation.ThrowIfCancellationRequested();
            return (process.ExitCode, FirstLine(error));
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>The first that isn't a warning or a notice, which are no cause; of warnings alone the first.</summary>
    private static string FirstLine(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string? line = lines.FirstOrDefault(line => !Warning().IsMatch(line)) ?? lines.FirstOrDefault();
        return Address().Replace(line ?? "", "…").TrimEnd('.');
    }

    /// <summary>As apt and npm begin them.</summary>
    [GeneratedRegex("^(W:|N:|npm warn|npm notice)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Warning();

    [GeneratedRegex(@"https?://\S+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
