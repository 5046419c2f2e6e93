using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tangram.Explorer;

namespace Tangram.Tests;

/// <summary>Names and notes: kept in the run, bounded, never lost, never taken for another model's.</summary>
public sealed class FeatureNotesTests : IDisposable
{
    private const string Damaged = "{ \"format\": \"tangram notes\", \"formatVersion\": 1, \"notes\": [ {";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_name_and_a_note_are_kept_and_there_when_the_run_is_opened_again()
    {
        string copy = ExploredRun.Digits.Copy(_folder);
        await using (ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open(copy)))
        {
            await KeepAsync(run, 7, "  a loop, 环 🐛 ", "Seen in\r\nsixes.");
            await AssertNoteAsync(run, 7, "a loop, 环 🐛", "Seen in\nsixes.");
        }
        await using ServedRun again = await ServedRun.StartAsync(ExploredRun.Digits.Open(copy));
        await AssertNoteAsync(again, 7, "a loop, 环 🐛", "Seen in\nsixes.");
        JsonElement rows = await again.GetAsync("/api/members/0/features");
        Assert.Equal("a loop, 环 🐛", rows[7].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, rows[8].GetProperty("name").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await again.GetAsync("/api/members/1/features"))[7].GetProperty("name").ValueKind);
        await AssertNoteAsync(again, 8, "", "");
    }

    [Fact]
    public async Task A_note_is_deleted_and_others_stay()
    {
        string copy = ExploredRun.Digits.Copy(_folder);
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open(copy));
        await KeepAsync(run, 1, "one", "");
        await KeepAsync(run, 2, "", "two");
        await KeepAsync(run, 3, "three", "3");
        using (HttpResponseMessage deleted = await run.Client.DeleteAsync("/api/members/0/features/1/note", Cancellation))
            Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        await KeepAsync(run, 3, " ", "\n");
        await AssertNoteAsync(run, 1, "", "");
        await AssertNoteAsync(run, 2, "", "two");
        await AssertNoteAsync(run, 3, "", "");
        Assert.DoesNotContain("three", await File.ReadAllTextAsync(Path.Combine(copy, "notes.json"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open(ExploredRun.Digits.Copy(_folder)));
        await Parallel.ForAsync(0, 60, Cancellation, async (feature, _) => await KeepAsync(run, feature % 30, $"name {feature % 30}", $"{feature}"));
        JsonElement rows = await run.GetAsync("/api/members/0/features");
        foreach (JsonElement row in rows.EnumerateArray().Take(30))
            Assert.Equal($"name {row.GetProperty("feature").GetInt32()}", row.GetProperty("name").GetString());
    }

    [Fact]
    public void Two_explorers_of_one_run_lose_nothing_of_each_other()
    {
        string copy = ExploredRun.Digits.Copy(_folder);
        using Exploration first = ExploredRun.Digits.Open(copy), second = ExploredRun.Digits.Open(copy);
        var (one, other) = (new FeatureNotes(first), new FeatureNotes(second));
        one.Set(0, 1, FeatureNote.Of("first", ""));
        other.Set(0, 2, FeatureNote.Of("second", ""));
        one.Set(0, 3, FeatureNote.Of("third", ""));
        var all = new FeatureNotes(second);
        Assert.Equal(("first", "second", "third"), (all.NameOf(0, 1), all.NameOf(0, 2), all.NameOf(0, 3)));
    }

    /// <summary>Each explorer has a lock of its own, as in two processes; what keeps one from the other is the file's.</summary>
    [Fact]
    public async Task Two_explorers_that_write_at_the_same_time_lose_nothing()
    {
        string copy = ExploredRun.Digits.Copy(_folder);
        using Exploration first = ExploredRun.Digits.Open(copy), second = ExploredRun.Digits.Open(copy);
        FeatureNotes[] both = [new FeatureNotes(first), new FeatureNotes(second)];
        await Parallel.ForAsync(0, 80, Cancellation, (feature, _) =>
        {
            both[feature % 2].Set(0, feature, FeatureNote.Of($"name {feature}", ""));
            return ValueTask.CompletedTask;
        });
        var all = new FeatureNotes(second);
        Assert.All(Enumerable.Range(0, 80), feature => Assert.Equal($"name {feature}", all.NameOf(0, feature)));
    }

    [Fact]
    public async Task A_note_that_was_changed_meanwhile_is_not_overwritten()
    {
        string copy = ExploredRun.Digits.Copy(_folder);
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open(copy));
        await KeepAsync(run, 4, "theirs", "first");
        const string Path = "/api/members/0/features/4/note";
        using (var late = new HttpRequestMessage(HttpMethod.Put, Path) { Content = JsonContent.Create(new { name = "mine", note = "", was = new { name = "", note = "" } }) })
            Assert.StartsWith("This note was changed meanwhile", await run.RefusedAsync(HttpStatusCode.Conflict, late), StringComparison.Ordinal);
        await AssertNoteAsync(run, 4, "theirs", "first");
        // Another feature's is nobody's matter, and who has seen what is there may replace it.
        foreach (var (feature, was) in new[] { (5, new { name = "", note = "" }), (4, new { name = "theirs", note = "first" }) })
        {
            using HttpResponseMessage kept = await run.Client.PutAsJsonAsync($"/api/members/0/features/{feature}/note", new { name = "mine", note = "", was }, Cancellation);
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
            await AssertNoteAsync(run, feature, "mine", "");
        }
    }

    [Theory]
    [InlineData("a\u0007b", "", "control characters")]
    [InlineData("two\nlines", "", "one line")]
    [InlineData("", "a\0b", "control characters")]
    public async Task What_cannot_be_shown_is_refused(string name, string note, string expected)
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        Assert.Contains(expected, await RefusedAsync(run, new { name, note }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_long_is_refused()
    {
        await using ServedRun run = await ServedRun.StartAsync(SmallRun.Of("digits"));
        Assert.Contains("at most 80 characters; this one has 81", await RefusedAsync(run, new { name = new string('x', 81), note = "" }), StringComparison.Ordinal);
        Assert.Contains("at most 4000 characters; this one has 4001", await RefusedAsync(run, new { name = "", note = new string('x', 4001) }), StringComparison.Ordinal);
        Assert.Contains("can't be read", await RefusedAsync(run, new { name = 5 }), StringComparison.Ordinal);
        Assert.Contains("can't be read", await RefusedAsync(run, null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/members/0/features/200/note")]
    [InlineData("/api/members/0/features/-1/note")]
    [InlineData("/api/members/2/features/0/note")]
    public async Task A_feature_that_is_not_there_has_no_note(string path)
    {
        string copy = ExploredRun.Digits.Copy(_folder);
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open(copy));
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(new { name = "x", note = "" }) };
        Assert.StartsWith("There is no ", await run.RefusedAsync(HttpStatusCode.NotFound, request), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(copy, "notes.json")));
    }

    [Theory]
    [InlineData(Damaged)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{ \"format\": \"tangram notes\", \"formatVersion\": 2, \"notes\": [] }")]
    [InlineData("{ \"format\": \"tangram notes\", \"formatVersion\": 1, \"notes\": [ null ] }")]
    [InlineData("{ \"format\": \"tangram notes\", \"formatVersion\": 1, \"notes\": [ { \"member\": 0, \"feature\": 1 } ] }")]
    public async Task A_damaged_file_is_told_of_and_stays_as_it_is(string content)
    {
        string copy = ExploredRun.Digits.Copy(_folder), path = Path.Combine(copy, "notes.json");
        await File.WriteAllTextAsync(path, content, Cancellation);
        await using ServedRun run = await ServedRun.StartAsync(ExploredRun.Digits.Open(copy));
        string told = (await run.GetAsync("/api/members/0/features/1")).GetProperty("notesProblem").GetString()!;
        Assert.Matches(@"^notes\.json is damaged or was written by another version of tangram( \([a-z0-9.[\]]+\))?; it stays as it is", told);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/members/0/features/1/note") { Content = JsonContent.Create(new { name = "x", note = "" }) };
        Assert.Equal(told, await run.RefusedAsync(HttpStatusCode.BadRequest, request));
        Assert.Equal(content, await File.ReadAllTextAsync(path, Cancellation));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_of_kindly()
    {
        string copy = ExploredRun.Digits.Copy(_folder);
        using Exploration exploration = ExploredRun.Digits.Open(copy);
        var notes = new FeatureNotes(exploration);
        Directory.CreateDirectory(Path.Combine(copy, "notes.json")); // nothing can be renamed into its place, whoever tests
        var exception = Assert.Throws<InputException>(() => notes.Set(0, 1, FeatureNote.Of("x", "")));
        Assert.StartsWith("This wasn't kept, because the run's folder can't be written", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(copy, exception.Message, StringComparison.Ordinal);
        Assert.Null(notes.NameOf(0, 1));
        Assert.Empty(Directory.GetFiles(copy, "*.tmp-*"));
    }

    [Fact]
    public void Notes_of_another_model_are_shown_as_earlier_ones_and_kept()
    {
        string copy = ExploredRun.Digits.Copy(_folder), path = Path.Combine(copy, "notes.json");
        using Exploration exploration = ExploredRun.Digits.Open(copy);
        new FeatureNotes(exploration).Set(0, 5, FeatureNote.Of("earlier", "note"));
        string fingerprint = exploration.Member(0).Fingerprint;
        File.WriteAllText(path, File.ReadAllText(path).Replace(fingerprint, new string('0', fingerprint.Length), StringComparison.Ordinal));
        var notes = new FeatureNotes(exploration);
        Assert.Null(notes.NameOf(0, 5));
        Assert.Equal(new FeatureNote("earlier", "note"), notes.Earlier(0, 5));
        Assert.Null(notes.Earlier(1, 5));
        notes.Set(0, 5, FeatureNote.Of("now", ""));
        Assert.Equal("now", new FeatureNotes(exploration).NameOf(0, 5));
        Assert.Equal(new FeatureNote("earlier", "note"), new FeatureNotes(exploration).Earlier(0, 5));
    }

    private static async Task KeepAsync(ServedRun run, int feature, string name, string note)
    {
        using HttpResponseMessage kept = await run.Client.PutAsJsonAsync($"/api/members/0/features/{feature}/note", new { name, note }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
    }

    private static async Task AssertNoteAsync(ServedRun run, int feature, string name, string note)
    {
        JsonElement answer = (await run.GetAsync($"/api/members/0/features/{feature}")).GetProperty("note");
        Assert.Equal((name, note), (answer.GetProperty("name").GetString(), answer.GetProperty("note").GetString()));
    }

    private static async Task<string> RefusedAsync(ServedRun run, object? body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/members/0/features/1/note") { Content = JsonContent.Create(body) };
        string sentence = await run.RefusedAsync(HttpStatusCode.BadRequest, request);
        Assert.False(File.Exists(Path.Combine(run.Exploration.Source.Folder, "notes.json")));
        return sentence;
    }
}
