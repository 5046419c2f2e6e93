namespace Tangram.Tests;

public sealed class LumaChromaTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 0, 0)]
    [InlineData(0.3, 0.3, 0.3, 0.3, 0, 0)]
    [InlineData(1, 0, 0, 0.299, -0.168736, 0.5)] // the numbers of the JFIF specification
    [InlineData(0, 1, 0, 0.587, -0.331264, -0.418688)]
    [InlineData(0, 0, 1, 0.114, 0.5, -0.081312)]
    public void Colours_have_the_luma_and_chroma_of_jpeg(double red, double green, double blue, double luma, double cb, double cr)
    {
        var planes = new float[6];
        LumaChroma.Transform([0, (float)red, 0, (float)green, 0, (float)blue], 3, planes);
        Assert.All(new[] { planes[0], planes[2], planes[4] }, value => Assert.Equal(0, value)); // the first pixel is black
        Assert.Equal(luma, planes[1], 1e-6);
        Assert.Equal(cb, planes[3], 1e-6);
        Assert.Equal(cr, planes[5], 1e-6);
    }

    [Fact]
    public void A_grey_image_is_its_own_luma()
    {
        var planes = new float[4];
        LumaChroma.Transform([0.1f, 0.2f, 0.3f, 0.4f], 1, planes);
        Assert.Equal([0.1f, 0.2f, 0.3f, 0.4f], planes);
        Assert.Equal(["luma Y"], LumaChroma.Planes(1));
    }
}
