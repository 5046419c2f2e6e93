using System.Text.RegularExpressions;

namespace Tangram.Tests;

public sealed partial class ReportTests
{
    [Theory]
    [InlineData("digits")]
    [InlineData("no labels")]
    [InlineData("all dead")]
    public void The_page_stands_alone_and_covers_everything(string kind)
    {
        SmallRun small = SmallRun.Of(kind);
        string page = File.ReadAllText(small.Files[0]);
        Assert.DoesNotMatch(Outside(), page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(14, page.Split("<figure").Length - 1);
        Assert.Equal(1, page.Split("<main>").Length - 1);
        Assert.Equal(page.Split("class=\"scroll\"").Length, page.Split("class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").Length); // by keyboard, and with a name
        Assert.Contains("prefers-color-scheme", page, StringComparison.Ordinal);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
        foreach (Match link in Anchor().Matches(page).Cast<Match>())
            Assert.Contains($"id=\"{link.Groups["name"].Value}\"", page, StringComparison.Ordinal);
        // What a feature is and what a code is comes before anything else.
        Assert.True(page.IndexOf("<strong>code</strong>", StringComparison.Ordinal) < page.IndexOf("id=\"claims\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_claim_is_answered_whatever_the_run_can_show()
    {
        int rows = 0;
        foreach (string kind in new[] { "digits", "no labels", "all dead", "one image" })
        {
            SmallRun small = SmallRun.Of(kind);
            string page = File.ReadAllText(small.Files[0]);
            int found = page.Split("class=\"verdict ").Length - 1;
            Assert.True(rows == 0 || rows == found, $"{kind}: {found} claims");
            rows = found;
            Assert.Contains("not measured", page, StringComparison.Ordinal);
            Assert.Contains("This run differs from the paper: ", page, StringComparison.Ordinal);
            Assert.Contains("[230, 499, 89, …]", page, StringComparison.Ordinal);
            string words = page[..page.IndexOf("<figure", StringComparison.Ordinal)]; // pictures hold any letters
            foreach (string none in new[] { "NaN", "∞", "Infinity" })
                Assert.DoesNotContain(none, words, StringComparison.Ordinal);
        }
        Assert.Equal(29 + ImageClaimsTests.Claims, rows);
    }

    [Fact]
    public void Names_from_outside_are_escaped()
    {
        SmallRun small = SmallRun.Of("colour");
        string page = File.ReadAllText(small.Files[0]);
        Assert.Contains("red &lt;1&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("red <1>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_images_than_those_evaluated_on_are_refused()
    {
        SmallRun small = SmallRun.Of("no labels");
        ImageSet others = ImageSet.Open("sample:test");
        Assert.Throws<InputException>(() => small.Run.Report(others, cancellation: TestContext.Current.CancellationToken));
        Assert.Throws<InputException>(() => small.Run.Report(small.Images, others, cancellation: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_same_run_gives_the_same_report()
    {
        SmallRun small = SmallRun.Of("one image");
        string[] before = [.. small.Files.Select(File.ReadAllText)];
        RunReport again = small.Run.Report(small.Images, threads: 2, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal<string>(before, [.. again.Figures.Prepend(again.Page).Select(File.ReadAllText)], StringComparer.Ordinal);
        Assert.Throws<OperationCanceledException>(() => small.Run.Report(small.Images, threads: 1, cancellation: new CancellationToken(canceled: true)));
    }

    [GeneratedRegex("(https?:|src=|url\\()", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Outside();

    [GeneratedRegex("href=\"#(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Anchor();
}
