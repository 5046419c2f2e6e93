using System.Xml.Linq;
using Spectre.Console;
using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>Foreign text does nothing to a terminal, a figure or a page, whichever way it takes out.</summary>
public sealed class PrintableTests
{
    /// <summary>Clears the screen, runs backwards, breaks the line, ends in half a character.</summary>
    private const string Hostile = "a\u001b[2J\u202eb\nc\u0000\u009b\ud800";

    private const string Shown = "a␛[2J\uFFFDb␊c␀\uFFFD\uFFFD";

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("café 中文 👩‍🔬 عربي", "café 中文 👩‍🔬 عربي")]
    [InlineData("\u007f\u0085\u2028\u2066\u2069", "␡\uFFFD\uFFFD\uFFFD\uFFFD")]
    public void A_line_keeps_its_length_and_shows_what_it_may_not_do(string text, string expected)
    {
        Assert.Equal(expected, Printable.Line(text));
        Assert.Equal(text.Length, Printable.Line(text).Length);
        Assert.Equal(expected, Printable.Line(expected));
    }

    [Fact]
    public void Half_a_character_is_none()
    {
        Assert.Equal(Shown, Printable.Line(Hostile));
        Assert.Equal("\uFFFDx\uFFFD", Printable.Line("\udc00x\ud83d"));
        Assert.Equal("\uFFFD👩", Printable.Line("\ud83d👩"));
    }

    [Fact]
    public void Lines_stay_lines() => Assert.Equal("a\tb\nc␛", Printable.Lines("a\tb\r\nc\u001b"));

    [Fact]
    public void A_json_document_keeps_its_content()
    {
        string json = System.Text.Json.JsonSerializer.Serialize(new { name = "a\u001b\u202e中👩" }, Json.Options);
        string printed = Printable.Json(json);
        Assert.Contains(@"a\u001b\u202e中", printed, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("a\u001b\u202e中👩", System.Text.Json.JsonDocument.Parse(printed).RootElement.GetProperty("name").GetString());
    }

    [Fact]
    public void The_terminal_gets_none_of_it()
    {
        using StringWriter output = new(), error = new();
        var terminal = new Terminal(output, error);
        terminal.WriteLine(Hostile);
        terminal.Log(Hostile);
        terminal.ErrorWriter.WriteLine(Hostile);
        terminal.Output.Write(new Table().AddColumn("class").AddRow(Hostile.Replace("\n", "", StringComparison.Ordinal).EscapeMarkup()));
        terminal.WriteJson(new { Hostile });
        Assert.StartsWith(Shown + Environment.NewLine, output.ToString(), StringComparison.Ordinal);
        Assert.Equal($"{Shown}{Environment.NewLine}{Shown}{Environment.NewLine}", error.ToString());
        AssertHarmless(output.ToString());
    }

    [Fact]
    public async Task A_message_names_what_it_is_about_in_one_line()
    {
        CommandRun run = await CommandRun.InvokeAsync("train", Hostile.Replace("\0", "", StringComparison.Ordinal));
        Assert.Equal(TangramCommand.BadInput, run.ExitCode);
        Assert.Contains("a␛[2J\uFFFDb␊c", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Count(letter => letter == '\n'));
        AssertHarmless(run.Error);
    }

    [Fact]
    public void A_figure_is_well_formed_whatever_its_words_are()
    {
        var svg = new Svg(100, 100, Hostile, Hostile);
        svg.Text(Hostile, 1, 1);
        svg.Rectangle(1, 1, 1, 1, tooltip: Hostile);
        XElement root = XDocument.Parse(svg.ToString()).Root!;
        Assert.Equal(Shown, root.Elements().First(element => element.Name.LocalName == "title").Value);
        AssertHarmless(svg.ToString());
    }

    private static void AssertHarmless(string text) =>
        Assert.DoesNotContain(text, letter => (char.IsControl(letter) && letter is not ('\n' or '\r')) || letter is >= '\u202a' and <= '\u202e');
}
