using System.Buffers;
using System.Text;

namespace Tangram;

/// <summary>
/// Foreign text, made fit to be printed: file names, class names and what files say of themselves may hold anything, and a terminal obeys control characters, a reader is misled by text that runs
/// backwards, and XML forbids both. Every way out goes through here: the terminal, SVG and HTML.
/// </summary>
public static class Printable
{
    private const char Replacement = '\uFFFD', ControlPictures = '\u2400', DeletePicture = '\u2421';

    /// <summary>Controls (C0, DEL, C1), separators of lines, what embeds, overrides or isolates a direction, halves of characters, and what is no character.</summary>
    private static readonly SearchValues<char> Unprintable = SearchValues.Create(
        [.. Between('\0', '\x1F'), .. Between('\x7F', '\x9F'), .. Between('\u2028', '\u202E'), .. Between('\u2066', '\u2069'), .. Between('\uD800', '\uDFFF'), '\uFFFE', '\uFFFF']);

    /// <summary>The text in one line, every character that can't be printed replaced by one that shows it: as long as before, so that it takes the room that was measured.</summary>
    public static string Line(string text)
    {
        int first = text.AsSpan().IndexOfAny(Unprintable);
        if (first < 0)
            return text;
        return string.Create(text.Length, text, static (shown, text) =>
        {
            for (int index = 0; index < shown.Length; index++)
            {
                char letter = text[index];
                if (char.IsHighSurrogate(letter) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
                {
                    (shown[index], shown[index + 1]) = (letter, text[index + 1]);
                    index++;
                    continue;
                }
                shown[index] = !Unprintable.Contains(letter) ? letter
                    : letter < ' ' ? (char)(ControlPictures + letter)
                    : letter == '\x7F' ? DeletePicture
                    : Replacement;
            }
        });
    }

    /// <summary>The same, of text of several lines: these and tabs stay.</summary>
    public static string Lines(string text) =>
        text.AsSpan().IndexOfAny(Unprintable) < 0 ? text : string.Join('\n', text.Split('\n').Select(line => string.Join('\t', line.TrimEnd('\r').Split('\t').Select(Line))));

    /// <summary>A JSON document with the same content: what its strings may not show is escaped. Outside of strings there is none of it but ends of lines.</summary>
    public static string Json(string document)
    {
        var text = new StringBuilder(document.Length);
        foreach (char letter in document)
        {
            if (letter is '\n' or '\r' || char.IsSurrogate(letter) || !Unprintable.Contains(letter))
                text.Append(letter);
            else
                text.Append($"\\u{(int)letter:x4}");
        }
        return text.ToString();
    }

    private static IEnumerable<char> Between(char first, char last) => Enumerable.Range(first, last - first + 1).Select(code => (char)code);
}
