using System.Diagnostics;

namespace Tangram.Tests;

/// <summary>The real command in a process of its own: the one whose dll lies beside the tests.</summary>
internal sealed class TangramProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output, _error;

    public TangramProcess(params string[] args)
    {
        // The host that runs the tests, where it is dotnet itself; a test executable finds it by the PATH.
        string host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        _process = Process.Start(new ProcessStartInfo(host, [Path.Combine(AppContext.BaseDirectory, "tangram.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Ends the process at once, as the system does when memory runs out: kill -9.</summary>
    public void Kill() => _process.Kill();

    /// <summary>What a terminal sends on Ctrl-C.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public async Task<CommandRun> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CommandRun(_process.ExitCode, await _output, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
