using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Tangram.Tests;

/// <summary>What an instruction works on.</summary>
internal abstract record Operand;

internal sealed record Register(string Name) : Operand;

internal sealed record Constant(long Value) : Operand;

/// <summary>base + index · scale + offset; so many bytes, or as many as the instruction takes.</summary>
internal sealed record Address(int? Bytes, string Base, string? Index, int Scale, int Offset) : Operand;

internal sealed record Instruction(int Line, string Name, string? Label, Operand[] Operands);

/// <summary>The instructions of a listing in Intel's syntax, as far as ours go.</summary>
internal sealed partial class Listing
{
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);

    private Listing(string text)
    {
        var instructions = new List<Instruction>();
        string[] lines = text.Split('\n');
        for (int number = 1; number <= lines.Length; number++)
        {
            string line = lines[number - 1].Split('#')[0].Trim();
            if (line.Length == 0 || line[0] == '.')
                continue;
            if (line[^1] == ':')
            {
                _labels.Add(line[..^1], instructions.Count);
                continue;
            }
            string[] words = line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            string[] operands = words.Length > 1 ? words[1].Split(',', StringSplitOptions.TrimEntries) : [];
            instructions.Add(words[0][0] == 'j'
                ? new Instruction(number, words[0], operands[0], [])
                : new Instruction(number, words[0], null, [.. operands.Select(operand => Read(operand, number))]));
        }
        Instructions = instructions;
    }

    public IReadOnlyList<Instruction> Instructions { get; }

    public static string PathOf(string name, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "..", "src", "Tangram", "Kernels", "Bf16", name));

    public static string TestPathOf(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, name);

    public static Listing Open(string name) => new(File.ReadAllText(PathOf(name)));

    /// <summary>Where a function begins or a jump goes to.</summary>
    public int IndexOf(string label) => _labels[label];

    private static Operand Read(string text, int line)
    {
        if (long.TryParse(text, CultureInfo.InvariantCulture, out long value))
            return new Constant(value);
        if (RegisterPattern().IsMatch(text))
            return new Register(text);
        Match address = AddressPattern().Match(text);
        Assert.True(address.Success, $"line {line}: '{text}'");
        return new Address(Bytes(address.Groups["size"].Value), address.Groups["base"].Value, address.Groups["index"] is { Success: true } index ? index.Value : null,
            Number(address.Groups["scale"], otherwise: 1), Number(address.Groups["offset"], otherwise: 0));
    }

    private static int Number(Group group, int otherwise) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : otherwise;

    private static int? Bytes(string size) => size switch
    {
        "byte" => 1,
        "dword" => 4,
        "zmmword" => 64,
        _ => null,
    };

    [GeneratedRegex("^[a-z]+[0-9]*[a-z]?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RegisterPattern();

    [GeneratedRegex(@"^((?<size>byte|dword|zmmword) ptr )?\[(?<base>r[a-z0-9]+)( \+ (?<index>r[a-z0-9]+)(\*(?<scale>[1248]))?)?( \+ (?<offset>[0-9]+))?\]$",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AddressPattern();
}
