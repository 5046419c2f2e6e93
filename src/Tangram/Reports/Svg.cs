using System.Globalization;
using System.Net;
using System.Text;

namespace Tangram;

/// <summary>
/// An SVG picture under construction, in pixels. Colours are classes, so that one picture serves light and dark themes; the few that don't change are literal.
/// Series use the palette of Okabe and Ito, which colour-blind readers can tell apart.
/// </summary>
internal sealed class Svg
{
    /// <summary>The smallest letters of a figure, in pixels: 9 where a screen shows it by <see cref="LeastShare"/>, 6.9 points on a page of A4 that lies.</summary>
    public const double LeastLetters = 10;

    /// <summary>The least width that a screen may shrink a figure to, as a share of its own: below, it is scrolled.</summary>
    public const double LeastShare = 0.9;

    /// <summary>A part higher than this doesn't fit on a printed page (A4 that lies, 10 mm of margin) at <see cref="MostWidth"/>.</summary>
    public const double MostPart = 760;

    /// <summary>The width of the report's page.</summary>
    public const double MostWidth = 1120;

    /// <summary>Width of a character of the font, in font sizes: a bound for the layout, not a measurement. Letters of eastern scripts are as wide as high.</summary>
    private const double CharacterWidth = 0.6, WideCharacterWidth = 1;

    /// <summary>The same of a long line, whose letters are of all widths.</summary>
    private const double MeanCharacterWidth = 0.52;

    private const char FirstWide = '\u1100';

    /// <summary>What the classes of all figures look like; a page of several needs it once.</summary>
    public const string Style = """
        :root{color-scheme:light dark}
        text{font-family:system-ui,'Segoe UI',Helvetica,Arial,sans-serif;fill:#1b1f24}
        .page{fill:#ffffff}.panel{fill:#f4f5f7}.muted{fill:#57606a}.grid{stroke:#d8dde3;stroke-width:1}.axis{stroke:#57606a;stroke-width:1;fill:none}.whisker{stroke:#1b1f24;stroke-width:1.5;fill:none}
        .f0{fill:#0072b2}.f1{fill:#d55e00}.f2{fill:#009e73}.f3{fill:#cc79a7}.f4{fill:#8c959f}
        .s0{stroke:#0072b2}.s1{stroke:#d55e00}.s2{stroke:#009e73}.s3{stroke:#cc79a7}.s4{stroke:#8c959f}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}.dash{stroke-dasharray:6 4}.pixels{image-rendering:pixelated}.over{fill:#000;fill-opacity:0}.frame{fill:none;stroke:#d8dde3}
        @media (prefers-color-scheme:dark){
        text{fill:#e6e9ed}.page{fill:#15181c}.panel{fill:#20252b}.muted{fill:#9aa4af}.grid{stroke:#343b44}.frame{stroke:#343b44}.axis{stroke:#9aa4af}.whisker{stroke:#e6e9ed}
        .f0{fill:#56b4e9}.f1{fill:#f0843c}.f2{fill:#2cc79b}.f3{fill:#e29cc6}.f4{fill:#7d8791}
        .s0{stroke:#56b4e9}.s1{stroke:#f0843c}.s2{stroke:#2cc79b}.s3{stroke:#e29cc6}.s4{stroke:#7d8791}}
        """;

    private readonly StringBuilder _body = new();
    private readonly List<(double Y, int Length)> _breaks = [];
    private readonly string _title, _description;

    public Svg(double width, double height, string title, string description)
    {
        (Width, Height, _title, _description) = (width, height, title, description);
        Text(title, 24, 34, 18, bold: true);
        Text(Shortened(description, 12, (width - 48) * CharacterWidth / MeanCharacterWidth), 24, 54, 12, cssClass: "muted");
    }

    public double Width { get; }

    public double Height { get; set; }

    /// <summary>A bound of a text's width.</summary>
    public static double TextWidth(string text, double size) => size * text.Sum(WidthOf);

