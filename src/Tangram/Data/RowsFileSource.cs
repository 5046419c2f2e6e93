namespace Tangram;

/// <summary>
/// One file of rows that another program wrote, such as a model's activations: X [N, D] of float32 or float16 in C order in an <c>.npy</c> file, or a tensor [N, D] of F32, F16 or
/// BF16 in a <c>.safetensors</c> file, where an I32 or I64 tensor <c>labels</c> [N] gives labels. An <c>.npy</c> file has its labels beside it (<c>x.labels.npy</c> of int32 or int64
/// [N] for <c>x.npy</c>). An <c>.npy</c> file of uint8 [N, H, W] or [N, C, H, W], C 1 or 3, is a set of images instead, 0 black and 255 white, and so are floats [N, C, H, W], 0 black
/// and 1 white. Values stay in the file and are read as they are needed. It has no test rows of its own.
/// </summary>
internal sealed class RowsFileSource(string path, DataOptions? options) : DataSource
{
    private const string Npy = ".npy", Safetensors = ".safetensors", Labels = "labels";
    private const int MostNamed = 8;

    public override string Name => path;

    protected override string Location => Path.GetFullPath(path);

    protected override bool HasTest => false;

    protected override DataOptions? Options => options?.Tensor is { } tensor ? new DataOptions { Tensor = tensor } : null;

    /// <summary>Whether a file is of this kind, by its name.</summary>
    public static bool IsHere(string path) => HasEnding(path, Npy) || HasEnding(path, Safetensors);

    /// <summary>Every value is read to see that it is finite.</summary>
    protected override ImageSet Load(DataPart part, string name) => HasEnding(path, Npy) ? LoadNpy(name) : LoadSafetensors(name);

    private static bool HasEnding(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private ImageSet LoadNpy(string name)
    {
        if (options?.Tensor is { } tensor)
            throw new InputException($"'{path}' holds one array without a name; leave out the tensor '{tensor}'.");
        NpyHeader header = NpyFile.ReadHeader(path);
        ValueType type = header.Type switch
        {
            "<f4" => ValueType.Single,
            "<f2" => ValueType.Half,
            "|u1" or "<u1" => ValueType.Byte,
            ['>', ..] => throw new InputException($"'{path}' holds big-endian numbers ({header.Type}); save it again with rows.astype('<f4')."),
            "" => throw new InputException($"'{path}' holds records of several fields; save one array of numbers with rows.astype('<f4')."),
            _ => throw new InputException($"'{path}' holds numbers of type {header.Type}; rows are float32 or float16: save it again with rows.astype('<f4')."),
        };
        bool pictures = type == ValueType.Byte || (header.Shape.Length == 4 && header.Shape[1] is 1 or 3);
        ImageShape shape = pictures ? ShapeOfPictures(header.Shape) : ShapeOfRows($"'{path}'", header.Shape);
        if (header.FortranOrder)
            throw new InputException($"'{path}' is in Fortran order, columns first; save it again with numpy.ascontiguousarray(rows).");
        NpyFile.CheckLength(path, header, ValueStore.SizeOf(type));
        return ImageSet.FromStore(name, shape, new FileValues(path, type, header.Start, header.Shape[0] * shape.Length), LabelsFile.Read(path, header.Shape[0]), opening: Opening);
    }

    private ImageSet LoadSafetensors(string name)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        string tensor = options?.Tensor ?? OnlyRows(file);
        if (!file.Contains(tensor))
            throw new InputException($"'{path}' has no tensor '{tensor}'; {Offer(file)}.");
        var (type, extents, start) = file.Place(tensor);
        if (TypeOf(type) is not { } valueType)
        {
            throw new InputException($"'{path}': tensor '{tensor}' is {Describe(file, tensor)}, and rows are F32, F16 or BF16 [N, D]; convert it to float32, or choose another: " +
                $"{Offer(file)}.");
        }
        ImageShape shape = ShapeOfRows($"'{path}': tensor '{tensor}'", extents);
        return ImageSet.FromStore(name, shape, new FileValues(path, valueType, start, extents[0] * shape.Length), ReadLabels(file, extents[0]), opening: Opening);
    }

