using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Tangram;

/// <summary>
/// Emoji of two vendors, 64×64 colour: the npm packages <c>emoji-datasource-google</c> and <c>-twitter</c>. Categories are classes. An emoji's skin tones and both vendors'
/// drawings are held back together, else a test would show what was learned by heart.
/// </summary>
internal sealed class EmojiSource(DataOptions options) : DataSource
{
    private const string Version = "16.0.0", IndexFile = "emoji.json";
    private const string ByHand = "train on a folder of pictures of your own";

    /// <summary>Hash of the pictures' names, classes and contents, as npm gave them; recorded 2026-11-30.</summary>
    private const string Digest = "56676920b0eb0708f39b14b8b43e4a4e";

    private static readonly JsonSerializerOptions s_index = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true };

    private static readonly string[] Vendors = ["google", "twitter"];

    public override string Name => "emoji";

    public override string DefaultSplit => Train;

    protected override bool HasTest => false;

    protected override DataOptions Options => options;

    private static string Pictures => Path.Combine(CacheFolder.Root(), "emoji");

    private PackedPictures Packed => new(PackedPictures.KeyOf([Name, Version, TangramJson.Serialize(options)]), () => Entries(Cancellation), options, Name);

    public override void Get()
    {
        options.Check();
        PackedPictures packed = Packed;
        if (!packed.IsHere && !IsWhole(Pictures))
        {
            Report($"Fetching emoji (npm packages {string.Join(" and ", Vendors.Select(PackageOf))}, 136 MB) into {Pictures}");
            CacheFolder.Fill(Pictures, IsWhole, temporary =>
            {
                foreach (string vendor in Vendors)
                    Fetch(vendor, temporary, Cancellation);
            });
        }
        packed.Ensure(Report, Cancellation);
    }

    protected override ImageSet Load(DataPart part, string name)
    {
        Get();
        return Packed.Open(name, Cancellation);
    }

    private static string PackageOf(string vendor) => $"emoji-datasource-{vendor}@{Version}";

    private static bool IsWhole(string folder) => Vendors.All(vendor => Directory.Exists(Path.Combine(folder, vendor))) && File.Exists(Path.Combine(folder, IndexFile));

    private static void Fetch(string vendor, string folder, CancellationToken cancellation)
    {
        string prefix = $"package/img/{vendor}/64/";
        Directory.CreateDirectory(Path.Combine(folder, vendor));
        new NpmPackage(PackageOf(vendor), "The emoji set", ByHand).Fetch(folder, path =>
            path == $"package/{IndexFile}" ? IndexFile
            : path.StartsWith(prefix, StringComparison.Ordinal) && path.EndsWith(".png", StringComparison.Ordinal) ? Path.Combine(vendor, Path.GetFileName(path))
            : null, cancellation);
    }

    private static (IReadOnlyList<PictureEntry> Entries, IReadOnlyList<string> ClassNames) Entries(CancellationToken cancellation)
    {
        IReadOnlyList<Emoji> emoji = ReadIndex(Path.Combine(Pictures, IndexFile));
        string[] classNames = [.. emoji.Select(one => one.Category).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var entries = new List<PictureEntry>();
        for (int group = 0; group < emoji.Count; group++)
        {
            int label = Array.IndexOf(classNames, emoji[group].Category);
            IEnumerable<Drawing> drawings = [emoji[group], .. emoji[group].SkinVariations?.Values ?? []];
            foreach (Drawing drawing in drawings)
            {
                foreach (string name in Vendors.Select(vendor => $"{vendor}/{drawing.Image}"))
                {
                    string file = Path.Combine(Pictures, name);
                    if (File.Exists(file))
                        entries.Add(new PictureEntry(file, name, label, group, FileHash.Of(file, cancellation)));
                }
            }
        }
        string all = string.Join('\n', entries.Select(entry => $"{entry.Name} {entry.Label} {entry.Group} {entry.Content}").Concat(classNames));
        if (Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(all))) is var digest && digest != Digest)
            throw new InputException($"The pictures in '{Pictures}' aren't those of the emoji set (their digest is {digest}); delete that folder and run 'tangram data get emoji'.");
        return (entries, classNames);
    }

    /// <exception cref="InputException">It isn't what the package has.</exception>
    private static IReadOnlyList<Emoji> ReadIndex(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<IReadOnlyList<Emoji>>(File.ReadAllBytes(path), s_index) is { } all && all.All(one => one is not null) ? all : throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new InputException($"'{path}' is damaged; delete the folder '{Pictures}' and run 'tangram data get emoji'.", exception);
        }
    }

    /// <summary>A drawing by each vendor.</summary>
    private record Drawing
    {
        public required string Image { get; init; }
    }

    /// <summary>What is used of an emoji's entry in emoji.json.</summary>
    private sealed record Emoji : Drawing
    {
        public required string Category { get; init; }

        public IReadOnlyDictionary<string, Drawing>? SkinVariations { get; init; }
    }
}
