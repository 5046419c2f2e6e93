using System.CommandLine;
using System.Diagnostics;
using Tangram.Explorer;

namespace Tangram.Cli;

/// <summary><c>tangram explore RUN [DATA]</c>.</summary>
internal static class ExploreVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = Common.Run();
        Argument<string?> data = Common.NotAnOption(new Argument<string?>("DATA")
        {
            Description = "The images to explore: a name, perhaps with a split, or a path. [default: those that the run learned from]",
            Arity = ArgumentArity.ZeroOrOne,
        });
        Option<string?> split = Common.Split();
        var port = new Option<int?>("--port") { Description = $"The port to listen on; 0: any free one. [default: {ExplorerOptions.UsualPort}, or a free one where that is taken]", HelpName = "PORT" };
        var host = new Option<string>("--host")
        {
            Description = "The address to listen on. Any but a loopback address lets other machines in: those that know the token, which is part of the printed address.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => new ExplorerOptions().Host,
        };
        var token = new Option<string?>("--token") { Description = "What others have to know. [default: a new one where --host lets other machines in, else none]", HelpName = "TOKEN" };
        Option<bool> noBrowser = Common.NoBrowser();
        Option<int> threads = Common.Threads();
        Option<bool> json = Common.Json();
        var reading = new DataArguments();
        var command = new Verb("explore", "See, test and edit what a run has learned, in a browser.", "tangram explore runs/mnist mnist:test")
        {
            run, data, split, port, host, token, noBrowser, threads, json,
        };
        command.AddAll(reading.All);
        command.SetAction(async (parsed, cancellation) =>
        {
            Common.CheckThreads(parsed.GetValue(threads));
            ExplorerOptions options = Options(parsed.GetValue(host)!, parsed.GetValue(port), parsed.GetValue(token), terminal);
            string folder = parsed.GetValue(run)!;
            DataOptions pictures = reading.Apply(parsed, DataArguments.Basis(folder));
            ImageSet images = Images(folder, parsed.GetValue(data), parsed.GetValue(split), pictures, terminal, cancellation);
            using Exploration exploration = ProgressDisplay.Show<IndexProgress, Exploration>(terminal, "opening", SearchVerb.Describe, progress =>
                Exploration.Open(new ExplorationSource(folder, images, pictures, parsed.GetValue(threads)), progress, cancellation));
            await using ExplorerServer server = await ExplorerServer.StartAsync(exploration, options, cancellation);
            if (parsed.GetValue(json))
                terminal.WriteJson(new { server.Address, Run = folder, Data = images.Name, Images = images.Count });
            else
                terminal.WriteLine($"Exploring {folder} with {images.Name} ({images.Count:N0} images): {server.Address.AbsoluteUri}");
            terminal.Log("Ctrl-C stops.");
            if (!parsed.GetValue(noBrowser))
                OpenBrowser(server.Address);
            await UntilCancelled(cancellation);
            return TangramCommand.Done;
        });
        return command;
    }

    /// <summary>What the user asked for; where other machines are let in, they need a token.</summary>
    internal static ExplorerOptions Options(string host, int? port, string? token, Terminal terminal)
    {
        if (port is < 0 or > ushort.MaxValue)
            throw new InputException($"--port is 0 … {ushort.MaxValue}, not {port}.");
        if (token is { Length: 0 })
            throw new InputException("--token is empty; give one, or leave it out.");
        return new ExplorerOptions { Host = host, Port = port, Token = token ?? (Listening.LetsOthersIn(host) ? ExplorerOptions.NewToken() : null), Log = terminal.ErrorWriter };
    }

    /// <summary>Shows an address in the user's browser; where there is none, the printed address has to do.</summary>
    internal static void OpenBrowser(Uri address)
    {
        try
        {
            using Process? _ = Process.Start(new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true });
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or FileNotFoundException or PlatformNotSupportedException)
        {
            // No browser, or no desktop.
        }
    }

    private static ImageSet Images(string run, string? data, string? split, DataOptions reading, Terminal terminal, CancellationToken cancellation)
    {
        if (data is not null)
            return Common.OpenData(data, split, reading, terminal, cancellation);
        if (File.Exists(run))
            throw new InputException($"'{run}' is a model without a run, so it doesn't say which images to explore; give DATA.");
        using Run opened = Run.Open(run);
        DataRecord learned = opened.Record.Train;
        string source = learned.Source ?? throw new InputException($"'{run}' learned from images that came from no file; give DATA.");
        return Common.OpenUnlessNamed(source, split ?? learned.Split, reading, terminal, cancellation);
    }

    private static async Task UntilCancelled(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The usual end.
        }
    }
}