    private string OnlyRows(SafetensorsFile file)
    {
        string[] rows = Candidates(file);
        return rows.Length == 1 ? rows[0] : throw new InputException(rows.Length == 0
            ? $"'{path}' has no rows, a tensor of F32, F16 or BF16 [N, D]; {Offer(file)}."
            : $"'{path}' has several tensors that could be the rows; choose one: {Listed(file, rows)}.");
    }

    private static string[] Candidates(SafetensorsFile file) => [.. file.Names.Where(name => TypeOf(file.Place(name).Type) is not null && file.Place(name).Shape.Length == 2)];

    private static string Offer(SafetensorsFile file) => (Candidates(file), file.Names) switch
    {
        ({ Length: > 0 } rows, _) => $"those that could be rows are {Listed(file, rows)}",
        (_, { Count: > 0 } all) => $"it has {Listed(file, all)}",
        _ => "it has no tensor at all",
    };

    private static string Listed(SafetensorsFile file, IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(MostNamed).Select(name => $"'{name}' ({Describe(file, name)})")) + (names.Count > MostNamed ? $" and {names.Count - MostNamed:N0} more" : "");

    private static string Describe(SafetensorsFile file, string name) => $"{file.Place(name).Type} [{string.Join(", ", file.Place(name).Shape)}]";

    private static ValueType? TypeOf(string type) => type switch
    {
        "F32" => ValueType.Single,
        "F16" => ValueType.Half,
        "BF16" => ValueType.BFloat16,
        _ => null,
    };

    private ReadOnlyMemory<int>? ReadLabels(SafetensorsFile file, long rows)
    {
        if (!file.Contains(Labels))
            return null;
        var (type, shape, _) = file.Place(Labels);
        if (type is not ("I32" or "I64") || shape.Length != 1)
            throw new InputException($"'{path}': tensor '{Labels}' is {Describe(file, Labels)}, not I32 or I64 [N]; convert it, or give it another name.");
        if (shape[0] != rows)
            throw new InputException($"'{path}' has {shape[0]:N0} labels for {rows:N0} rows; give the labels that belong to them.");
        // ImageSet refuses what is no class; until then no label may turn into another.
        return type == "I32" ? file.Read<int>(Labels) : Array.ConvertAll(file.Read<long>(Labels), label => (int)Math.Clamp(label, -1, int.MaxValue));
    }

    /// <summary>[N, D].</summary>
    private static ImageShape ShapeOfRows(string what, long[] extents)
    {
        if (extents.Length != 2)
            throw new InputException($"{what} has {PluralDimensions(extents)}, and rows have two, [N, D]; save it again with rows.reshape(N, D).");
        CheckExtents(what, extents);
        return ImageShape.Row((int)extents[1]);
    }

    /// <summary>[N, H, W] or [N, C, H, W].</summary>
    private ImageShape ShapeOfPictures(long[] extents)
    {
        bool grey = extents.Length == 3;
        if (!grey && extents.Length != 4)
            throw new InputException($"'{path}' holds uint8 with {PluralDimensions(extents)}; bytes are images [N, H, W] or [N, C, H, W], rows are float32: save it again with rows.astype('<f4').");
        if (!grey && extents[1] is not (1 or 3))
        {
            string remedy = extents[3] is 1 or 3 ? "save it again with images.transpose(0, 3, 1, 2).copy()" : "give images of 1 or 3 channels";
            throw new InputException($"'{path}' holds images [{string.Join(", ", extents)}], and images are [N, C, H, W] with 1 or 3 channels; {remedy}.");
        }
        CheckExtents($"'{path}'", extents);
        return new ImageShape((int)extents[^1], (int)extents[^2], grey ? 1 : (int)extents[1]);
    }

    private static string PluralDimensions(long[] extents) =>
        $"{extents.Length} dimension{(extents.Length == 1 ? "" : "s")} [{string.Join(", ", extents)}]";

    /// <summary>Neither a set without rows, nor rows without values, nor rows that no array can hold.</summary>
    private static void CheckExtents(string what, long[] extents)
    {
        if (extents.Contains(0))
            throw new InputException($"{what} holds no values (dimensions {string.Join("×", extents)}); save at least one row of at least one value.");
        if (extents[1..].Aggregate((Int128)1, (product, extent) => Int128.Min(product, long.MaxValue) * extent) > Array.MaxLength)
            throw new InputException($"{what} has rows of more values than can be used (dimensions {string.Join("×", extents)}); give rows of at most {Array.MaxLength:N0}.");
    }
}
