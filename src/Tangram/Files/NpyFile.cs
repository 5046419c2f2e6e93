using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Tangram;

/// <summary>What an .npy file says of its array.</summary>
/// <param name="Type">NumPy's name of the type with its byte order, such as <c>&lt;f4</c>; "" for a structured one.</param>
/// <param name="FortranOrder">Whether the first index is the one that changes fastest.</param>
/// <param name="Shape">The extents, none negative.</param>
/// <param name="Start">Where in the file the values begin, in bytes.</param>
internal sealed record NpyHeader(string Type, bool FortranOrder, long[] Shape, long Start);

/// <summary>
/// NumPy's .npy format: 0x93, "NUMPY", two bytes of version, the header's length (2 bytes; from version 2.0 on 4), the header, a literal of Python
/// {'descr': …, 'fortran_order': …, 'shape': …}, and the values. Written in version 1.0, read in 1.0 to 3.0. Source: NumPy enhancement proposal 1.
/// </summary>
internal static class NpyFile
{
    /// <summary>Bytes of the header that is written here, a multiple of 64 as the format asks; long enough for any shape.</summary>
    public const int FixedHeaderLength = 128;

    private const int PrefixLength = 8; // the prefix: magic and version
    private const int MaximumHeader = 1 << 20; // NumPy's own bound is far lower

