using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace Tangram.Explorer;

/// <summary>A file of the front end.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Type">Its media type.</param>
/// <param name="IsHashed">Whether its name changes with its content, so that browsers may keep it for good.</param>
/// <param name="Tag">Changes with its content.</param>
/// <param name="Compressed">Its bytes in shorter forms, by their name in HTTP, the shortest first; none where compression gains nothing.</param>
internal sealed record WebPage(byte[] Content, string Type, bool IsHashed, string Tag, IReadOnlyList<(string Coding, byte[] Content)> Compressed);

/// <summary>The front end's files, all of them in memory: no request reaches the disk. The build has compressed them (web/vite.config.ts).</summary>
internal sealed class WebPages
{
    private const string Prefix = "web/", First = "index.html", HashedFolder = "/assets/";

    private static readonly (string Coding, string Ending)[] s_codings = [("br", ".br"), ("gzip", ".gz")];

    private readonly FrozenDictionary<string, WebPage> _files;

    private WebPages(FrozenDictionary<string, WebPage> files) => _files = files;

    /// <summary>The page that every view begins with.</summary>
    public WebPage Index => _files["/" + First];

    /// <summary>All of them.</summary>
    public IEnumerable<WebPage> All => _files.Values;

    /// <exception cref="InputException">They weren't built.</exception>
    public static WebPages Open()
    {
        Assembly assembly = typeof(WebPages).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var files = names.Where(name => !s_codings.Any(one => name.EndsWith(one.Ending, StringComparison.Ordinal)))
            .ToFrozenDictionary(name => name[(Prefix.Length - 1)..], name => Read(assembly, names, name), StringComparer.Ordinal);
        return files.ContainsKey("/" + First)
            ? new WebPages(files)
            : throw new InputException("The explorer's pages are missing, because tangram was built without npm; install Node 20 and build again.");
    }

    public WebPage? Find(string path) => _files.GetValueOrDefault(path);

    private static WebPage Read(Assembly assembly, HashSet<string> names, string name)
    {
        byte[] content = Read(assembly, name);
        return new WebPage(content, TypeOf(name), name.Contains(HashedFolder, StringComparison.Ordinal), Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8)),
            [.. s_codings.Where(one => names.Contains(name + one.Ending)).Select(one => (one.Coding, Read(assembly, name + one.Ending)))]);
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".png" => "image/png",
        _ => "application/octet-stream",
    };
}
