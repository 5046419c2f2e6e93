using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>
/// A number that has no value (NaN, or infinite) is <c>null</c> in JSON, and null is read as NaN: what other programs read is a number or nothing. The words "NaN" and
/// "Infinity", which earlier versions wrote, are still read.
/// </summary>
internal sealed class UndefinedNumbers : JsonConverter<double>
{
    public override bool HandleNull => true;

    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => double.NaN,
        JsonTokenType.String => reader.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => throw new JsonException(),
        },
        _ => reader.GetDouble(),
    };

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteNullValue();
    }
}
