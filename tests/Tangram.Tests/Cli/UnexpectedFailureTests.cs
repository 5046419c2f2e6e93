using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>A mistake of the program's own: one line and exit code 1, and the stack on request alone.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class UnexpectedFailureTests : IDisposable
{
    private readonly string? _oldTrace = Environment.GetEnvironmentVariable("TANGRAM_TRACE");

    public void Dispose() => Environment.SetEnvironmentVariable("TANGRAM_TRACE", _oldTrace);

    [Fact]
    public async Task It_is_one_line()
    {
        Environment.SetEnvironmentVariable("TANGRAM_TRACE", null);
        Assert.Equal(["tangram: unexpected failure: InvalidTimeZoneException: of two lines"], await FailAsync(new InvalidTimeZoneException("of two\nlines")));
    }

    [Fact]
    public async Task The_stack_is_shown_on_request()
    {
        Environment.SetEnvironmentVariable("TANGRAM_TRACE", "1");
        Assert.Contains(await FailAsync(new InvalidTimeZoneException("one")), line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_little_memory_is_one_line_with_the_remedy()
    {
        string line = Assert.Single(await FailAsync(new InsufficientMemoryException()));
        Assert.StartsWith("tangram: There is not enough memory (", line, StringComparison.Ordinal);
        Assert.EndsWith("use fewer features or members, or a smaller batch.", line, StringComparison.Ordinal);
    }

    private static async Task<string[]> FailAsync(Exception exception)
    {
        using var output = new BrokenWriter(exception);
        using var error = new StringWriter();
        Assert.Equal(TangramCommand.Failed, await TangramCommand.InvokeAsync(["data", "list", "--json"], output, error, TestContext.Current.CancellationToken));
        return error.ToString().TrimEnd().Split('\n');
    }

    private sealed class BrokenWriter(Exception exception) : StringWriter
    {
        public override void WriteLine(string? value) => throw exception;
    }
}
