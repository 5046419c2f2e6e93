using System.IO.Compression;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>What a browser has to fetch.</summary>
public sealed class BundleTests
{
    [Fact]
    public void All_pages_together_are_under_400_kB_compressed()
    {
        long compressed = WebPages.Open().All.Sum(page => Compressed(page.Content));
        Assert.InRange(compressed, 10_000, 400_000);
    }

    private static long Compressed(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(content);
        return memory.Length;
    }
}
