namespace Tangram.Tests;

public sealed class HelpTests
{
    [Theory]
    [InlineData("")]
    [InlineData("train")]
    [InlineData("sweep")]
    [InlineData("evaluate")]
    [InlineData("encode")]
    [InlineData("report")]
    [InlineData("bench")]
    [InlineData("reconstruct")]
    [InlineData("search")]
    [InlineData("explore")]
    [InlineData("data")]
    [InlineData("data list")]
    [InlineData("data get")]
    [InlineData("data export")]
    [InlineData("devices")]
    public async Task The_help_is_the_approved_one(string verb)
    {
        string[] path = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string help = await CommandRun.SucceedAsync([.. path, "--help"]);
        Assert.Contains("Example:", help, StringComparison.Ordinal);
        Approved.Equal(string.Join('-', ["help", .. path]), help);
    }

    [Fact]
    public async Task The_list_of_image_sets_is_the_approved_one() => Approved.Equal("data-list", await CommandRun.SucceedAsync("data", "list"));

    [Fact]
    public async Task The_list_of_image_sets_as_json_is_the_approved_one() =>
        Approved.Equal("data-list-json", await CommandRun.SucceedAsync("data", "list", "--json"));
}
