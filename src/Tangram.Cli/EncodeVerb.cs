using System.CommandLine;

namespace Tangram.Cli;

/// <summary><c>tangram encode RUN DATA --out FILE</c>.</summary>
internal static class EncodeVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = Common.Run(), data = Common.Data();
        Option<string?> split = Common.Split();
        Option<int> member = Common.Member(), threads = Common.Threads();
        Option<bool> json = Common.Json();
        Option<string> precision = new("--precision")
        {
            Description = "fp32; mixed: multiply in bf16, faster, activations differ by about a tenth of a percent; auto: mixed where the processor has it.",
            HelpName = "PRECISION",
            DefaultValueFactory = _ => "fp32",
        };
        var reading = new DataArguments();
        var file = new Option<string>("--out")
        {
            Description = "Where: codes.safetensors (CSR: indptr, indices, values, labels) or codes.npy (dense).",
            HelpName = "FILE",
            Required = true,
        };
        var command = new Verb("encode", "Write the codes of a set's images.", "tangram encode runs/mnist mnist:test --out codes.safetensors")
        {
            run, data, file, split, member, precision, threads, json,
        };
        command.AddAll(reading.All);
        command.SetAction((parsed, cancellation) =>
        {
            Common.CheckThreads(parsed.GetValue(threads));
            string path = parsed.GetValue(file)!;
            SparseCodes.CheckPath(path);
            SparseAutoencoder autoencoder = Common.OpenMember(parsed.GetValue(run)!, parsed.GetValue(member));
            ImageSet images = Common.OpenData(parsed.GetValue(data)!, parsed.GetValue(split), reading.Apply(parsed, DataArguments.Basis(parsed.GetValue(run)!)), terminal, cancellation);
            SparseCodes codes = autoencoder.Encode(images, parsed.GetValue(precision)!, parsed.GetValue(threads), cancellation);
            codes.Save(path, images);
            if (parsed.GetValue(json))
                terminal.WriteJson(new { Out = path, Images = codes.Count, codes.Features, codes.NonZeros });
            else
                terminal.WriteLine($"{path}: {images.Shape.Items(codes.Count)} of {images.Name}, {codes.NonZeros:N0} activations of {codes.Features:N0} features.");
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }
}
