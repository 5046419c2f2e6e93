using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Tangram;

/// <summary>What the tags of a TIFF file say of its first picture's numbers, and how many pictures it has. Source: TIFF, Revision 6.0, Adobe 1992; BigTIFF, as libtiff documents it.</summary>
/// <param name="Photometric">What the first samples of a pixel mean: see the constants.</param>
/// <param name="Samples">Numbers in a pixel.</param>
/// <param name="Bits">Bits of a number.</param>
/// <param name="SampleFormat">1 without sign, 2 with one, 3 floating point; others have no meaning as brightness.</param>
/// <param name="Extra">What the samples after the colours mean: 1 alpha that the colours are multiplied by (libvips divides them), 2 alpha, 0 nothing that is said.</param>
/// <param name="Pages">Pictures in the file, without the smaller copies of others.</param>
internal sealed record TiffTags(int Photometric, int Samples, int Bits, int SampleFormat, IReadOnlyList<int> Extra, int Pages)
{
    public const int WhiteIsZero = 0, BlackIsZero = 1, Rgb = 2, Palette = 3, Cmyk = 5, YCbCr = 6, Lab = 8;
    public const int Unsigned = 1, Signed = 2, Floating = 3;
    public const int AssociatedAlpha = 1, Alpha = 2;

    private const ushort NewSubfileType = 254, BitsPerSample = 258, PhotometricInterpretation = 262, ImageDescription = 270, SamplesPerPixel = 277, ExtraSamples = 338, SampleFormats = 339;
    private const int MostValues = 1 << 12, LongestDescription = 1 << 16;

    /// <exception cref="InvalidDataException">The tags aren't those of a picture; the message is a clause.</exception>
    public static TiffTags Read(byte[] file)
    {
        var reader = new Reader(file);
        TiffTags? first = null;
        int pages = 0;
        var seen = new HashSet<long>();
        for (long at = reader.First; at != 0;)
        {
            if (!seen.Add(at))
                throw new InvalidDataException("its list of pages runs in a circle");
            Dictionary<ushort, long[]> tags = reader.Directory(ref at);
            bool smallerCopy = (Value(tags, NewSubfileType, 0) & 1) != 0;
            first ??= Of(tags, reader);
            pages += smallerCopy ? 0 : 1;
        }
        return first is null ? throw new InvalidDataException("it has no pages") : first with { Pages = Math.Max(Math.Max(1, pages), first.Pages) };
    }

    private static TiffTags Of(Dictionary<ushort, long[]> tags, Reader reader)
    {
        long samples = Value(tags, SamplesPerPixel, 1);
        long[] bits = tags.GetValueOrDefault(BitsPerSample, [1]), formats = tags.GetValueOrDefault(SampleFormats, [Unsigned]);
        if (!tags.ContainsKey(PhotometricInterpretation))
            throw new InvalidDataException("it doesn't say what its samples mean (tag 262)");
        if (samples is < 1 or > ushort.MaxValue || bits.Distinct().Count() != 1 || formats.Distinct().Count() != 1)
            throw new InvalidDataException("its samples aren't all of one kind");
        return new TiffTags((int)Value(tags, PhotometricInterpretation, 0), (int)samples, (int)bits[0], (int)formats[0],
            [.. tags.GetValueOrDefault(ExtraSamples, []).Select(value => (int)value)], ImagesOfStack(reader.Text(tags.GetValueOrDefault(ImageDescription, []))));
    }

    private static long Value(Dictionary<ushort, long[]> tags, ushort tag, long otherwise) => tags.TryGetValue(tag, out long[]? values) && values.Length > 0 ? values[0] : otherwise;

    /// <summary>ImageJ describes a stack in words, and, where it is large, writes the tags of its first picture only.</summary>
    private static int ImagesOfStack(string description) =>
        description.StartsWith("ImageJ=", StringComparison.Ordinal)
        && description.Split('\n').FirstOrDefault(line => line.StartsWith("images=", StringComparison.Ordinal)) is { } line
        && int.TryParse(line.AsSpan("images=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int images) ? images : 0;

    private readonly struct Reader
    {
        private readonly byte[] _file;
        private readonly bool _bigEndian, _big;

        public Reader(byte[] file)
        {
            _file = file;
            _bigEndian = file[0] == 'M';
            _big = Number(2, sizeof(ushort)) == 43;
            First = _big ? Number(8, sizeof(long)) : Number(4, sizeof(uint));
        }

        /// <summary>Where the first page's tags are.</summary>
        public long First { get; }

        /// <summary>The tags of a page that hold counts; text is told by where it lies and how long it is. Moves on to the next page.</summary>
        public Dictionary<ushort, long[]> Directory(ref long at)
        {
            int countBytes = _big ? sizeof(long) : sizeof(ushort), entryBytes = _big ? 20 : 12;
            long entries = Number(at, countBytes);
            if (entries < 0 || entries > _file.Length / entryBytes)
                throw new InvalidDataException("its tags lie outside the file");
            var tags = new Dictionary<ushort, long[]>();
            for (long entry = at + countBytes, end = entry + (entries * entryBytes); entry < end; entry += entryBytes)
            {
                var tag = (ushort)Number(entry, sizeof(ushort));
                if (tag is NewSubfileType or BitsPerSample or PhotometricInterpretation or ImageDescription or SamplesPerPixel or ExtraSamples or SampleFormats)
                    tags.TryAdd(tag, Values(entry, isText: tag == ImageDescription));
            }
            at = Number(at + countBytes + (entries * entryBytes), _big ? sizeof(long) : sizeof(uint));
            return tags;
        }

        public string Text(long[] place) => place is [var at, var length] ? Encoding.Latin1.GetString(Slice(at, (int)Math.Min(length, LongestDescription))) : "";

        private long[] Values(long entry, bool isText)
        {
            int bytes = Number(entry + 2, sizeof(ushort)) switch { 1 or 2 or 6 or 7 => 1, 3 or 8 => 2, 4 or 9 or 13 => 4, 16 or 17 or 18 => 8, _ => throw new InvalidDataException("one of its tags is of a wrong type") };
            long count = Number(entry + 4, _big ? sizeof(long) : sizeof(uint)), place = entry + (_big ? 12 : 8);
            if (count is < 0 or > int.MaxValue || (!isText && count > MostValues))
                throw new InvalidDataException("one of its tags has too many values");
            if (count * bytes > (_big ? sizeof(long) : sizeof(uint)))
                place = Number(place, _big ? sizeof(long) : sizeof(uint));
            if (isText)
                return [place, count];
            var values = new long[count];
            for (int index = 0; index < count; index++)
                values[index] = Number(place + ((long)index * bytes), bytes);
            return values;
        }

        private long Number(long at, int bytes)
        {
            ReadOnlySpan<byte> place = Slice(at, bytes);
            return (bytes, _bigEndian) switch
            {
                (1, _) => place[0],
                (2, true) => BinaryPrimitives.ReadUInt16BigEndian(place),
                (2, false) => BinaryPrimitives.ReadUInt16LittleEndian(place),
                (4, true) => BinaryPrimitives.ReadUInt32BigEndian(place),
                (4, false) => BinaryPrimitives.ReadUInt32LittleEndian(place),
                (_, true) => BinaryPrimitives.ReadInt64BigEndian(place),
                _ => BinaryPrimitives.ReadInt64LittleEndian(place),
            };
        }

        private ReadOnlySpan<byte> Slice(long at, int bytes) =>
            at >= 0 && at <= _file.Length - bytes ? _file.AsSpan((int)at, bytes) : throw new InvalidDataException("its tags lie outside the file");
    }
}
