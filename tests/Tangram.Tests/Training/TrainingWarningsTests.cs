namespace Tangram.Tests;

public sealed class TrainingWarningsTests
{
    private const int Width = 24;

    [Fact]
    public void Rows_that_vary_by_about_one_and_pixels_need_no_words()
    {
        Assert.Empty(TrainingOptions.PaperMnist.WarningsFor(Rows(value => value)));
        Assert.Empty(TrainingOptions.PaperMnist.WarningsFor(Rows(value => 1000 * value)));
        Assert.Empty(TrainingOptions.PaperMnist.WarningsFor(Rows(value => 0.01f * value)));
        Assert.Empty(TrainingOptions.PaperMnist.WarningsFor(Make.Images(new ImageShape(5, 4, 1), 30)));
    }

    [Theory]
    [InlineData("one column", "most of it column 5")]
    [InlineData("mean", "--pre-bias mean")]
    [InlineData("tiny", "features hardly move")]
    [InlineData("equal", "there is nothing to learn")]
    [InlineData("one wide column", "Column 7 of 'rows' has 100 % of all variance")]
    public void What_hides_from_scores_or_cant_be_learned_is_told_with_the_remedy(string what, string words)
    {
        ImageSet rows = what switch
        {
            "one column" => Rows((value, column) => value + (column == 5 ? 10_000 : 0)),
            "mean" => Rows(value => value + 1000),
            "tiny" => Rows(value => value * 1e-6f),
            "equal" => Rows((_, column) => column),
            _ => Rows((value, column) => column == 7 ? 100 * value : value),
        };
        string warning = Assert.Single(TrainingOptions.PaperMnist.WarningsFor(rows));
        Assert.Contains(words, warning, StringComparison.Ordinal);
        Assert.Contains("'rows'", warning, StringComparison.Ordinal);
    }

    private static ImageSet Rows(Func<float, float> change) => Rows((value, _) => change(value));

    private static ImageSet Rows(Func<float, int, float> change)
    {
        var random = new CounterRandom(6, RandomPurpose.Shuffle);
        return ImageSet.FromRows("rows", Width, Enumerable.Range(0, 300 * Width).Select(index => change((float)random.Normal((ulong)index), index % Width)).ToArray());
    }
}
