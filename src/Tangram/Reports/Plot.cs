namespace Tangram;

/// <summary>Maps numbers to pixels, linearly or by their logarithm.</summary>
internal sealed class Scale
{
    private readonly double _low, _high, _from, _to;

    private Scale(double low, double high, double from, double to, bool logarithmic)
    {
        (_low, _high, _from, _to, IsLogarithmic) = (low, high, from, to, logarithmic);
        Ticks = logarithmic ? LogarithmicTicks() : LinearTicks();
    }

    public bool IsLogarithmic { get; }

    /// <summary>Whether 0 has a place of its own, from which bars can start.</summary>
    public bool HasZero => !IsLogarithmic && _low <= 0 && _high >= 0;

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>
    /// A scale that covers all finite values, from pixel <paramref name="from"/> to pixel <paramref name="to"/>; widened to round numbers, and to a
    /// least span as a share of the
    /// largest magnitude, so that tiny differences don't fill the chart.
    /// </summary>
    public static Scale Linear(IEnumerable<double> values, double from, double to, bool includeZero = false, double leastSpan = 0)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double low = finite.Length == 0 ? 0 : finite.Min(), high = finite.Length == 0 ? 1 : finite.Max();
        if (includeZero)
            (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        double wider = ((leastSpan * Math.Max(Math.Abs(low), Math.Abs(high))) - (high - low)) / 2;
        if (wider > 0)
            (low, high) = (low - wider, high + wider);
        if (high - low <= Math.Abs(high) * 1e-9)
            (low, high) = (low - Math.Max(0.5, Math.Abs(low) * 0.05), high + Math.Max(0.5, Math.Abs(high) * 0.05));
        double step = Step(low, high);
        return new Scale(Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step, from, to, logarithmic: false);
    }

    /// <summary>A scale from exactly the smallest to the largest finite value, with the round numbers between them as ticks.</summary>
    public static Scale Tight(IEnumerable<double> values, double from, double to)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double low = finite.Length == 0 ? 0 : finite.Min(), high = finite.Length == 0 ? 1 : finite.Max();
        return high - low <= Math.Abs(high) * 1e-9 ? Linear(finite, from, to) : new Scale(low, high, from, to, logarithmic: false);
    }

    /// <summary>A logarithmic scale over the positive values, widened to powers of ten, or below to a lowest value of its own.</summary>
    public static Scale Logarithmic(IEnumerable<double> values, double from, double to, double? lowest = null)
    {
        double[] positive = [.. values.Where(value => double.IsFinite(value) && value > 0)];
        double low = positive.Length == 0 ? 1 : positive.Min(), high = positive.Length == 0 ? 10 : positive.Max();
        low = lowest ?? Math.Pow(10, Math.Floor(Math.Log10(low) + 1e-9));
        high = Math.Pow(10, Math.Ceiling(Math.Log10(high) - 1e-9));
        return new Scale(low, high > low ? high : low * 10, from, to, logarithmic: true);
    }

    public double this[double value]
    {
        get
        {
            double share = IsLogarithmic
                ? (Math.Log(Math.Max(value, _low)) - Math.Log(_low)) / (Math.Log(_high) - Math.Log(_low))
                : (value - _low) / (_high - _low);
            return _from + (Math.Clamp(share, 0, 1) * (_to - _from));
        }
    }

    public string Label(double tick)
    {
        if (IsLogarithmic)
            return tick is >= 0.00001 and <= 100_000 ? Svg.Invariant($"{tick:#,0.######}") : Svg.Invariant($"{tick:0e0}");
        double step = Step(_low, _high), largest = Math.Max(Math.Abs(_low), Math.Abs(_high));
        if (largest is >= 100_000 or < 0.0001) // of rows of any scale; written out, they would run into what is beside the axis
            return Math.Abs(tick) < step / 2 ? "0" : Svg.Invariant($"{tick:0.##e0}");
        int digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 12);
        string text = tick.ToString($"N{digits}", System.Globalization.CultureInfo.InvariantCulture);
        return digits > 0 && step < 1 && Math.Abs(tick) < step / 2 ? "0" : text;
    }

    private static double Step(double low, double high)
    {
        double raw = (high - low) / 5, power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double factor = raw / power;
        return power * (factor <= 1 + 1e-9 ? 1 : factor <= 2 + 1e-9 ? 2 : factor <= 5 + 1e-9 ? 5 : 10);
    }

    private List<double> LinearTicks()
    {
        double step = Step(_low, _high), first = Math.Ceiling((_low / step) - 1e-9) * step;
        var ticks = new List<double>();
        for (int index = 0; first + (index * step) <= _high + (step * 1e-6); index++)
            ticks.Add(first + (index * step));
        return ticks;
    }

    private List<double> LogarithmicTicks()
    {
        int first = (int)Math.Ceiling(Math.Log10(_low) - 1e-9), last = (int)Math.Round(Math.Log10(_high)), every = Math.Max(1, (last - first + 5) / 6);
        return [.. Enumerable.Range(first, last - first + 1).Where(power => (power - first) % every == 0).Select(power => Math.Pow(10, power))];
    }
}

