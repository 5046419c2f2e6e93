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
                        entries.Add(new PictureEntry(file, name, label, group, FileHash.Of(file, cancellation)));
                }
            }
        }
        string all = string.Join('\n', entries.Select(entry => $"{entry.Name} {entry.Label} {entry.Group} {entry.Content}").Concat(classNames));
        if (Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(all))) is var digest && digest != Digest)
            throw new InputException($"The pictures in '{Pictures}' aren't those of the emoji set (their digest is {digest}); delete that folder and run 'tangram data get emoji'.");
        return (entries, classNames);
    }
}
