using System.Runtime.InteropServices;

namespace Tangram.Cli;

/// <summary>
/// Ctrl-C, and what a system sends who wants a process to end: the first cancels, and the verb ends when it has written what it can be continued from; the second ends the
/// process at once, without a word.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly PosixSignalRegistration[] _signals;
    private int _count;

    public Interrupts() => _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    public CancellationToken Token => _first.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _first.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) == 1)
            _ = _first.CancelAsync(); // elsewhere, so that no callback keeps this thread from a second signal
        else
            End();
    }

    private static void End()
    {
        if (!Console.IsErrorRedirected)
        {
            // A progress bar hides the cursor. Not by the console's writer: a thread that is being interrupted may hold it.
            using Stream error = Console.OpenStandardError();
            error.Write("\e[?25h"u8);
        }
        // Not by Environment.Exit, which lets libraries clean up beneath threads that still use them: some end in SIGABRT.
        if (OperatingSystem.IsWindows())
            Environment.Exit(TangramCommand.Interrupted);
        else
            ExitNow(TangramCommand.Interrupted);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitNow(int code);
}