    /// <summary>The text, or as much of its beginning as fits into a width.</summary>
    public static string Shortened(string text, double size, double width)
    {
        if (TextWidth(text, size) <= width)
            return text;
        double room = (width / size) - CharacterWidth;
        int length = 0;
        while (length < text.Length && (room -= WidthOf(text[length])) >= 0)
            length++;
        length = Math.Max(1, length);
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length), "…");
    }

    /// <summary>What was drawn lies above y, and what is drawn from here on below it: a printed page may end there.</summary>
    public void Break(double y)
    {
        double last = _breaks.Count == 0 ? 0 : _breaks[^1].Y;
        if (Math.Round(y) > last)
            _breaks.Add((Math.Round(y), _body.Length));
    }

    public void Text(string text, double x, double y, double size = 12, string anchor = "start", string cssClass = "", bool bold = false, double rotate = 0) =>
        _body.Append(Invariant($"<text x=\"{x:0.##}\" y=\"{y:0.##}\" font-size=\"{size:0.##}\" text-anchor=\"{anchor}\""))
            .Append(cssClass.Length > 0 ? $" class=\"{cssClass}\"" : "").Append(bold ? " font-weight=\"600\"" : "")
            .Append(rotate != 0 ? Invariant($" transform=\"rotate({rotate:0.##} {x:0.##} {y:0.##})\"") : "")
            .Append('>').Append(Escaped(text)).Append("</text>\n");

    public void Line(double x1, double y1, double x2, double y2, string cssClass) =>
        _body.Append(Invariant($"<line x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\" class=\"{cssClass}\"/>\n"));

    public void Rectangle(double x, double y, double width, double height, string cssClass = "", string? fill = null, string? tooltip = null)
    {
        _body.Append(Invariant($"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{width:0.##}\" height=\"{height:0.##}\""))
            .Append(cssClass.Length > 0 ? $" class=\"{cssClass}\"" : "").Append(fill is null ? "" : $" fill=\"{fill}\"");
        _body.Append(tooltip is null ? "/>\n" : $"><title>{Escaped(tooltip)}</title></rect>\n");
    }

    public void Circle(double x, double y, double radius, string cssClass, double opacity = 1) =>
        _body.Append(Invariant($"<circle cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{radius:0.##}\" class=\"{cssClass}\" opacity=\"{opacity:0.##}\"/>\n"));

    public void Polyline(IEnumerable<(double X, double Y)> points, string cssClass) =>
        _body.Append("<polyline points=\"").AppendJoin(' ', points.Select(point => Invariant($"{point.X:0.##},{point.Y:0.##}"))).Append($"\" class=\"{cssClass}\"/>\n");

    public void Path(string data, string cssClass) => _body.Append($"<path d=\"{data}\" class=\"{cssClass}\"/>\n");

    /// <summary>A picture, shown at its own size: integers upscale it before, so that no renderer smooths it.</summary>
    public void Image(Raster raster, double x, double y, string alternative) =>
        _body.Append(Invariant($"<image x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{raster.Width}\" height=\"{raster.Height}\" class=\"pixels\""))
            .Append($" role=\"img\" aria-label=\"{Escaped(alternative)}\" href=\"data:image/png;base64,{Convert.ToBase64String(raster.ToPng())}\"/>\n");

    public override string ToString() => Picture(0, Height, _title, $"<style>{Style}</style>\n", _body.ToString());

    /// <summary>
    /// The picture cut at its breaks, for a page that has <see cref="Style"/>: pictures to be stacked without gaps, which a printer doesn't divide, and a narrow screen scrolls.
    /// </summary>
    public IEnumerable<string> Parts()
    {
        (double Y, int Length)[] ends = [.. _breaks.Where(one => one.Y < Height), (Height, _body.Length)];
        var (top, start) = (0.0, 0);
        for (int part = 0; part < ends.Length; part++)
        {
            string title = part == 0 ? _title : $"{_title}, part {part + 1} of {ends.Length}";
            yield return Picture(top, ends[part].Y, title, "", _body.ToString(start, ends[part].Length - start), Invariant($" style=\"min-width:{LeastShare * Width:0}px\""));
            (top, start) = ends[part];
        }
    }

    private string Picture(double top, double bottom, string title, string style, string body, string attributes = "") => Invariant(
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 {top:0.##} {Width:0.##} {bottom - top:0.##}\" width=\"{Width:0.##}\" height=\"{bottom - top:0.##}\" role=\"img\"") +
        $"{attributes}>\n<title>{Escaped(title)}</title>\n<desc>{Escaped(_description)}</desc>\n{style}" +
        Invariant($"<rect class=\"page\" y=\"{top:0.##}\" width=\"{Width:0.##}\" height=\"{bottom - top:0.##}\"/>\n") + body + "</svg>\n";

    private static double WidthOf(char letter) => letter >= FirstWide && !char.IsSurrogate(letter) ? WideCharacterWidth : CharacterWidth;

    /// <summary>Text for SVG and HTML, wherever it came from.</summary>
    public static string Escaped(string text) => WebUtility.HtmlEncode(Printable.Line(text));

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
