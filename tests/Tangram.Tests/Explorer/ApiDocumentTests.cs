using System.Runtime.CompilerServices;

namespace Tangram.Tests;

/// <summary>The pages' types are made from web/openapi.json, so it has to be what the server says of itself.</summary>
public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_document_is_the_one_that_the_pages_are_made_for()
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        string actual = (await run.Client.GetStringAsync("/api/openapi.json", TestContext.Current.CancellationToken)).ReplaceLineEndings("\n").TrimEnd();
        string path = PathOfDocument(), expected = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n").TrimEnd();
        if (actual != expected)
            await File.WriteAllTextAsync(Path.ChangeExtension(path, ".received.json"), actual, TestContext.Current.CancellationToken);
        Assert.Equal(expected, actual);
    }

    private static string PathOfDocument([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "Tangram.Explorer", "web", "openapi.json"));
}
