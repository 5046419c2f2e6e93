using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Tangram;

/// <summary>
/// The safetensors format: 8 bytes little-endian header length, a JSON header {name: {dtype, shape, data_offsets}, "__metadata__": {…}}, then the
/// tensors' bytes, row-major, little-endian. Tensors are written and read in spans, so none needs to fit one array.
/// </summary>
internal sealed class SafetensorsWriter
{
    private const int HeaderAlignment = 64;
    private readonly List<(string Name, string Type, long[] Shape, long Bytes, Action<Stream> Write)> _tensors = [];
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private bool _hasChecksum;

    public SafetensorsWriter Metadata(string key, string value)
    {
        _metadata[key] = value;
        return this;
    }

    /// <summary>Has the file carry a checksum of itself; see <see cref="SafetensorsFile.CheckWhole"/>.</summary>
    public SafetensorsWriter Checksum()
    {
        _hasChecksum = true;
        return Metadata(FileChecksum.Key, FileChecksum.Blank);
    }

    public SafetensorsWriter Add(string name, FloatMatrix matrix) => Add(name, matrix.Rows, matrix.Columns, (row, values) => matrix.Row(row).CopyTo(values));

    /// <summary>A matrix of float32 whose rows <paramref name="copyRow"/> gives when they are written.</summary>
    public SafetensorsWriter Add(string name, int rows, int columns, Action<int, Span<float>> copyRow) => Add(name, "F32", [rows, columns], 4, stream =>
    {
        var values = new float[columns];
        for (int row = 0; row < rows; row++)
        {
            copyRow(row, values);
            stream.Write(MemoryMarshal.AsBytes<float>(values));
        }
    });

    public SafetensorsWriter Add<T>(string name, ReadOnlyMemory<T> values) where T : unmanaged =>
        Add(name, SafetensorsFile.TypeName<T>(), [values.Length], Marshal.SizeOf<T>(), stream =>
        {
            for (int start = 0; start < values.Length; start += SafetensorsFile.Piece)
                stream.Write(MemoryMarshal.AsBytes(values.Span.Slice(start, Math.Min(SafetensorsFile.Piece, values.Length - start))));
        });

    /// <summary>A matrix whose rows lie one after the other in <paramref name="values"/>.</summary>
    public SafetensorsWriter Add<T>(string name, ReadOnlyMemory<T> values, int columns) where T : unmanaged
    {
        Add(name, values);
        _tensors[^1] = _tensors[^1] with { Shape = [values.Length / columns, columns] };
        return this;
    }

    public void WriteTo(string path) => AtomicFile.Write(path, stream =>
    {
        byte[] header = Header();
        if (_hasChecksum)
            FileChecksum.Write(stream, header, hashed => Write(hashed, header));
        else
            Write(stream, header);
    });

    private void Write(Stream stream, byte[] header)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in _tensors)
            tensor.Write(stream);
    }

    private SafetensorsWriter Add(string name, string type, long[] shape, int elementBytes, Action<Stream> write)
    {
        _tensors.Add((name, type, shape, shape.Aggregate((long)elementBytes, (product, extent) => product * extent), write));
        return this;
    }

    private byte[] Header()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in _metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in _tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type);
                json.WriteStartArray("shape");
                foreach (long extent in tensor.Shape)
                    json.WriteNumberValue(extent);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Trailing spaces are allowed and align the tensors, so that a reader can map them.
        while ((8 + buffer.Length) % HeaderAlignment != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}

