namespace Tangram.Tests;

public sealed class FrequencyBandsTests
{
    private const int Width = 24, Height = 16;

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)] // .71 periods
    [InlineData(2, 0, 2)] // 1
    [InlineData(0, 3, 2)] // 1.5
    [InlineData(4, 0, 3)] // 2
    [InlineData(6, 5, 3)] // 3.9
    [InlineData(0, 15, 4)] // 7.5
    [InlineData(16, 12, 5)] // 10
    public void A_wave_falls_into_the_octave_of_its_frequency(int u, int v, int band)
    {
        var bands = new FrequencyBands(Width, Height);
        var sums = new double[bands.Count];
        bands.AddEnergy(Wave(u, v, 1), sums);
        double energy = Wave(u, v, 1).Sum(value => (double)value * value);
        Assert.Equal(energy, sums[band], 1e-4 * energy);
        Assert.Equal(energy, sums.Sum(), 1e-4 * energy);
        var (from, to) = FrequencyBands.Range(band);
        Assert.True(band == 0 ? to == 0 : CosineTransform.Frequency(u, v) >= from && CosineTransform.Frequency(u, v) < to);
    }

    [Fact]
    public void Bands_reach_as_far_as_the_frequencies_of_the_plane()
    {
        Assert.Equal(1, new FrequencyBands(1, 1).Count);
        Assert.Equal(2, new FrequencyBands(2, 2).Count);
        Assert.Equal(8, new FrequencyBands(64, 64).Count); // 44.5 periods along the diagonal: mean, below 1, 1, 2, 4, 8, 16, 32
    }

    private static float[] Wave(int u, int v, double height) => [.. Enumerable.Range(0, Width * Height).Select(pixel =>
        (float)(height * Math.Cos(Math.PI * ((2 * (pixel % Width)) + 1) * u / (2 * Width)) * Math.Cos(Math.PI * ((2 * (pixel / Width)) + 1) * v / (2 * Height))))];
}
