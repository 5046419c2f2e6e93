using System.Text.Json;

namespace Tangram;

/// <summary>
/// Emoji of two vendors, 64×64 colour: the npm packages <c>emoji-datasource-google</c> and <c>-twitter</c>. Categories are classes. An emoji's skin tones and both vendors'
/// drawings are held back together, else a test would show what was learned by heart.
/// </summary>
internal sealed class EmojiSource(DataOptions options) : DataSource
{
    private const string Version = "16.0.0", IndexFile = "emoji.json";
    private const string ByHand = "or train on a folder of pictures of your own";
    private static readonly string[] Vendors = ["google", "twitter"];

    public override string Name => "emoji";

    public override string DefaultSplit => Train;

    protected override bool HasTest => false;

    protected override DataOptions Options => options;

    private static string Pictures => Path.Combine(CacheFolder.Root(), "emoji");

    private PackedPictures Packed => new(PackedPictures.KeyOf([Name, Version, TangramJson.Serialize(options)]), Name);

    public override void Get(Report report, CancellationToken cancellation)
    {
        options.Check();
        if (Packed.IsHere)
            return;
        if (!IsWhole(Pictures))
        {
            report($"Fetching emoji (npm packages {string.Join(" and ", Vendors.Select(PackageOf))}, 136 MB) into {Pictures}");
            CacheFolder.Fill(Pictures, IsWhole, temporary =>
            {
                foreach (string vendor in Vendors)
                    Fetch(vendor, temporary, cancellation);
            });
        }
        var (classNames, entries) = Entries();
        Packed.Build(entries, classNames, options, report, cancellation);
    }

    protected override ImageSet Load(bool test, string name)
    {
        Get(_ => { }, CancellationToken.None);
        return Packed.Open(name);
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

    private static (string[] ClassNames, PictureEntry[] Entries) Entries()
    {
        string path = Path.Combine(Pictures, IndexFile);
        using JsonDocument index = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement[] emoji = [.. index.RootElement.EnumerateArray()];
        string CategoryOf(JsonElement one) => one.GetProperty("category").GetString()!;
        string[] classNames = [.. emoji.Select(CategoryOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var entries = new List<PictureEntry>();
        for (int group = 0; group < emoji.Length; group++)
        {
            int label = Array.IndexOf(classNames, CategoryOf(emoji[group]));
            IEnumerable<JsonElement> drawings = [emoji[group]];
            if (emoji[group].TryGetProperty("skin_variations", out JsonElement tones))
                drawings = drawings.Concat(tones.EnumerateObject().Select(tone => tone.Value));
            foreach (string image in drawings.Select(drawing => drawing.GetProperty("image").GetString()!))
            {
                foreach (string name in Vendors.Select(vendor => $"{vendor}/{image}"))
                {
                    string file = Path.Combine(Pictures, name);
                    if (File.Exists(file))
                        entries.Add(new PictureEntry(file, name, label, group));
                }
            }
        }
        return (classNames, [.. entries]);
    }
}
