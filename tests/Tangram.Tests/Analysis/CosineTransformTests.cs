namespace Tangram.Tests;

public sealed class CosineTransformTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    [InlineData(16, 9)]
    [InlineData(64, 64)]
    public void Sums_of_squares_stay(int width, int height)
    {
        float[] plane = Numbers.Row(width * height, 3), coefficients = new float[plane.Length];
        new CosineTransform(width, height).Transform(plane, coefficients);
        Assert.Equal(plane.Sum(value => (double)value * value), coefficients.Sum(value => (double)value * value), 1e-3 * plane.Length);
        Assert.Equal(plane.Sum(value => (double)value) / Math.Sqrt(plane.Length), coefficients[0], 1e-4 * plane.Length);
    }

    [Fact]
    public void A_wave_is_one_coefficient()
    {
        const int Width = 12, Height = 10, U = 3, V = 4;
        float[] plane = [.. Enumerable.Range(0, Width * Height).Select(pixel =>
            (float)(Math.Cos(Math.PI * ((2 * (pixel % Width)) + 1) * U / (2 * Width)) * Math.Cos(Math.PI * ((2 * (pixel / Width)) + 1) * V / (2 * Height))))];
        var coefficients = new float[plane.Length];
        new CosineTransform(Width, Height).Transform(plane, coefficients);
        int largest = Array.IndexOf(coefficients, coefficients.Max());
        Assert.Equal((V * Width) + U, largest);
        Assert.All(coefficients.Where((_, index) => index != largest), value => Assert.Equal(0, value, 1e-4));
        Assert.Equal(2.5, CosineTransform.Frequency(U, V));
    }
}
