using System.Text.Json;

namespace Tangram;

/// <summary>What a safetensors header says of a tensor; <paramref name="Start"/> and <paramref name="End"/> count bytes after the header.</summary>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Start, long End);

/// <summary>
/// The JSON header of a safetensors file. Nothing in it is taken on trust: a name stands once, a tensor's bytes are as many as its type and shape ask for, and the tensors lie one after the other,
/// without overlap or hole, up to the end of the file. Source: the format's own description, "Format" in the safetensors documentation.
/// </summary>
internal static class SafetensorsHeader
{
    private const string MetadataName = "__metadata__";

    /// <summary>Adds to <paramref name="metadata"/>, and returns the tensors in the header's order.</summary>
    /// <exception cref="FormatException">A clause that names the fault.</exception>
    public static IReadOnlyList<SafetensorsEntry> Parse(byte[] header, long dataBytes, Dictionary<string, string> metadata)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(header);
            var tensors = new List<SafetensorsEntry>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (JsonProperty property in Object(document.RootElement, "its header"))
            {
                if (!names.Add(property.Name))
                    throw new FormatException($"'{property.Name}' stands in its header twice");
                if (property.Name != MetadataName)
                    tensors.Add(Entry(property.Name, property.Value));
                else if (property.Value.ValueKind != JsonValueKind.Null) // as good as none, say the format's own readers
                    AddMetadata(property.Value, metadata);
            }
            CheckLayout(tensors, dataBytes);
            return tensors;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Of values, kinds are asked for before they are taken: what is left is text that isn't UTF-8, and half characters in names.
            throw new FormatException("its header isn't JSON", exception);
        }
    }

    private static void AddMetadata(JsonElement json, Dictionary<string, string> metadata)
    {
        foreach (JsonProperty entry in Object(json, "its metadata"))
        {
            if (entry.Value.ValueKind != JsonValueKind.String)
                throw new FormatException($"its metadata '{entry.Name}' is {Kind(entry.Value)}, and metadata are texts");
            if (!metadata.TryAdd(entry.Name, entry.Value.GetString()!))
                throw new FormatException($"its metadata have '{entry.Name}' twice");
        }
    }

    private static SafetensorsEntry Entry(string name, JsonElement json)
    {
        string? type = null;
        long[]? shape = null, offsets = null;
        foreach (JsonProperty property in Object(json, $"what its header says of tensor '{name}'"))
        {
            switch (property.Name)
            {
                case "dtype" when type is null && property.Value.ValueKind == JsonValueKind.String:
                    type = property.Value.GetString();
                    break;
                case "shape" when shape is null:
                    shape = Counts(name, "shape", property.Value);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Counts(name, "data_offsets", property.Value);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw new FormatException($"the {property.Name} of tensor '{name}' can't be read or stands there twice");
            }
        }
        if (type is null || shape is null || offsets is not [var start, var end])
            throw new FormatException($"tensor '{name}' is without dtype, shape or two data_offsets");
        if (BitsOf(type) is not { } bits)
            throw new FormatException($"tensor '{name}' is of type '{type}', which the format doesn't have");
        Int128 wanted = shape.Aggregate((Int128)bits, (product, extent) => Int128.Min(product, long.MaxValue) * extent);
        if (wanted % 8 != 0 || wanted / 8 != end - start)
            throw new FormatException($"tensor '{name}' is {type} [{string.Join(", ", shape)}], which isn't the {(Int128)end - start:N0} bytes that it has");
        return new SafetensorsEntry(name, type, shape, start, end);
    }

    private static void CheckLayout(IEnumerable<SafetensorsEntry> tensors, long dataBytes)
    {
        long end = 0;
        string before = "";
        foreach (SafetensorsEntry tensor in tensors.OrderBy(tensor => tensor.Start).ThenBy(tensor => tensor.End))
        {
            if (tensor.Start < end)
                throw new FormatException($"tensors '{before}' and '{tensor.Name}' overlap");
            if (tensor.Start > end)
                throw new FormatException($"the {tensor.Start - end:N0} bytes before tensor '{tensor.Name}' belong to none");
            if (tensor.End > dataBytes)
                throw new FormatException($"it ends {tensor.End - dataBytes:N0} bytes before the end of tensor '{tensor.Name}'");
            (end, before) = (tensor.End, tensor.Name);
        }
        if (dataBytes > end)
            throw new FormatException($"its last {dataBytes - end:N0} bytes belong to no tensor");
    }

    private static long[] Counts(string name, string what, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw new FormatException($"the {what} of tensor '{name}' is {Kind(json)}, not a list of numbers");
        return [.. json.EnumerateArray().Select(element => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long value) && value >= 0
            ? value
            : throw new FormatException($"the {what} of tensor '{name}' holds something else than counts"))];
    }

    private static JsonElement.ObjectEnumerator Object(JsonElement json, string what) => json.ValueKind == JsonValueKind.Object
        ? json.EnumerateObject()
        : throw new FormatException($"{what} is {Kind(json)}, not names with values");

    private static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        JsonValueKind.Number => "a number",
        JsonValueKind.String => "a text",
        JsonValueKind.Object => "names with values",
        _ => "a truth value",
    };

    /// <summary>How many bits a number of a type has; null for a type that the format doesn't know.</summary>
    private static int? BitsOf(string type) => type switch
    {
        "F64" or "I64" or "U64" or "C64" => 64,
        "F32" or "I32" or "U32" => 32,
        "F16" or "BF16" or "I16" or "U16" => 16,
        "I8" or "U8" or "BOOL" or "F8_E5M2" or "F8_E4M3" or "F8_E8M0" or "F8_E5M2FNUZ" or "F8_E4M3FNUZ" => 8,
        "F6_E2M3" or "F6_E3M2" => 6,
        "F4" => 4,
        _ => null,
    };
}
