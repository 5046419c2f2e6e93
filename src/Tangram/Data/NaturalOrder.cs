namespace Tangram;

/// <summary>Names as people count: 1, 2, 10. Runs of digits are compared as numbers, all else by code points; a name is before another that differs in leading zeros only by those.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Comparer { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return string.CompareOrdinal(x, y);
        int left = 0, right = 0;
        while (left < x.Length && right < y.Length)
        {
            ReadOnlySpan<char> first = Digits(x, left), second = Digits(y, right);
            int order = first.IsEmpty || second.IsEmpty ? x[left].CompareTo(y[right]) : CompareNumbers(first.TrimStart('0'), second.TrimStart('0'));
            if (order != 0)
                return order;
            (left, right) = (left + Math.Max(1, first.Length), right + Math.Max(1, second.Length));
        }
        int rest = (x.Length - left).CompareTo(y.Length - right);
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    private static int CompareNumbers(ReadOnlySpan<char> first, ReadOnlySpan<char> second) =>
        first.Length != second.Length ? first.Length.CompareTo(second.Length) : first.SequenceCompareTo(second);

    private static ReadOnlySpan<char> Digits(string name, int start)
    {
        int end = start;
        while (end < name.Length && char.IsAsciiDigit(name[end]))
            end++;
        return name.AsSpan(start, end - start);
    }
}
