namespace Tangram;

/// <summary>The dictionary itself: weight rows as images, the most frequent first, in the papers' stretches and about zero.</summary>
internal static class FeaturesFigure
{
    private const int Rows = 12, RowsOfPart = 6, MostColumns = 8, Gap = 2;
    private const double Margin = 24, Numbers = 44, Between = 36, Top = 136, PageWidth = 1120, LeastWidth = 300;

    public static Figure Create(ReportData data)
    {
        var size = new PictureSize(data.Drawn, 56);
        int cellWidth = size.Width + Gap, cellHeight = size.Height + Gap;
        bool colour = data.Shape.Channels == 3;
        int panels = colour ? 3 : 2;
        double width = (PageWidth - (2 * Margin) - ((panels - 1) * Between) - (panels * Numbers)) / panels;
        int columns = Math.Clamp((int)(width / cellWidth), 1, MostColumns);
        bool untied = data.Ensemble.Options.Untied;
        int[] alive = [.. data.Table.ByFrequency.Take(data.Table.Alive.Length)], features = [.. alive.Take(Rows * columns)];
        double panel = Numbers + Math.Max(columns * cellWidth, Math.Min(LeastWidth, width)) + Between, signed = Margin + ((panels - 1) * panel);
        var svg = new Svg(signed + panel - Between + Margin, 0, "Features",
            $"{(untied ? "Decoder" : "Weight")} rows of member 0: {features.Length:N0} of the {alive.Length:N0} features that are alive, most frequent first " +
                $"({data.Images.Name}); " +
            $"{data.Table.Use.Length - alive.Length:N0} more are dead.");
        double y = Top;
        var drawn = new List<(double X, Stretch Stretch, string Title)>();
        if (features.Length == 0)
        {
            svg.Text("All features are dead: there is none to show.", Margin, 90, 13);
            y = 80;
        }
        else
        {
            Panel(Margin, Stretch.MinMax, colour ? "In colour, stretched" : "Stretched (the paper's)", colour ? "Each feature's minimum 0, its maximum full;" : "Each feature's minimum black, its maximum white;",
                colour ? "zero is another grey in every picture." : "zero is at another grey in every picture.");
            if (colour)
                Panel(Margin + panel, Stretch.ChannelMean, "Channel mean, stretched (the document's)", "Mean of red, green and blue, minimum black,", "maximum white: colour features go grey.");
            Panel(signed, Stretch.Signed, colour ? "Channel mean, signed" : "Signed", untied ? $"Zero white; blue (−) weights take from the {(data.Shape.IsImage ? "picture" : "row")}," : "Zero white; blue (−) weights speak against the feature,",
                untied ? "orange (+) ones add to it; full colour: its largest." : "orange (+) ones for it; full colour: its largest.");
            int all = (features.Length + columns - 1) / columns, rowsOfPart = Math.Max(RowsOfPart, (int)(RowsOfPart * 58.0 / cellHeight));
            for (int row = 0; row < all; row += rowsOfPart)
            {
                if (row > 0)
                    svg.Break(y + (row * cellHeight) - 1);
                foreach (var (x, stretch, title) in drawn)
                    Pictures(x, stretch, title, row, Math.Min(rowsOfPart, all - row));
            }
            y += (all * cellHeight) + 24;
            svg.Text($"Numbers: the first feature of a row. Most frequent: #{features[0]}, active in {data.Table.Use[features[0]].Frequency:P1}",
                Margin, y, 12, cssClass: "muted");
            svg.Text($"of {data.ItemsWord}; the last shown: #{features[^1]}, {data.Table.Use[features[^1]].Frequency:P1}.", Margin, y + 17, 12,
                cssClass: "muted");
            ColourBar.Draw(svg, signed + Numbers + 40, y - 10, Math.Clamp((columns * cellWidth) - 64, 80, 240), -1, 1, ("−max", "+max"));
        }
        svg.Height = y + 40;
        return new Figure("sae_features", "Features",
            $"A feature is a row of {data.MatrixWords}, shown as {(data.Shape.IsImage ? "an image" : "a picture")}; it doesn't depend on any input. " + (colour
                ? "On the left in colour; in the middle the second document's recipe, the mean of the channels from its minimum to its maximum, in which what tells colours apart is gone. Both stretches move zero, so black there doesn't mean 'ignored'. "
                : "The stretch of the left picture is the paper's: it moves zero, so black there doesn't mean 'ignored'. ") +
            "In the signed picture a strongly negative weight is as strong as a positive one: " + (untied
                ? $"there an active feature {(data.Shape.IsImage ? "darkens" : "lowers")} the reconstruction. Only near-white {data.ValuesWord} stay as they are. "
                : $"a {(data.Shape.IsImage ? "pixel that is bright" : "value that is high")} there lowers the feature's activation. Only near-white {data.ValuesWord} are ignored. ") +
            "Each row starts with its first feature's number; hover over a picture for its own.", svg);

        void Panel(double x, Stretch stretch, string title, params string[] notes)
        {
            svg.Text(title, x, 86, 13, bold: true);
            for (int line = 0; line < notes.Length; line++)
                svg.Text(notes[line], x, 104 + (line * 16), 12, cssClass: "muted");
            drawn.Add((x, stretch, title));
        }

        // Some rows of a panel in one picture.
        void Pictures(double x, Stretch stretch, string title, int firstRow, int count)
        {
            int[] own = [.. features.Skip(firstRow * columns).Take(count * columns)];
            double top = Top + (firstRow * cellHeight);
            svg.Image(Mosaic.Grid([.. own.Select(feature => Mosaic.Picture(data.Shown.Feature(feature), data.Drawn, stretch)).Select(size.Of)], columns, 1, Gap), x + Numbers, top, title);
            int unused = (columns - (own.Length % columns)) % columns, rows = (own.Length + columns - 1) / columns;
            if (unused > 0)
                svg.Rectangle(x + Numbers + ((columns - unused) * cellWidth) - Gap, top + ((rows - 1) * cellHeight), (unused * cellWidth) + 0.5, cellHeight - Gap + 0.5, "page");
            int every = Math.Max(1, (int)Math.Ceiling(13.0 / cellHeight)); // flat pictures: rows are lower than their numbers
            for (int index = 0; index < own.Length; index++)
            {
                var (row, column) = (index / columns, index % columns);
                if (column == 0 && (firstRow + row) % every == 0)
                    svg.Text($"#{own[index]}", x + Numbers - 6, top + (row * cellHeight) + ((cellHeight - Gap) / 2.0) + 4, 10, "end", "muted");
                svg.Rectangle(x + Numbers + (column * cellWidth), top + (row * cellHeight), cellWidth - Gap, cellHeight - Gap, "over",
                    tooltip: $"feature {own[index]}: active in {data.Table.Use[own[index]].Frequency:P1} of {data.ItemsWord}");
            }
        }
    }
}
