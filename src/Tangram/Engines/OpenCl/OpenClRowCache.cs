namespace Tangram;

/// <summary>Reads rows from a device; those that are read in their order come many at a time.</summary>
internal sealed class OpenClRowCache
{
    private const int MostFloats = 1 << 20;

    private float[] _rows = [];
    private OpenClBuffer<float>? _buffer;
    private long _first, _count, _last;

    /// <summary>To be called when rows change.</summary>
    public void Clear() => (_buffer, _count) = (null, 0);

    public void CopyRow(OpenClBuffer<float> buffer, int row, int stride, Span<float> destination)
    {
        if (buffer != _buffer || row < _first || row >= _first + _count)
        {
            bool isNext = buffer == _buffer && row == _last + 1;
            long most = isNext ? Math.Max(1, MostFloats / stride) : 1;
            (_buffer, _first, _count) = (buffer, row, Math.Min(most, (buffer.Length / stride) - row));
            if (_rows.Length < _count * stride)
                _rows = new float[_count * stride];
            buffer.Read((long)row * stride, _rows.AsSpan(0, (int)(_count * stride)));
        }
        _last = row;
        _rows.AsSpan((int)((row - _first) * stride), destination.Length).CopyTo(destination);
    }
}