/// <summary>One chart of a figure: a frame with a title, labelled axes, and marks between them.</summary>
internal sealed class Plot
{
    private const double Left = 72, Bottom = 46, Top = 26, Right = 14;
    private readonly Svg _svg;

    /// <param name="svg">Where to draw.</param>
    /// <param name="x">Left edge, axis labels included.</param>
    /// <param name="y">Top edge, title included.</param>
    /// <param name="width">Outer width.</param>
    /// <param name="height">Outer height.</param>
    /// <param name="title">What the chart shows.</param>
    public Plot(Svg svg, double x, double y, double width, double height, string title)
    {
        _svg = svg;
        (XFrom, XTo, YFrom, YTo) = (x + Left, x + width - Right, y + height - Bottom, y + Top);
        svg.Text(title, x + Left, y + 14, 13, bold: true);
    }

    public double XFrom { get; }

    public double XTo { get; }

    /// <summary>The pixel of the lowest value: y grows downwards.</summary>
    public double YFrom { get; }

    public double YTo { get; }

    /// <summary>Grid, ticks and labels, which say what is counted and in which unit; null ticks: those of the scale.</summary>
    public void Axes(Scale x, Scale y, string xLabel, string yLabel, IReadOnlyList<(double Value, string Label)>? xTicks = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(xLabel);
        ArgumentException.ThrowIfNullOrWhiteSpace(yLabel);
        foreach (double tick in y.Ticks)
        {
            _svg.Line(XFrom, y[tick], XTo, y[tick], "grid");
            _svg.Text(y.Label(tick), XFrom - 6, y[tick] + 4, 11, "end", "muted");
        }
        foreach (var (value, label) in xTicks ?? [.. x.Ticks.Select(tick => (tick, x.Label(tick)))])
        {
            _svg.Line(x[value], YFrom, x[value], YFrom + 4, "axis");
            _svg.Text(label, x[value], YFrom + 17, 11, "middle", "muted");
        }
        _svg.Line(XFrom, YFrom, XTo, YFrom, "axis");
        _svg.Text(xLabel, (XFrom + XTo) / 2, YFrom + 36, 12, "middle");
        _svg.Text(yLabel, XFrom - 58, (YFrom + YTo) / 2, 12, "middle", rotate: -90);
    }

    /// <summary>A legend in one row at the top right, inside the frame: squares for bars (f…), strokes for lines (s…).</summary>
    public void Legend(params ReadOnlySpan<(string Label, string CssClass)> entries)
    {
        double x = XTo;
        for (int index = entries.Length - 1; index >= 0; index--)
        {
            x -= Svg.TextWidth(entries[index].Label, 11);
            _svg.Text(entries[index].Label, x, YTo + 12, 11);
            if (entries[index].CssClass[0] == 'f')
                _svg.Rectangle(x - 16, YTo + 3, 10, 10, entries[index].CssClass);
            else
                _svg.Line(x - 22, YTo + 8, x - 5, YTo + 8, $"line {entries[index].CssClass}");
            x -= 34;
        }
    }

    public void Line(Scale x, Scale y, IEnumerable<(double X, double Y)> points, string cssClass, bool dots = false)
    {
        (double X, double Y)[] finite = [.. points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))];
        _svg.Polyline(finite.Select(point => (x[point.X], y[point.Y])), $"line {cssClass}");
        foreach (var (px, py) in dots ? finite : [])
            _svg.Circle(x[px], y[py], 3, cssClass.Replace('s', 'f').Split(' ')[0]);
    }

    public void Points(Scale x, Scale y, IEnumerable<(double X, double Y)> points, string cssClass, double radius = 2, double opacity = 0.55)
    {
        foreach (var (px, py) in points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y)))
            _svg.Circle(x[px], y[py], radius, cssClass, opacity);
    }

    /// <summary>Bars from 0 to each value, between the given edges.</summary>
    /// <exception cref="ArgumentException">The scale has no 0: a bar's length would say nothing.</exception>
    public void Bars(Scale x, Scale y, IEnumerable<(double From, double To, double Value)> bars, string cssClass)
    {
        if (!y.HasZero)
            throw new ArgumentException("Bars start at 0, which this scale hasn't.", nameof(y));
        double zero = y[0];
        foreach (var (from, to, value) in bars)
        {
            double left = x[from], right = x[to], top = y[value];
            if (value != 0 && double.IsFinite(value))
                _svg.Rectangle(left + 0.5, Math.Min(top, zero), Math.Max(right - left - 1, 0.75), Math.Abs(zero - top), cssClass);
        }
    }

    /// <summary>An upright line over an interval of values, closed at both ends, at a pixel of the other axis.</summary>
    public void Interval(double x, Scale y, double low, double high)
    {
        _svg.Line(x, y[low], x, y[high], "whisker");
        foreach (double end in new[] { low, high })
            _svg.Line(x - 4, y[end], x + 4, y[end], "whisker");
    }

    /// <summary>Text centred at a pixel, such as a bar's number.</summary>
    public void Text(string text, double x, double y) => _svg.Text(text, x, y, 11, "middle", "muted");

    public void Note(string text) => _svg.Text(text, XTo, YTo + 12, 12, "end");
}
