using System.IO.Compression;
using System.Reflection;

namespace Tangram;

/// <summary>2,000 training and 500 test digits of MNIST, embedded in the library (made by tools/make-sample.py).</summary>
internal sealed class SampleSource : DataSource
{
    public override string Name => "sample";

    public override string DefaultSplit => Train;

    protected override bool HasTest => true;

    protected override ImageSet Load(DataPart split, string name)
    {
        string part = split.Name();
        var (shape, pixels) = Read($"{part}-images", 3);
        var (_, labels) = Read($"{part}-labels", 1);
        return ImageSet.FromBytes(name, new ImageShape(shape[2], shape[1], 1), pixels, Array.ConvertAll(labels, label => (int)label));
    }

    private static (int[] Shape, byte[] Values) Read(string resource, int dimensions)
    {
        using Stream zipped = Assembly.GetExecutingAssembly().GetManifestResourceStream($"sample/{resource}.gz")!;
        using var stream = new GZipStream(zipped, CompressionMode.Decompress);
        return IdxFile.Read(stream, resource, dimensions);
    }
}
