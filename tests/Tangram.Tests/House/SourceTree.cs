using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tangram.Tests;

/// <summary>The library's source files, cut into tokens well enough to see which types they declare and name.</summary>
internal static partial class SourceTree
{
    /// <summary>Words after which a name can stand for a type; after any other word, it is the name of what that word declares.</summary>
    private static readonly HashSet<string> BeforeTypes = new(StringComparer.Ordinal)
    {
        "abstract", "and", "as", "await", "case", "const", "else", "explicit", "extern", "implicit", "in", "init", "internal", "is", "new", "not", "or", "out", "override",
        "params", "partial", "private", "protected", "public", "readonly", "ref", "required", "return", "scoped", "sealed", "static", "this", "throw", "using",
        "virtual", "volatile", "when", "where", "yield",
    };

    public static string LibraryFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "src", "Tangram"));

    /// <summary>The path of each source file below the library's folder, and its tokens.</summary>
    public static IReadOnlyList<(string Path, string[] Tokens)> Read()
    {
        string folder = LibraryFolder();
        return [.. Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), Tokens(File.ReadAllText(path))))];
    }

    /// <summary>Words and signs, without comments, characters and the literal text of strings; what an interpolated string has in braces stays.</summary>
    public static string[] Tokens(string source)
    {
        string code = Comments().Replace(source, match => match.Value[0] == '/' ? " " : match.Value.Contains('$', StringComparison.Ordinal)
            ? " " + string.Join(" ; ", Holes().Matches(match.Value).Select(hole => hole.Groups["inner"].Value)) + " "
            : " 0 ");
        return [.. TokenPattern().Matches(code).Select(match => match.Value)];
    }

    /// <summary>The types that a file declares.</summary>
    public static IEnumerable<string> Declared(string[] tokens)
    {
        for (int index = 0; index + 1 < tokens.Length; index++)
        {
            string next = tokens[index + 1];
            if (tokens[index] is "class" or "interface" or "enum" or "struct" or "record" && char.IsUpper(next[0]) && !IsConstraint(tokens, index))
                yield return next;
            if (tokens[index] == "delegate" && next != "*" && index + 2 < tokens.Length && IsWord(next))
                yield return tokens[index + 2];
        }
    }

    /// <summary>
    /// The names that a file may use as types: not the names of members, whether declared (<c>void Run(</c>) or used (<c>workers.Run(</c>, <c>Run(</c> without
    /// <c>new</c>). A file that declares a member of a type's name can still mean the type where it uses a member of it, so <c>Name.Member</c> counts there only
    /// when the name isn't the member's.
    /// </summary>
    public static HashSet<string> UsedTypes(string[] source)
    {
        string[] tokens = WithoutEnumMembers(source);
        var members = Enumerable.Range(0, tokens.Length).Where(index => IsDeclaredName(tokens, index)).Select(index => tokens[index]).ToHashSet(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        for (int index = 0; index < tokens.Length; index++)
        {
            string token = tokens[index], before = index > 0 ? tokens[index - 1] : "", after = index + 1 < tokens.Length ? tokens[index + 1] : "";
            bool qualified = before == "." && index > 1 && tokens[index - 2] == "Tangram";
            if (!IsWord(token) || IsDeclaredName(tokens, index) || (before == "." && !qualified))
                continue;
            if (after == "(" && before is not ("new" or ":" or ","))
                continue;
            if (members.Contains(token) && !qualified && before != "new" && !(IsWord(after) && !BeforeTypes.Contains(after)))
                continue;
            used.Add(token);
        }
        return used;
    }

    private static string[] WithoutEnumMembers(string[] tokens)
    {
        bool inEnum = false;
        var kept = new List<string>();
        for (int index = 0; index < tokens.Length; index++)
        {
            inEnum = inEnum ? tokens[index] != "}" : tokens[index] == "enum";
            if (!inEnum)
                kept.Add(tokens[index]);
        }
        return [.. kept];
    }

    private static bool IsWord(string token) => char.IsLetter(token[0]) || token[0] == '_';

    private static bool IsConstraint(string[] tokens, int index) => index > 0 && tokens[index - 1] is ":" or ",";

    /// <summary>Whether the token is the name in a declaration: it follows its type, and what can follow a name follows it.</summary>
    private static bool IsDeclaredName(string[] tokens, int index)
    {
        if (index == 0 || index + 1 >= tokens.Length || !IsWord(tokens[index]))
            return false;
        string before = tokens[index - 1], after = tokens[index + 1];
        bool afterType = (IsWord(before) && !BeforeTypes.Contains(before)) || before is ">" or "]" or "?" or ")";
        return afterType && after is "(" or "{" or "=" or ";" or "," or ")" or "<" or "=>";
    }

    [GeneratedRegex("""//[^\n]*|/\*.*?\*/|\$*\"{3,}.*?\"{3,}|\$?@\$?"(?:[^"]|"")*"|\$"(?:\\.|\{[^{}]*\}|[^"\\])*"|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])+'""",
        RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\{(?<inner>[^{}:]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Holes();

    [GeneratedRegex(@"[\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|=>|\S", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TokenPattern();
}
