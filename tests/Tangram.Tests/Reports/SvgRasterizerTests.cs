namespace Tangram.Tests;

public sealed class SvgRasterizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_are_drawn_at_twice_their_size_or_the_remedy_is_named()
    {
        var svg = new Svg(60, 40, "title", "description");
        File.WriteAllText(_folder.File("one.svg"), svg.ToString());
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        bool installed = new[] { "rsvg-convert", "chromium", "google-chrome" }.Any(program => path.Any(folder => File.Exists(Path.Combine(folder, program))));
        if (!installed)
        {
            Assert.Contains("librsvg2-bin", Assert.Throws<InputException>(Draw).Message, StringComparison.Ordinal);
            return;
        }
        byte[] png = File.ReadAllBytes(Assert.Single(Draw()));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        Assert.Equal((120, 80), (png[19], png[23]));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    private IReadOnlyList<string> Draw() => SvgRasterizer.ToPng([_folder.File("one.svg")], _ => { }, CancellationToken.None);
}
