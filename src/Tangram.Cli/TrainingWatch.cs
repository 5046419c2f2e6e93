using Tangram.Explorer;

namespace Tangram.Cli;

/// <summary>What <c>train --watch</c> adds to a training: a page that shows it, for as long as the command runs.</summary>
internal sealed class TrainingWatch : IAsyncDisposable
{
    private readonly ExplorerServer _server;
    private bool _opensBrowser;

    private TrainingWatch(LiveTraining training, ExplorerServer server, bool opensBrowser) => (Training, _server, _opensBrowser) = (training, server, opensBrowser);

    public LiveTraining Training { get; }

    /// <summary>Where the page is.</summary>
    public Uri Address => _server.Address;

    /// <exception cref="InputException">The pages weren't built.</exception>
    public static async Task<TrainingWatch> StartAsync(LiveTraining training, bool opensBrowser, Terminal terminal, CancellationToken cancellation) =>
        new(training, await ExplorerServer.StartAsync(training, new ExplorerOptions { Log = terminal.ErrorWriter }, cancellation), opensBrowser);

    /// <summary>Tells the page too. The browser opens with the first report: until then the options may yet turn out wrong.</summary>
    public IProgress<TrainingProgress> Beside(IProgress<TrainingProgress> other) => new Direct<TrainingProgress>(progress =>
    {
        other.Report(progress);
        Training.Report(progress);
        if (!_opensBrowser)
            return;
        _opensBrowser = false;
        ExploreVerb.OpenBrowser(Address);
    });

    /// <summary>Tells the page of the report, too.</summary>
    public IProgress<ReportProgress> Beside(IProgress<ReportProgress> other) => new Direct<ReportProgress>(progress =>
    {
        other.Report(progress);
        Training.Report(progress);
    });

    /// <summary>The training's end is the page's to know, too.</summary>
    public async Task<Run> FollowAsync(Task<Run> training)
    {
        try
        {
            return await training;
        }
        catch (Exception exception)
        {
            Training.Stopped(exception is OperationCanceledException ? LiveOutcome.Interrupted : LiveOutcome.Failed, exception.Message);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Training.Close();
        await _server.DisposeAsync();
    }
}
