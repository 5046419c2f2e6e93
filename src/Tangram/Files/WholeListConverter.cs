using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tangram;

/// <summary>Lists in which nothing is null: of nullability, the serializer itself respects that of properties and parameters only.</summary>
internal sealed class WholeListConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && !typeToConvert.GenericTypeArguments[0].IsValueType;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;

    private sealed class Of<T> : JsonConverter<IReadOnlyList<T>> where T : class
    {
        public override IReadOnlyList<T>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            T?[]? list = JsonSerializer.Deserialize<T?[]>(ref reader, options);
            return list?.Contains(null) == true ? throw new JsonException("A list holds null.") : list as T[];
        }

        public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, (IEnumerable<T>)value, options);
    }
}
