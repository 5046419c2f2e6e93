using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;

namespace Tangram.Tests;

/// <summary>
/// Damages files as accidents and attacks do: bits, numbers of any width, ranges that are lost, doubled or moved, and, in text, words that are replaced or repeated. An edit is one number, from
/// which everything about it follows, so that a failure can be made again, and with fewer edits.
/// </summary>
internal static partial class Mutator
{
    private const int Kinds = 12, LongestRange = 64, MostEdits = 6;

    /// <summary>What code forgets: ends of types, and one beyond.</summary>
    private static readonly long[] Numbers =
        [0, 1, -1, 2, 7, 127, 128, 255, 256, 32_767, 65_535, 65_536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 40, long.MaxValue, long.MinValue];

    private static readonly string[] Words =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "2", "255", "65536", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807",
        "9223372036854775808", "1e9", "1e400", "-1e400", "0.5", "NaN", "\"NaN\"", "\"Infinity\"", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "\"\u202e\u001b[2J\"", "\"../../x\"", "[]", "{}", "[null]", "[[]]", "",
    ];

    /// <summary>The edits of a case: from one to a few.</summary>
    public static ulong[] Edits(ulong seed, ulong number)
    {
        ulong state = (seed * 0x9E3779B97F4A7C15) ^ (number * 0xD1B54A32D192ED03);
        var edits = new ulong[1 + (int)(Next(ref state) % MostEdits)];
        for (int index = 0; index < edits.Length; index++)
            edits[index] = Next(ref state);
        return edits;
    }

    /// <summary>The file with edits applied one after the other.</summary>
    /// <param name="whole">A good file.</param>
    /// <param name="edits">See <see cref="Edits"/>.</param>
    /// <param name="others">Good files that parts may come from.</param>
    public static byte[] Apply(byte[] whole, IEnumerable<ulong> edits, IReadOnlyList<byte[]> others) =>
        edits.Aggregate(whole, (file, edit) => Apply(file, edit, others));

    private static byte[] Apply(byte[] file, ulong edit, IReadOnlyList<byte[]> others)
    {
        ulong state = edit;
        int kind = Below(ref state, Kinds), at = Place(ref state, file.Length), length = Math.Min(1 + Below(ref state, LongestRange), file.Length - at);
        byte[] changed = [.. file];
        switch (kind)
        {
            case 0 when length > 0:
                changed[at] ^= (byte)(1 << Below(ref state, 8));
                return changed;
            case 1 when length > 0:
                changed[at] = (byte)Next(ref state);
                return changed;
            case 2 or 3 when length > 0:
                return WithNumber(changed, at, ref state);
            case 4:
                return [.. file[..at], .. file[(at + length)..]];
            case 5:
                return Below(ref state, 4) > 0 ? [.. file[..(at + length)], .. file[at..]] : file[..at];
            case 6:
                byte[] filling = new byte[length];
                filling.AsSpan().Fill((byte)(Below(ref state, 2) * 255));
                return [.. file[..at], .. filling, .. file[at..]];
            case 7:
                changed.AsSpan(at, length).Fill((byte)(Below(ref state, 2) * 255));
                return changed;
            case 8:
                byte[] other = others[Below(ref state, others.Count)];
                int from = Place(ref state, other.Length);
                return [.. file[..at], .. other[from..Math.Min(other.Length, from + length)], .. file[(Below(ref state, 2) == 0 ? at : at + length)..]];
            default:
                return WithWord(file, kind == 9, ref state);
        }
    }

    /// <summary>A number of 2, 4 or 8 bytes of either order becomes one of <see cref="Numbers"/>, or a neighbour of what it was.</summary>
    private static byte[] WithNumber(byte[] file, int at, ref ulong state)
    {
        int width = Math.Min(2 << Below(ref state, 3), file.Length - at);
        bool big = Below(ref state, 2) == 0;
        Span<byte> place = file.AsSpan(at, width), number = stackalloc byte[sizeof(long)];
        number.Clear();
        if (big)
            place.CopyTo(number[^width..]);
        else
            place.CopyTo(number);
        long old = big ? BinaryPrimitives.ReadInt64BigEndian(number) : BinaryPrimitives.ReadInt64LittleEndian(number);
        long changed = Below(ref state, 3) switch { 0 => old + 1, 1 => old - 1, _ => Numbers[Below(ref state, Numbers.Length)] };
        if (big)
            BinaryPrimitives.WriteInt64BigEndian(number, changed);
        else
            BinaryPrimitives.WriteInt64LittleEndian(number, changed);
        (big ? number[^width..] : number[..width]).CopyTo(place);
        return file;
    }

    /// <summary>A number, string or name becomes another: one of <see cref="Words"/>, or one that stands elsewhere in the text.</summary>
    private static byte[] WithWord(byte[] file, bool fromElsewhere, ref ulong state)
    {
        MatchCollection words = Token().Matches(Encoding.Latin1.GetString(file));
        if (words.Count == 0)
            return file;
        Match word = words[Below(ref state, words.Count)];
        byte[] replacement = fromElsewhere ? Encoding.Latin1.GetBytes(words[Below(ref state, words.Count)].Value) : Encoding.UTF8.GetBytes(Words[Below(ref state, Words.Length)]);
        return [.. file[..word.Index], .. replacement, .. file[(word.Index + word.Length)..]];
    }

    /// <summary>Anywhere, but half of the time near the beginning, where headers are.</summary>
    private static int Place(ref ulong state, int length) =>
        Below(ref state, 2) == 0 ? Below(ref state, length + 1) : Below(ref state, Math.Min(length, LongestRange) + 1);

    private static int Below(ref ulong state, int bound) => (int)(Next(ref state) % (ulong)bound);

    /// <summary>Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.</summary>
    private static ulong Next(ref ulong state)
    {
        ulong bits = state += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    [GeneratedRegex("""-?[0-9][0-9.eE+-]*|"[^"\n]{0,200}"|'[^'\n]{0,200}'|\b(?:true|false|null|True|False)\b""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Token();
}
