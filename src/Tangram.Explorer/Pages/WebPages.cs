using System.Collections.Frozen;
using System.Reflection;

namespace Tangram.Explorer;

/// <summary>A file of the front end.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Type">Its media type.</param>
/// <param name="IsHashed">Whether its name changes with its content, so that browsers may keep it for good.</param>
internal sealed record WebPage(byte[] Content, string Type, bool IsHashed);

/// <summary>The front end's files, all of them in memory: no request reaches the disk.</summary>
internal sealed class WebPages
{
    private const string Prefix = "web/", First = "index.html", HashedFolder = "/assets/";

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
        var files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[(Prefix.Length - 1)..], name => Read(assembly, name), StringComparer.Ordinal);
        return files.ContainsKey("/" + First)
            ? new WebPages(files)
            : throw new InputException("The explorer's pages are missing, because tangram was built without npm; install Node 20 and build again.");
    }

    public WebPage? Find(string path) => _files.GetValueOrDefault(path);

    private static WebPage Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new WebPage(content, TypeOf(name), name.Contains(HashedFolder, StringComparison.Ordinal));
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
