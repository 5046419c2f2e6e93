using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram reconstruct RUN IMAGE…</c>.</summary>
internal static class ReconstructVerb
{
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
            IReadOnlyList<PictureReconstruction> rebuilt = ProgressDisplay.Show<ReconstructionProgress, IReadOnlyList<PictureReconstruction>>(terminal, "reading pictures", Describe, progress => autoencoder.ReconstructPictures(parsed.GetValue(images)!, parsed.GetValue(folder)!,
                parsed.GetValue(stride), parsed.GetValue(threads), progress, cancellation));
            if (parsed.GetValue(json))
                terminal.WriteJson(rebuilt);
            else
                Write(terminal, rebuilt);
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }

    private static Standing Describe(ReconstructionProgress progress) => new(
        $"{Path.GetFileName(progress.Picture)}  {progress.TilesPerSecond:N0} tiles/s  {TrainingDisplay.Duration(progress.Remaining)} left", progress.Tiles, progress.TotalTiles, "tiles");

    private static void Write(Terminal terminal, IReadOnlyList<PictureReconstruction> rebuilt)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("picture", "reconstruction", "size", "tiles", "MSE", "PSNR", "Pearson", "active features");
        foreach (int column in Enumerable.Range(2, 6))
            table.Columns[column].RightAligned().NoWrap();
        foreach (PictureReconstruction one in rebuilt)
        {
            table.AddRow(one.Picture.EscapeMarkup(), one.Reconstruction.EscapeMarkup(), $"{one.Width}×{one.Height}", $"{one.Tiles:N0}", Number.Error(one.Mse), double.IsFinite(one.Psnr) ? $"{one.Psnr:F2} dB" : "–",
                Number.Of(one.Pearson, "F4"), $"{one.ActiveFeatures:0.#}");
        }
        terminal.Output.Write(table);
    }
}