    /// <summary>Reads the header. The values' type and number are the caller's to check; see <see cref="CheckLength"/>.</summary>
    /// <exception cref="InputException">The file isn't there, isn't .npy of a known version, or its header is broken or truncated.</exception>
    public static NpyHeader ReadHeader(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"There is no file '{path}'.");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        Span<byte> prefix = stackalloc byte[PrefixLength + sizeof(uint)];
        int got = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (got < PrefixLength || prefix[0] != 0x93 || !prefix[1..6].SequenceEqual("NUMPY"u8))
            throw new InputException($"'{path}' is not an .npy file; write it with numpy.save.");
        if (prefix[6] is 0 or > 3)
            throw new InputException($"'{path}' is an .npy file of version {prefix[6]}.{prefix[7]}; write it again with numpy.save, which makes 1.0 to 3.0.");
        int lengthBytes = prefix[6] == 1 ? sizeof(ushort) : sizeof(uint);
        long length = lengthBytes == sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(prefix[PrefixLength..])
            : BinaryPrimitives.ReadUInt32LittleEndian(prefix[PrefixLength..]);
        long start = PrefixLength + lengthBytes + length;
        if (got < PrefixLength + lengthBytes || stream.Length < start)
            throw new InputException($"'{path}' is truncated within its header; write it again.");
        if (length > MaximumHeader)
            throw Broken(path);
        byte[] header = new byte[length];
        stream.Position = PrefixLength + lengthBytes;
        stream.ReadExactly(header);
        return HeaderParser.Parse(Encoding.UTF8.GetString(header), start) ?? throw Broken(path);
    }

    /// <summary>Checks that the file ends where the values do.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What it says.</param>
    /// <param name="valueBytes">Bytes of a value.</param>
    /// <exception cref="InputException">It is shorter or longer.</exception>
    public static void CheckLength(string path, NpyHeader header, int valueBytes)
    {
        Int128 expected = header.Start + header.Shape.Aggregate((Int128)valueBytes, Times);
        long actual = new FileInfo(path).Length;
        if (actual < expected)
            throw new InputException($"'{path}' is truncated: its header promises {expected:N0} bytes, it has {actual:N0}; write it again.");
        if (actual > expected)
            throw new InputException($"'{path}' is longer than its header says ({expected:N0} bytes, not {actual:N0}); write one array into it.");
    }

    /// <summary>A product, or what no file can hold where it is that large.</summary>
    private static Int128 Times(Int128 product, long extent) => extent != 0 && product > long.MaxValue / extent ? (Int128)long.MaxValue * 2 : product * extent;

    private static InputException Broken(string path) => new($"'{path}' has a broken .npy header; write it again with numpy.save.");

    /// <summary>Writes a float32 matrix [rows, columns], one row at a time from <paramref name="fillRow"/>.</summary>
    public static void WriteFloats(string path, long rows, int columns, Action<long, Span<float>> fillRow) => WriteFloats(path, [rows, columns], fillRow);

    /// <summary>Writes a float32 array of any shape, what lies along its first axis one at a time.</summary>
    public static void WriteFloats(string path, long[] shape, Action<long, Span<float>> fillRow) => AtomicFile.Write(path, stream =>
    {
        WriteHeader(stream, "<f4", shape);
        var row = new float[shape.Skip(1).Aggregate(1L, (product, extent) => product * extent)];
        for (long index = 0; index < shape[0]; index++)
        {
            Array.Clear(row);
            fillRow(index, row);
            stream.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        }
    });

    /// <summary>Writes the <see cref="FixedHeaderLength"/> bytes before values of a type such as <c>&lt;f4</c>, row-major.</summary>
    public static void WriteHeader(Stream stream, string type, params ReadOnlySpan<long> shape)
    {
        const int WrittenLength = FixedHeaderLength - PrefixLength - sizeof(ushort);
        string description = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape.ToArray())}{(shape.Length == 1 ? "," : "")}), }}";
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, WrittenLength, 0]);
        stream.Write(Encoding.ASCII.GetBytes(description.PadRight(WrittenLength - 1) + "\n"));
    }

    /// <summary>Python's literal of a dictionary with exactly the three keys, in any order; null for anything else.</summary>
    private ref struct HeaderParser
    {
        private const int MaximumDepth = 32;
        private ReadOnlySpan<char> _rest;

        private HeaderParser(string text) => _rest = text;

        public static NpyHeader? Parse(string text, long start)
        {
            var parser = new HeaderParser(text);
            string? type = null;
            bool? fortran = null;
            long[]? shape = null;
            if (!parser.Takes('{'))
                return null;
            while (!parser.Takes('}'))
            {
                bool known = parser.Text() switch
                {
                    "descr" when type is null => parser.Takes(':') && (type = parser.Type()) is not null,
                    "fortran_order" when fortran is null => parser.Takes(':') && (fortran = parser.Truth()) is not null,
                    "shape" when shape is null => parser.Takes(':') && (shape = parser.Extents()) is not null,
                    _ => false,
                };
                if (!known || (!parser.Takes(',') && !parser.IsNext('}')))
                    return null;
            }
            return parser.IsAtEnd && type is not null && fortran is { } order && shape is not null ? new NpyHeader(type, order, shape, start) : null;
        }

        private bool IsAtEnd => _rest.Trim().IsEmpty;

        private bool IsNext(char symbol)
        {
            _rest = _rest.TrimStart();
            return _rest.StartsWith(symbol);
        }

        private bool Takes(char symbol)
        {
            if (!IsNext(symbol))
                return false;
            _rest = _rest[1..];
            return true;
        }

        /// <summary>A string without escapes; null where there is none.</summary>
        private string? Text()
        {
            char quote = IsNext('\'') ? '\'' : '"';
            if (!Takes(quote) || _rest.IndexOf(quote) is not (>= 0 and var end) || _rest[..end].Contains('\\'))
                return null;
            string text = _rest[..end].ToString();
            _rest = _rest[(end + 1)..];
            return text;
        }

        /// <summary>A string; or a list, of which only the end is of interest.</summary>
        private string? Type()
        {
            if (!IsNext('['))
                return Text();
            return Skip(0) ? "" : null;
        }

        /// <summary>Passes over lists, tuples, strings and numbers.</summary>
        private bool Skip(int depth)
        {
            if (depth > MaximumDepth)
                return false;
            foreach (var (open, close) in new[] { ('[', ']'), ('(', ')') })
            {
                if (!Takes(open))
                    continue;
                while (!Takes(close))
                {
                    if (!Skip(depth + 1) || (!Takes(',') && !IsNext(close)))
                        return false;
                }
                return true;
            }
            return IsNext('\'') || IsNext('"') ? Text() is not null : Number() is not null;
        }

        private bool? Truth()
        {
            foreach (bool value in new[] { false, true })
            {
                _rest = _rest.TrimStart();
                string word = value ? "True" : "False";
                if (!_rest.StartsWith(word))
                    continue;
                _rest = _rest[word.Length..];
                return value;
            }
            return null;
        }

        /// <summary>A tuple of numbers; one alone needs its comma, as in Python.</summary>
        private long[]? Extents()
        {
            if (!Takes('('))
                return null;
            var extents = new List<long>();
            bool comma = true;
            while (!Takes(')'))
            {
                if (!comma || Number() is not { } extent)
                    return null;
                extents.Add(extent);
                comma = Takes(',');
            }
            return extents.Count == 1 && !comma ? null : [.. extents];
        }

        /// <summary>Digits, no sign; null where there are none, or too many.</summary>
        private long? Number()
        {
            _rest = _rest.TrimStart();
            int digits = _rest.IndexOfAnyExceptInRange('0', '9');
            ReadOnlySpan<char> number = digits < 0 ? _rest : _rest[..digits];
            if (!long.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long value))
                return null;
            _rest = _rest[number.Length..];
            return value;
        }
    }
}
