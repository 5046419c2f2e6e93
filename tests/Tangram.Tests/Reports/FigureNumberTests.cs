namespace Tangram.Tests;

public sealed class FigureNumberTests
{
    [Theory]
    [InlineData(0.97012, "F4", "0.9701")]
    [InlineData(-0.97012, "F4", "-0.9701")]
    [InlineData(-0.00004, "F4", "0.0000")]
    [InlineData(-0.00006, "F4", "-0.0001")]
    [InlineData(-0.0, "F2", "0.00")]
    [InlineData(-0.004, "P0", "0 %")]
    [InlineData(-0.006, "P0", "-1 %")]
    [InlineData(-10, "F0", "-10")]
    [InlineData(double.NaN, "F4", "–")]
    [InlineData(double.PositiveInfinity, "F4", "–")]
    [InlineData(double.NegativeInfinity, "P1", "–")]
    public void Zero_has_no_sign_and_what_is_no_number_is_a_dash(double value, string format, string text) => Assert.Equal(text, Figure.Number(value, format));
}
