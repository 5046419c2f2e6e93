namespace Tangram.Tests;

/// <summary>A folder of small pictures and a cache of its own, gone when the test ends.</summary>
internal sealed class PictureSet : IDisposable
{
    public const int Size = 8;

    public static readonly DataOptions Options = new() { Size = Size };

    private readonly TemporaryFolder _cache = new(), _folder = new();
    private readonly string? _oldCache = Environment.GetEnvironmentVariable("TANGRAM_CACHE");

    public PictureSet() => Environment.SetEnvironmentVariable("TANGRAM_CACHE", _cache.Path);

    public string Path => _folder.Path;

    public string Cache => _cache.Path;

    /// <summary>The only packed set.</summary>
    public string Packed => Assert.Single(Directory.GetDirectories(_cache.File("pictures")));

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TANGRAM_CACHE", _oldCache);
        _cache.Dispose();
        _folder.Dispose();
    }

    public string File(string name) => System.IO.Path.Combine(_folder.Path, name.Replace('/', System.IO.Path.DirectorySeparatorChar));

    /// <summary>Writes a colour picture; returns its planar pixels, which the number decides.</summary>
    public byte[] Add(string name, int number)
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * Size * Size).Select(index => (byte)(number + (index * 7)))];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        PngFile.Write(File(name), pixels, Size, Size, 3);
        return pixels;
    }

    public void Link(string name, string target)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.CreateSymbolicLink(File(name), target);
    }

    public ImageSet Open(string? split = null, List<string>? told = null) => ImageSet.Open(Path, split, Options, new Opening(new Listener(told ?? [])));

    /// <summary>The images' planar pixels.</summary>
    public static byte[][] Pixels(ImageSet images) => [.. Enumerable.Range(0, images.Count).Select(index =>
    {
        var pixels = new byte[images.Shape.Length];
        images.CopyPixels(index, pixels);
        return pixels;
    })];

    private sealed class Listener(List<string> told) : IProgress<string>
    {
        public void Report(string value) => told.Add(value);
    }
}
