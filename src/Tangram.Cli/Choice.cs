using System.CommandLine;

namespace Tangram.Cli;

/// <summary>An option that takes one of a few words; null where it isn't given.</summary>
internal sealed class Choice<T>(string name, string description, params (string Word, T Value)[] words) where T : struct, Enum
{
    public Option<string?> Option { get; } = new(name) { Description = description, HelpName = string.Join('|', words.Select(word => word.Word)) };

    /// <exception cref="InputException">None of the words.</exception>
    public T? Value(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is not { } given)
            return null;
        foreach (var (word, value) in words)
        {
            if (word == given)
                return value;
        }
        throw new InputException($"{name} is {string.Join(" or ", words.Select(word => word.Word))}, not '{given}'.");
    }
}
