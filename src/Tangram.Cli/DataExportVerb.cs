using System.CommandLine;

namespace Tangram.Cli;

/// <summary><c>tangram data export DATA --out FILE</c>.</summary>
internal static class DataExportVerb
{
    public static Verb Create(Terminal terminal)
    {
        Argument<string> data = Common.Data();
        Option<string?> split = Common.Split();
        var file = new Option<string>("--out") { Description = "Where: images.npy, float32 [N, C, H, W], or [N, D] for rows; labels go beside it, int32 [N] in images.labels.npy.", HelpName = "FILE", Required = true };
        var reading = new DataArguments();
        Option<bool> json = Common.Json();
        var command = new Verb("export", "Write a set's images as an array for NumPy, as the model sees them, and their labels.", "tangram data export emoji --split test --out emoji-test.npy") { data, split, file };
        command.AddAll([.. reading.All, json]);
        command.SetAction((parsed, cancellation) =>
        {
            string path = parsed.GetValue(file)!;
            ImageSet images = Common.OpenData(parsed.GetValue(data)!, parsed.GetValue(split), reading.Apply(parsed, new DataOptions()), terminal, cancellation);
            string? labels = images.SaveNpy(path, cancellation);
            if (parsed.GetValue(json))
                terminal.WriteJson(new { Out = path, Labels = labels, images.Name, Images = images.Count, images.Shape, images.HasLabels, images.ClassNames });
            else
                terminal.WriteLine($"{path}: {images.Count:N0} images of {images.Name}, {images.Shape}{(labels is null ? "" : $"; their labels are in {labels}")}.");
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }
}