/// <summary>Reads a safetensors file; the header is checked whole before any tensor is touched.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    /// <summary>Elements moved at a time: a span of bytes ends at 2 GiB, an array of elements doesn't.</summary>
    internal const int Piece = 1 << 20;

    private const int MaximumHeader = 100 << 20; // the format's own bound
    private readonly FileStream _stream;
    private readonly Dictionary<string, (string Type, long[] Shape, long Start, long Bytes)> _tensors = new(StringComparer.Ordinal);
    private MappedFile? _map;

    private SafetensorsFile(string path)
    {
        Path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16);
    }

    public string Path { get; }

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <exception cref="InputException">The file isn't there, or isn't safetensors from its first byte to its last; says what is wrong with it.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"There is no file '{path}'.");
        var file = new SafetensorsFile(path);
        try
        {
            file.ReadHeader();
            return file;
        }
        catch (Exception exception)
        {
            file.Dispose();
            if (exception is FormatException)
                throw new InputException($"'{path}' is not a whole safetensors file: {exception.Message}; write it again.", exception);
            throw;
        }
    }

    /// <summary>Reads the file through, where it carries a checksum of itself; files of earlier versions have none.</summary>
    /// <exception cref="InputException">It isn't what was written.</exception>
    public void CheckWhole()
    {
        if (FileChecksum.In(Metadata) is { } told && !FileChecksum.IsRight(_stream, told))
            throw new InputException($"'{Path}' is damaged: its checksum isn't that of what was written; restore it from a copy, or make it again.");
    }

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public long[] Shape(string name) => Find(name).Shape;

    /// <summary>Names of all tensors, in the header's order.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>A tensor's type in the format's words (F32, F16, BF16, I64, …), its shape, and where in the file its values begin, in bytes.</summary>
    public (string Type, long[] Shape, long Start) Place(string name)
    {
        var (type, shape, start, _) = Find(name);
        return (type, shape, start);
    }

    /// <exception cref="InputException">The file has no such matrix [rows, columns] of float32.</exception>
    public void Require(string name, int rows, int columns) => Find(name, "F32", rows, columns);

    /// <summary>Reads a matrix [rows, columns] of float32.</summary>
    public void Read(string name, FloatMatrix matrix) => Read(name, matrix.Rows, matrix.Columns, (row, values) => values.CopyTo(matrix.Row(row)));

    /// <summary>Reads a matrix [rows, columns] of float32, and gives <paramref name="takeRow"/> one row after the other.</summary>
    public void Read(string name, int rows, int columns, Action<int, ReadOnlySpan<float>> takeRow)
    {
        var tensor = Find(name, "F32", rows, columns);
        _stream.Position = tensor.Start;
        var values = new float[columns];
        for (int row = 0; row < rows; row++)
        {
            _stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            takeRow(row, values);
        }
    }

    /// <summary>Reads a vector [length].</summary>
    public T[] Read<T>(string name) where T : unmanaged
    {
        var tensor = Find(name);
        if (tensor.Type != TypeName<T>() || tensor.Shape.Length != 1)
            throw Unexpected(name, tensor, $"{TypeName<T>()} [n]");
        var values = new T[tensor.Shape[0]];
        Read(name, values);
        return values;
    }

    /// <summary>Reads a vector of a known length.</summary>
    public void Read<T>(string name, T[] values) where T : unmanaged
    {
        var tensor = Find(name, TypeName<T>(), values.Length);
        _stream.Position = tensor.Start;
        for (int start = 0; start < values.Length; start += Piece)
            _stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(Piece, values.Length - start))));
    }

    /// <summary>A tensor's values where the system maps them, row by row; they can be read until the file is disposed.</summary>
    /// <exception cref="InputException">The file has no such tensor of this type and shape, or it lies where a value of its type may not begin.</exception>
    public ReadOnlyMemory<T> Map<T>(string name, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        var tensor = Find(name, TypeName<T>(), shape);
        long length = tensor.Bytes / Marshal.SizeOf<T>();
        if (length > Array.MaxLength || tensor.Start % Marshal.SizeOf<T>() != 0)
            throw new InputException($"'{Path}': tensor '{name}' can't be mapped; write the file again.");
        return (_map ??= new MappedFile(_stream)).Memory<T>(tensor.Start, (int)length);
    }

    public void Dispose()
    {
        _map?.Dispose();
        _stream.Dispose();
    }

    internal static string TypeName<T>() => default(T) switch
    {
        float => "F32",
        double => "F64",
        int => "I32",
        long => "I64",
        byte => "U8",
        _ => throw new NotSupportedException($"No safetensors type for {typeof(T)}."),
    };

    private (string Type, long[] Shape, long Start, long Bytes) Find(string name) => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InputException($"'{Path}' has no tensor '{name}'; it was not written by this version of tangram.");

    private (string Type, long[] Shape, long Start, long Bytes) Find(string name, string type, params ReadOnlySpan<long> shape)
    {
        var tensor = Find(name);
        return tensor.Type == type && tensor.Shape.AsSpan().SequenceEqual(shape)
            ? tensor
            : throw Unexpected(name, tensor, $"{type} [{string.Join(", ", shape.ToArray())}]");
    }

    private InputException Unexpected(string name, (string Type, long[] Shape, long, long) tensor, string wanted) =>
        new($"'{Path}': tensor '{name}' is {tensor.Type} [{string.Join(", ", tensor.Shape)}], not {wanted}; it was not written by this version of tangram.");

    private void ReadHeader()
    {
        Span<byte> lengthBytes = stackalloc byte[8];
        if (_stream.ReadAtLeast(lengthBytes, lengthBytes.Length, throwOnEndOfStream: false) < lengthBytes.Length)
            throw new FormatException("it ends before its header");
        long headerLength = BinaryPrimitives.ReadInt64LittleEndian(lengthBytes);
        if (headerLength is < 2 or > MaximumHeader || headerLength > _stream.Length - lengthBytes.Length)
            throw new FormatException($"a header of {headerLength:N0} bytes in a file of {_stream.Length:N0}");
        byte[] header = new byte[headerLength];
        _stream.ReadExactly(header);
        long dataStart = lengthBytes.Length + headerLength;
        foreach (SafetensorsEntry tensor in SafetensorsHeader.Parse(header, _stream.Length - dataStart, Metadata))
            _tensors.Add(tensor.Name, (tensor.Type, tensor.Shape, dataStart + tensor.Start, tensor.End - tensor.Start));
    }
}
