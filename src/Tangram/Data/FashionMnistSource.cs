namespace Tangram;

/// <summary>Fashion-MNIST (Xiao, Rasul, Vollgraf 2017), 60,000 + 10,000 articles of clothing, 28×28 grey: Debian's package, installed, or unpacked into the cache.</summary>
internal sealed class FashionMnistSource() : IdxFolderSource("fashion-mnist", FindFolder(), Classes)
{
    private const string Package = "dataset-fashion-mnist";
    /// <summary>Of the images and labels of each part; recorded 2026-11-30 from the package of Debian 12.</summary>
    private const string TrainFingerprint = "ba7859802135e42f7f259caa36019b23d0b8570261ffae35b1f6ea9ffe9accea",
        TestFingerprint = "ff24a60531299f07fc73b770051a3057f84ca7f3665cc0492a74fe0ef2c71aff";

    private const string Installed = "/usr/share/datasets/fashion-mnist";

    private static readonly string[] Classes =
        ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    private static string Cached => Path.Combine(CacheFolder.Root(), "fashion-mnist");

    protected override bool HasTest => true;

    public override void Get()
    {
        if (IsHere(Folder))
            return;
        Report($"Fetching Fashion-MNIST (Debian package {Package}, 31 MB) into {Cached}");
        CacheFolder.Fill(Cached, IsHere, temporary => Fetch(temporary, Cancellation));
    }

    protected override ImageSet Load(DataPart part, string name)
    {
        Get();
        ImageSet images = base.Load(part, name);
        return images.FingerprintOf(Cancellation) == (part == DataPart.Test ? TestFingerprint : TrainFingerprint) ? images
            : throw new InputException($"The files in '{Folder}' aren't Fashion-MNIST's (their {part.Name()} images or labels differ); {(Folder == Cached ? "delete that folder" : "install the package again")} and run 'tangram data get fashion-mnist'.");
    }

    private static string FindFolder() => IsHere(Installed) ? Installed : Cached;

    private static void Fetch(string folder, CancellationToken cancellation)
    {
        var download = ChildProcess.Run("apt-get", folder, cancellation, "download", "-qq", Package);
        string[] packages = Directory.GetFiles(folder, "*.deb");
        if (download is not { ExitCode: 0 } || packages.Length != 1)
            throw Missing(download?.Error);
        string tree = Path.Combine(folder, "tree");
        var unpacking = ChildProcess.Run("dpkg-deb", folder, cancellation, "-x", packages[0], tree);
        if (unpacking is not { ExitCode: 0 })
            throw Missing(unpacking?.Error);
        foreach (string file in FileNames)
        {
            string source = tree + $"{Installed}/{file}.gz";
            if (!File.Exists(source))
                throw Missing(null);
            File.Move(source, Path.Combine(folder, file + ".gz"));
        }
        Directory.Delete(tree, recursive: true);
        File.Delete(packages[0]);
    }

    private static InputException Missing(string? reason) => new(
        $"Fashion-MNIST is not here, and Debian's package {Package} could not be fetched{(string.IsNullOrEmpty(reason) ? "" : $" ({reason})")}; install it with apt-get, or put the four files " +
        $"{string.Join(", ", FileNames)} (plain or .gz) into '{Cached}'.");
}
