using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram reconstruct RUN IMAGE…</c>.</summary>
internal static class ReconstructVerb
{
    /// <summary>Time between two lines of progress where there is no terminal.</summary>
    private static readonly TimeSpan s_logInterval = TimeSpan.FromSeconds(10);

    public static Command Create(Terminal terminal)
    {
        Argument<string> run = Common.Run();
        Argument<string[]> images = Common.NotAnOption(new Argument<string[]>("IMAGE")
        {
            Description = "Pictures of any size; photos are covered by overlapping tiles of the model's size.",
            Arity = ArgumentArity.OneOrMore,
        });
        Option<int> member = Common.Member(), threads = Common.Threads();
        Option<bool> json = Common.Json();
        var folder = new Option<string>("--out")
        {
            Description = "The folder for NAME.reconstruction.png.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => ".",
        };
        var stride = new Option<int?>("--stride")
        {
            Description = "Pixels from one tile to the next, 1 … the model's size (then tiles don't overlap, and seams show); default: half the model's size.",
            HelpName = "PX",
        };
        var command = new Verb("reconstruct", "Encode pictures and decode them again.", "tangram reconstruct runs/patches photo.jpg --out rebuilt")
        {
            run, images, folder, stride, member, threads, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            SparseAutoencoder autoencoder = Common.OpenMember(parsed.GetValue(run)!, parsed.GetValue(member));
            IReadOnlyList<PictureReconstruction> rebuilt = Show(terminal, progress => autoencoder.ReconstructPictures(parsed.GetValue(images)!, parsed.GetValue(folder)!,
                parsed.GetValue(stride), parsed.GetValue(threads), progress, cancellation));
            if (parsed.GetValue(json))
                terminal.WriteJson(rebuilt);
            else
                Write(terminal, rebuilt);
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }

    /// <summary>A bar with rate and time left; where there is no terminal, a line now and then for those who wait long.</summary>
    private static IReadOnlyList<PictureReconstruction> Show(Terminal terminal,
        Func<IProgress<ReconstructionProgress>, IReadOnlyList<PictureReconstruction>> reconstruct)
    {
        if (!terminal.IsLive)
        {
            long logged = Stopwatch.GetTimestamp();
            return reconstruct(new Direct<ReconstructionProgress>(progress =>
            {
                if (Stopwatch.GetElapsedTime(logged) < s_logInterval)
                    return;
                logged = Stopwatch.GetTimestamp();
                terminal.Log($"{Describe(progress)} ({progress.Tiles:N0} of {progress.TotalTiles:N0} tiles)");
            }));
        }
        return terminal.Error.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new PercentageColumn(), new ProgressBarColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("reading pictures");
                return reconstruct(new Direct<ReconstructionProgress>(progress =>
                {
                    task.MaxValue = progress.TotalTiles;
                    task.Value = progress.Tiles;
                    task.Description = Describe(progress).EscapeMarkup();
                }));
            });
    }

    private static string Describe(ReconstructionProgress progress) =>
        $"{Path.GetFileName(progress.Picture)}  {progress.TilesPerSecond:N0} tiles/s  {TrainingDisplay.Duration(progress.Remaining)} left";

    private static void Write(Terminal terminal, IReadOnlyList<PictureReconstruction> rebuilt)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("picture", "reconstruction", "size", "tiles", "MSE", "PSNR", "Pearson", "active features");
        foreach (int column in Enumerable.Range(2, 6))
            table.Columns[column].RightAligned().NoWrap();
        foreach (PictureReconstruction one in rebuilt)
        {
            table.AddRow(one.Picture.EscapeMarkup(), one.Reconstruction.EscapeMarkup(), $"{one.Width}×{one.Height}", $"{one.Tiles:N0}", $"{one.Mse:F5}", $"{one.Psnr:F2} dB",
                $"{one.Pearson:F4}", $"{one.ActiveFeatures:0.#}");
        }
        terminal.Output.Write(table);
    }
}
