namespace Tangram.Tests;

public sealed class NamedHueTests
{
    [Theory]
    [InlineData(0, "red")]
    [InlineData(14.999, "red")]
    [InlineData(15, "orange")]
    [InlineData(39.999, "orange")]
    [InlineData(40, "yellow")]
    [InlineData(69.999, "yellow")]
    [InlineData(70, "green")]
    [InlineData(164.999, "green")]
    [InlineData(165, "cyan")]
    [InlineData(199.999, "cyan")]
    [InlineData(200, "blue")]
    [InlineData(259.999, "blue")]
    [InlineData(260, "purple")]
    [InlineData(344.999, "purple")]
    [InlineData(345, "red")]
    [InlineData(359.999, "red")]
    [InlineData(360, "red")]
    [InlineData(-15, "red")]
    [InlineData(-15.001, "purple")]
    [InlineData(-120, "blue")]
    [InlineData(375, "orange")]
    [InlineData(840, "green")]
    public void Degrees_have_the_name_of_their_sector(double degrees, string name) => Assert.Equal(name, NamedHue.All[NamedHue.Of(degrees)].Name);

    [Theory]
    [InlineData(1, 0, 0, "red")]
    [InlineData(1, 0, 0.2, "red")] // 348°: through 0
    [InlineData(1, 0.5, 0, "orange")]
    [InlineData(1, 1, 0, "yellow")]
    [InlineData(0, 1, 0, "green")]
    [InlineData(0, 1, 1, "cyan")]
    [InlineData(0, 0, 1, "blue")]
    [InlineData(1, 0, 1, "purple")]
    [InlineData(0.5, 0.5, 0.75, "blue")] // pale
    public void Colours_have_the_name_of_their_hue(float red, float green, float blue, string name) =>
        Assert.Equal(name, NamedHue.All[NamedHue.Of(red, green, blue)].Name);

    [Fact]
    public void Colours_of_little_chroma_have_no_hue()
    {
        foreach (float level in new[] { 0, 0.25f, 1 })
            Assert.Equal(-1, NamedHue.Of(level, level, level));
        Assert.Equal(-1, NamedHue.Of(0.149f, 0, 0));
        Assert.Equal(0, NamedHue.Of(0.151f, 0, 0));
    }

    [Fact]
    public void Sectors_meet_and_cover_the_circle()
    {
        Assert.All(NamedHue.All.Zip(NamedHue.All.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        Assert.Equal(NamedHue.All[0].From, NamedHue.All[^1].To);
    }
}
