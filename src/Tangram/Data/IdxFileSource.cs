namespace Tangram;

/// <summary>One IDX file of images; its labels are found beside it by name. It has no test images of its own.</summary>
internal sealed class IdxFileSource(string path) : DataSource
{
    public override string Name => path;

    protected override string Location => Path.GetFullPath(path);

    protected override bool HasTest => false;

    public static ImageSet Load(string name, string images, string? labels, IReadOnlyList<string>? classNames)
    {
        var (shape, pixels) = IdxFile.Read(images, dimensions: 3);
        var imageShape = new ImageShape(shape[2], shape[1], 1);
        if (labels is null)
            return ImageSet.FromBytes(name, imageShape, pixels);
        var (labelShape, values) = IdxFile.Read(labels, dimensions: 1);
        if (labelShape[0] != shape[0])
            throw new InputException($"'{labels}' has {labelShape[0]:N0} labels for the {shape[0]:N0} images of '{images}'; give the labels that belong to them.");
        return ImageSet.FromBytes(name, imageShape, pixels, Array.ConvertAll(values, value => (int)value), classNames);
    }

    protected override ImageSet Load(DataPart part, string name) => Load(name, path, FindLabels(), classNames: null);

    /// <summary><c>…images…</c> has its labels in <c>…labels…</c>, <c>idx3</c> in <c>idx1</c>; either may be gzipped.</summary>
    private string? FindLabels()
    {
        string file = Path.GetFileName(path);
        string plain = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? file[..^3] : file;
        string labels = plain.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal);
        if (labels == plain)
            return null;
        string beside = Path.Combine(Path.GetDirectoryName(path) ?? "", labels);
        return new[] { beside, beside + ".gz" }.FirstOrDefault(File.Exists);
    }
}
