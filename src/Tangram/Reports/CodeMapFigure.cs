namespace Tangram;

/// <summary>Codes in two dimensions: images where their codes lie, and a small map for each class.</summary>
internal static class CodeMapFigure
{
    private const double Left = 24, MapWidth = 1072, MapHeight = 520, PageWidth = 1120;
    private const int MostClasses = 15, Thumbnail = 32;

    public static Figure Create(ReportData data)
    {
        const string Name = "code_map", Title = "Map of codes";
        if (data.Types.Map is not { } map)
        {
            var empty = new Svg(960, 110, Title, "");
            empty.Text("The codes vary in fewer than two directions: there is no map to draw.", Left, 80, 13);
            return new Figure(Name, Title, "This figure needs codes that differ.", empty);
        }
        var svg = new Svg(PageWidth, 0, Title, $"{map.Items.Length:N0} codes of {data.Images.Name}, member 0, by their two principal components, which hold {map.Share:P1} of the codes' variance.");
        var plot = new Plot(svg, Left, 70, MapWidth, MapHeight, $"{(data.Shape.IsImage ? "Images" : "Rows")} where their codes lie");
        Scale x = Scale.Tight(map.X, plot.XFrom + (Thumbnail / 2), plot.XTo - (Thumbnail / 2)), y = Scale.Tight(map.Y, plot.YFrom - (Thumbnail / 2), plot.YTo + (Thumbnail / 2));
        plot.Axes(x, y, "first component of the codes", "second component of the codes");
        Thumbnails(svg, data, map, x, y, plot);
        svg.Break(70 + MapHeight + 12);
        double bottom = Classes(svg, data, map, 70 + MapHeight + 16);
        svg.Height = bottom + 12;
        return new Figure(Name, Title,
            $"{(data.Shape.IsImage ? "Images" : "Rows")} whose codes resemble each other lie together. The map shows the two directions in which codes vary most, and keeps no more of the distances than that: what lies apart here is apart, what lies together may not be. " +
            $"{(data.Shape.IsImage ? "An image" : "A row")} is drawn where there is room; the small maps show one class each, in colour, over all others.", svg);
    }

    private static void Thumbnails(Svg svg, ReportData data, CodeMap map, Scale x, Scale y, Plot plot)
    {
        var size = new PictureSize(data.Drawn, Thumbnail);
        var taken = new List<(double X, double Y)>();
        double width = size.Width, height = size.Height;
        for (int place = 0; place < map.Items.Length; place++)
        {
            double left = x[map.X[place]] - (width / 2), top = y[map.Y[place]] - (height / 2);
            bool inside = left >= plot.XFrom && left + width <= plot.XTo && top >= plot.YTo && top + height <= plot.YFrom;
            if (!inside || taken.Any(other => Math.Abs(other.X - left) < width + 1 && Math.Abs(other.Y - top) < height + 1))
                continue;
            taken.Add((left, top));
            float[] image = data.Image(map.Items[place]);
            svg.Image(size.Of(data.Draw(image, image)), left, top, data.ClassOf(map.Items[place]));
        }
    }

    private static double Classes(Svg svg, ReportData data, CodeMap map, double top)
    {
        const int Columns = 5;
        const double Width = 210, Height = 150;
        if (!data.Images.HasLabels)
            return top - 12;
        int[] classes = [.. map.Items.Select(data.Images.Label).Distinct().Order()];
        svg.Text(classes.Length > MostClasses ? $"The first {MostClasses} of {classes.Length} classes, one at a time, on the map's axes" : "One class at a time, on the map's axes", Left, top + 14, 13, bold: true);
        top += 26;
        classes = [.. classes.Take(MostClasses)];
        for (int index = 0; index < classes.Length; index++)
        {
            double left = Left + (index % Columns * (Width + 5)), upper = top + (index / Columns * (Height + 26));
            if (index > 0 && index % Columns == 0)
                svg.Break(upper - 6);
            svg.Rectangle(left, upper, Width, Height, "panel");
            Scale x = Scale.Tight(map.X, left + 6, left + Width - 6), y = Scale.Tight(map.Y, upper + Height - 6, upper + 6);
            int step = Math.Max(1, map.Items.Length / 400);
            for (int place = 0; place < map.Items.Length; place += step)
                svg.Circle(x[map.X[place]], y[map.Y[place]], 1, "f4", 0.35);
            int own = 0;
            for (int place = 0; place < map.Items.Length; place++)
            {
                if (data.Images.Label(map.Items[place]) != classes[index])
                    continue;
                own++;
                svg.Circle(x[map.X[place]], y[map.Y[place]], 1.8, "f1", 0.8);
            }
            svg.Text($"{Svg.Shortened(data.Images.ClassNames[classes[index]], 11, Width - 90)}, {data.Shape.Items(own)}", left, upper + Height + 14, 11);
        }
        return top + (((classes.Length + Columns - 1) / Columns) * (Height + 26));
    }
}
