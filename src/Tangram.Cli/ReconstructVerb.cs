using System.CommandLine;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram reconstruct RUN IMAGE…</c>.</summary>
internal static class ReconstructVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = Common.Run();
        var images = new Argument<string[]>("IMAGE") { Description = "PNG pictures of the model's size.", Arity = ArgumentArity.OneOrMore };
        Option<int> member = Common.Member();
        Option<bool> json = Common.Json();
        var folder = new Option<string>("--out")
        {
            Description = "The folder for NAME.reconstruction.png.",
            HelpName = "FOLDER",
            DefaultValueFactory = _ => ".",
        };
        var command = new Verb("reconstruct", "Encode pictures and decode them again.", "tangram reconstruct runs/mnist seven.png --out rebuilt")
        {
            run, images, folder, member, json,
        };
        command.SetAction((parsed, _) =>
        {
            SparseAutoencoder autoencoder = Common.OpenMember(parsed.GetValue(run)!, parsed.GetValue(member));
            IReadOnlyList<PictureReconstruction> rebuilt = autoencoder.ReconstructPictures(parsed.GetValue(images)!, parsed.GetValue(folder)!);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(rebuilt);
                return Task.FromResult(TangramCommand.Done);
            }
            var table = new Table { Border = TableBorder.Simple };
            table.AddColumns("picture", "reconstruction", "MSE", "Pearson", "active features");
            foreach (PictureReconstruction one in rebuilt)
                table.AddRow(one.Picture, one.Reconstruction, $"{one.Mse:F5}", $"{one.Pearson:F4}", $"{one.ActiveFeatures}");
            terminal.Output.Write(table);
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }
}
