using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>
/// How options and results are written as JSON everywhere: camelCase names, enums as words, null for a number without a value. What is read is what the types say: an unknown name is an error, one that stands
/// twice, one that is missing, and null where nothing may be null.
/// </summary>
internal static class TangramJson
{
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    public static string Serialize<T>(T value, bool indented = false) => JsonSerializer.Serialize(value, indented ? Indented : Compact);

    /// <param name="json">The text.</param>
    /// <param name="origin">Where it is from: <c>'runs/mnist/run.json'</c>.</param>
    /// <param name="remedy">What can be done where it is damaged.</param>
    /// <exception cref="InputException">Not JSON of this type.</exception>
    public static T Deserialize<T>(string json, string origin, string remedy = "restore it from a copy")
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Compact) ?? throw new JsonException("null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InputException($"{origin} is damaged or was written by another version of tangram{Place(exception)}; {remedy}.", exception);
        }
    }

    /// <summary>Runs a check of what was read, whose own sentences are for who gave an option.</summary>
    /// <exception cref="InputException">It failed; the sentence names <paramref name="origin"/>.</exception>
    public static void CheckContent(Action check, string origin, string remedy = "restore it from a copy")
    {
        try
        {
            check();
        }
        catch (InputException exception)
        {
            throw new InputException($"{origin} is damaged: it says what can't be ({exception.Message.TrimEnd('.')}); {remedy}.", exception);
        }
    }

    /// <summary>Where the fault is, in names of ours; a damaged file may hold any others.</summary>
    private static string Place(Exception exception) =>
        exception is JsonException { Path: ['$', '.', .. { Length: > 0 } path] } && path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '[' or ']') ? $" ({path})" : "";

    private static JsonSerializerOptions Create(bool indented) => new(JsonSerializerDefaults.Web)
    {
        WriteIndented = indented,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new WholeListConverter(), new UndefinedNumbers() },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
