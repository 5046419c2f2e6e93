namespace Tangram.Tests;

[Collection(EnvironmentCollection.Name)]
public sealed class EmojiSourceTests : IDisposable
{
    private readonly PictureSet _set = new();

    public void Dispose() => _set.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[null]")]
    [InlineData("{}")]
    [InlineData("""[{"image":"a.png"}]""")]
    [InlineData("""[{"image":null,"category":"Flags"}]""")]
    [InlineData("""[{"image":"a.png","category":7}]""")]
    [InlineData("""[{"image":"a.png","category":"Flags","skin_variations":{"1F3FB":{"image":null}}}]""")]
    [InlineData("""[{"image":"a.png","category":"Flags"}""")]
    public void A_damaged_index_is_refused_with_the_remedy(string json)
    {
        string folder = Path.Combine(CacheFolder.Root(), "emoji");
        foreach (string vendor in new[] { "google", "twitter" })
            Directory.CreateDirectory(Path.Combine(folder, vendor));
        File.WriteAllText(Path.Combine(folder, "emoji.json"), json);
        string message = Assert.Throws<InputException>(() => ImageSet.Open("emoji")).Message;
        Assert.Equal($"'{Path.Combine(folder, "emoji.json")}' is damaged; delete the folder '{folder}' and run 'tangram data get emoji'.", message);
    }
}
