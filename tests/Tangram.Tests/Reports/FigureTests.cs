using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Tangram.Tests;

public sealed class FigureTests
{
    private static readonly string[] Names =
    [
        "architecture", "training_metrics", "reconstructions", "quality", "sae_features", "feature_kinds", "image_representations", "code_path", "feature_usage_statistics",
        "digit_representations", "image_types", "code_map", "retrieval", "compression",
    ];

    [Theory]
    [MemberData(nameof(SmallRun.Kinds), MemberType = typeof(SmallRun))]
    public void Every_run_has_all_figures_whole_titled_and_without_text_over_text(string kind)
    {
        SmallRun small = SmallRun.Of(kind);
        string[] names = [.. Names.Where(name => small.Images.Shape.IsImage || name != "feature_kinds")];
        Assert.Equal(names.Order(StringComparer.Ordinal), small.Files.Skip(1).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        string page = File.ReadAllText(small.Files[0]);
        foreach (string file in small.Files.Skip(1))
        {
            XElement svg = XDocument.Load(file).Root!;
            Assert.NotEmpty(Descendants(svg, "title").First().Value);
            string[] written = [.. svg.DescendantsAndSelf().Where(one => !one.HasElements).Select(one => one.Value)
                .Concat(svg.DescendantsAndSelf().Attributes().Where(one => one.Name != "href").Select(one => one.Value))];
            Assert.DoesNotContain(written, one => one.Contains("NaN", StringComparison.Ordinal) || one.Contains('∞', StringComparison.Ordinal));
            CheckTexts(file, svg);
            CheckParts(file, svg, page);
            Assert.InRange(Value(svg, "width"), 1, Svg.MostWidth);
            Assert.All(Descendants(svg, "text"), text => Assert.True(Value(text, "font-size") >= Svg.LeastLetters, $"{Path.GetFileName(file)}: '{text.Value}' is too small to read."));
            foreach (XElement image in Descendants(svg, "image"))
                CheckImage(image);
        }
    }

    [Fact]
    public void Architecture_tells_the_runs_numbers_and_what_tying_saves()
    {
        SmallRun small = SmallRun.Of("digits");
        string text = AllText(small, "architecture");
        Assert.Contains("[40 × 784]", text, StringComparison.Ordinal);
        Assert.Contains("the 6 largest of 40", text, StringComparison.Ordinal);
        Assert.Contains("Tying saves 31,360", text, StringComparison.Ordinal);
        Assert.Contains("2 members of 31,360 = 62,720 parameters", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_has_both_loss_terms_both_sets_and_both_counts_over_the_epochs()
    {
        SmallRun small = SmallRun.Of("digits");
        XElement svg = Load(small, "training_metrics");
        XElement[] lines = [.. Descendants(svg, "polyline").Where(line => Class(line).Contains("line", StringComparison.Ordinal))];
        Assert.Equal(7, lines.Length);
        Assert.All(lines, line => Assert.Equal(2, line.Attribute("points")!.Value.Split(' ').Length)); // two epochs
        string text = AllText(small, "training_metrics");
        foreach (string label in new[] { "loss", "MSE", "Pearson", "features", "epoch", "train", "held out", "λ · consistency" })
            Assert.Contains(label, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Features_re_initialised_are_bars_with_their_number_over_their_epoch()
    {
        SmallRun small = SmallRun.Of("replaced");
        int[] replaced = [.. small.Run.Record.History.Select(row => row.Reinitialised)];
        Assert.Contains(replaced, count => count > 0);
        XElement svg = Load(small, "training_metrics");
        XElement[] bars = [.. Descendants(svg, "rect").Where(bar => Class(bar) == "f1" && bar.Attribute("width")!.Value != "10")];
        Assert.Equal(replaced.Count(count => count > 0), bars.Length);
        string[] texts = [.. Descendants(svg, "text").Select(text => text.Value)];
        Assert.All(replaced.Where(count => count > 0), count => Assert.Contains($"{count:N0}", texts, StringComparer.Ordinal));
        Assert.Contains("re-initialised, in all", texts, StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_said_of_a_model_with_all_options_is_true_of_it()
    {
        SmallRun small = SmallRun.Of("all options");
        string text = AllText(small, "architecture"), page = File.ReadAllText(small.Files[0]);
        foreach (string said in new[]
        {
            "(x − b) Wᵀ + c", "kept where positive,", "Decoder V", "x̂ = z V + b", "Auxiliary loss", "features that start as images",
            "63,544, encoder and decoder 31,360 each, 824 of them biases", "The rate rises over the first 2 % of the steps and falls over the last 60 %",
        })
            Assert.Contains(said, text, StringComparison.Ordinal);
        foreach (string wrong in new[] { "tied)", "no bias", "Tying", "orthogonal" })
            Assert.DoesNotContain(wrong, text, StringComparison.Ordinal);
        Assert.Contains("at most 6 active per image", page, StringComparison.Ordinal);
        Assert.Contains("a row of the decoder&#39;s weight matrix", page.Replace("a row of the decoder's", "a row of the decoder&#39;s", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Only positive activations are kept.", page, StringComparison.Ordinal);
        Assert.Contains("62,720 in this run&#39;s encoder and decoder, 31,360 tied", page, StringComparison.Ordinal);
        foreach (string difference in new[] { "positive activations only (ReLU)", "a decoder of its own instead of tied weights", "a pre-bias", "an encoder bias",
            "an auxiliary term for inactive features", "no re-initialisation" })
            Assert.Contains(difference, page, StringComparison.Ordinal);
        Assert.Contains("α · auxiliary", AllText(small, "training_metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain("λ · consistency", AllText(small, "training_metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public void Reconstructions_show_image_reconstruction_and_error_of_each_class_and_of_the_extremes()
    {
        SmallRun small = SmallRun.Of("digits");
        XElement svg = Load(small, "reconstructions");
        Assert.Equal(20 * 3, Descendants(svg, "image").Count()); // ten classes; three worst, four in the middle, three best
        string text = AllText(small, "reconstructions");
        Assert.Equal(20, Count(text, "MSE 0."));
        Assert.Contains("the worst, the median, the best", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Quality_has_a_bar_for_each_band_way_and_plane_and_a_point_for_each_k()
    {
        SmallRun small = SmallRun.Of("colour");
        XElement svg = Load(small, "quality");
        string text = AllText(small, "quality");
        foreach (string said in new[] { "luma Y", "chroma Cb", "chroma Cr", "<1", "4–8", "orthogonal matching pursuit", "random features, fitted", "above .9", "Spearman" })
            Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Equal(2 * 6, Descendants(svg, "rect").Count(bar => Class(bar) == "panel")); // behind Pearson and MSE of six ways
        Assert.Equal(6, Descendants(svg, "circle").Count(point => Value(point, "r") == 6)); // MSE, on a logarithmic axis: points
        string digits = AllText(SmallRun.Of("digits"), "quality");
        Assert.DoesNotContain("plane of the picture", digits, StringComparison.Ordinal); // grey: brightness in all is one of the bands' bars
        Assert.Contains("\nall\n", digits, StringComparison.Ordinal);
        XElement[] curves = [.. Descendants(svg, "polyline").Where(line => Class(line) == "line s0")];
        Assert.Equal(2, curves.Length);
        Assert.All(curves, curve => Assert.Equal(4, curve.Attribute("points")!.Value.Split(' ').Length)); // k = 1, 3, 6, 12: an eighth and a quarter of 6 are both 1
        SmallRun rows = SmallRun.Of("rows");
        Assert.DoesNotContain("luma", AllText(rows, "quality"), StringComparison.Ordinal);
    }

    [Fact]
    public void Features_are_shown_in_both_stretches_and_say_that_one_moves_zero()
    {
        SmallRun small = SmallRun.Of("digits");
        Assert.Equal(2, Descendants(Load(small, "sae_features"), "image").Count());
        int alive = small.Run.Ensemble[0].Analyse(small.Images, cancellation: TestContext.Current.CancellationToken).Alive;
        XElement[] cells = [.. Descendants(Load(small, "sae_features"), "rect").Where(cell => Descendants(cell, "title").Any())];
        Assert.Equal(2 * alive, cells.Length); // the dead aren't shown
        Assert.Contains($"{alive} of the {alive} features that are alive", AllText(small, "sae_features"), StringComparison.Ordinal);
        Assert.Equal((alive + 7) / 8 * 2, Descendants(Load(small, "sae_features"), "text")
            .Count(text => text.Value.StartsWith('#'))); // a number at each row's left
        Assert.Contains("zero is at another grey in every picture", AllText(small, "sae_features"), StringComparison.Ordinal);
        string report = File.ReadAllText(small.Files[0]);
        Assert.Contains("black there doesn&#39;t mean &#39;ignored&#39;", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_are_drawn_as_bars_as_many_as_activations()
    {
        SmallRun small = SmallRun.Of("digits");
        XElement svg = Load(small, "image_representations");
        XElement[] bars = [.. Descendants(svg, "rect").Where(bar => Descendants(bar, "title").Any())];
        Assert.Equal(5 * 6, bars.Length); // five images, k = 6
        XElement[] curves = [.. Descendants(svg, "polyline")];
        Assert.Equal(2, curves.Length);
        Assert.All(curves, curve => Assert.Equal(6, curve.Attribute("points")!.Value.Split(' ').Length));
        // More activations never hold less of the code: the share's curve doesn't fall (y grows downwards).
        double[] shares = [.. curves[1].Attribute("points")!.Value.Split(' ').Select(point => double.Parse(point.Split(',')[1], CultureInfo.InvariantCulture))];
        Assert.Equal(shares.OrderDescending(), shares);
    }

    [Fact]
    public void Usage_counts_every_feature_and_ranks_those_alive()
    {
        SmallRun small = SmallRun.Of("digits");
        XElement svg = Load(small, "feature_usage_statistics");
        int alive = small.Run.Ensemble[0].Analyse(small.Images, cancellation: TestContext.Current.CancellationToken).Alive;
        Assert.Equal(alive, Descendants(svg, "polyline").First().Attribute("points")!.Value.Split(' ').Length);
        Assert.Equal(alive, Descendants(svg, "circle").Count(point => Value(point, "r") == 2));
        Assert.Contains(Descendants(svg, "circle"), point => Value(point, "r") == 3.5); // histograms on logarithmic axes: points
        Assert.Equal(25, Descendants(svg, "image").Count());
        string text = AllText(small, "feature_usage_statistics");
        Assert.Contains("Gini", text, StringComparison.Ordinal);
        Assert.Contains("Spearman", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_have_a_heat_map_of_their_key_features_and_their_pictures()
    {
        SmallRun small = SmallRun.Of("digits");
        XElement svg = Load(small, "digit_representations");
        ClassProfile profile = new(small.Run.Ensemble[0].Encode(small.Images, cancellation: TestContext.Current.CancellationToken), small.Images);
        int[] keys = [.. Enumerable.Range(0, 10).SelectMany(label => profile.KeyFeatures(label, 5)).Distinct()];
        XElement[] cells = [.. Descendants(svg, "rect").Where(cell => Descendants(cell, "title").Any())];
        Assert.NotEmpty(keys);
        Assert.Equal(10 * keys.Length, cells.Length);
        Assert.Equal(Enumerable.Range(0, 10).Sum(label => profile.KeyFeatures(label, 10).Count), Descendants(svg, "image").Count());
    }

    [Fact]
    public void Classes_without_images_are_left_out()
    {
        SmallRun small = SmallRun.Of("few classes");
        string[] texts = AllText(small, "digit_representations").Split('\n');
        Assert.Contains("3", texts, StringComparer.Ordinal);
        Assert.DoesNotContain("4", texts, StringComparer.Ordinal);
        Assert.DoesNotContain(texts, text => text.Contains("-0.00", StringComparison.Ordinal));
        string page = File.ReadAllText(small.Files[0]);
        Assert.DoesNotContain("<td>4</td>", page, StringComparison.Ordinal);
        Assert.Equal(3, small.Run.Record.Evaluation!.PerClass.Count);
    }

    [Fact]
    public void Compression_has_both_charts_with_all_ways_the_counts_and_what_they_denote()
    {
        SmallRun small = SmallRun.Of("digits");
        XElement svg = Load(small, "compression");
        Assert.Equal(2 * 4, Descendants(svg, "polyline").Count()); // dictionary, PCA, WebP, JPEG
        Assert.Equal(2, Descendants(svg, "path").Count()); // the ring of the run's own k
        Assert.Equal(8 * 5, Descendants(svg, "image").Count());
        string text = AllText(small, "compression");
        foreach (string said in new[] { "k / D = 6 / 784 = 0.77 %", "k / F = 6 / 40 = 15.00 %", "1 − k / F = 85.00 %", "not overcomplete", "bits per pixel", "can't: needs", "shared by 500 images" })
            Assert.Contains(said, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Bars_stand_on_zero_and_axes_say_what_they_count()
    {
        var svg = new Svg(600, 400, "", "");
        var plot = new Plot(svg, 0, 0, 500, 300, "");
        Scale x = Scale.Linear([0, 1], plot.XFrom, plot.XTo), far = Scale.Linear([5, 6], plot.YFrom, plot.YTo), log = Scale.Logarithmic([1, 100], plot.YFrom, plot.YTo);
        Assert.Throws<ArgumentException>(() => plot.Bars(x, log, [(0, 1, 10)], "f0"));
        Assert.Throws<ArgumentException>(() => plot.Bars(x, far, [(0, 1, 5.5)], "f0"));
        Assert.Throws<ArgumentException>(() => plot.Axes(x, far, "", "MSE"));
        Assert.Throws<ArgumentException>(() => plot.Axes(x, far, "k", " "));
        plot.Bars(x, Scale.Linear([5, 6], plot.YFrom, plot.YTo, includeZero: true), [(0, 1, 5.5)], "f0");
    }

    [Fact]
    public void An_images_way_shows_features_and_sums_apart_each_with_what_it_is()
    {
        SmallRun small = SmallRun.Of("digits"); // k = 6
        string[] texts = AllText(small, "code_path").Split('\n');
        Assert.Equal(["rank 1", "rank 2", "rank 3", "rank 4", "rank 5", "rank 6"], texts.Where(text => text.Contains(": feature #", StringComparison.Ordinal)).Select(text => text[..6]), StringComparer.Ordinal);
        Assert.Equal(["rank 1 alone", "sum of ranks 1–2", "sum of ranks 1–4", "sum of all 6"], texts.Where(text => text.StartsWith("sum of", StringComparison.Ordinal) || text.EndsWith("alone", StringComparison.Ordinal)),
            StringComparer.Ordinal);
        double Place(string text) => Value(Descendants(Load(small, "code_path"), "text").First(one => one.Value.StartsWith(text, StringComparison.Ordinal)), "x");
        Assert.NotEqual(Place("rank 2: "), Place("sum of ranks 1–2")); // no columns of both
    }

    [Fact]
    public void Bars_of_what_codes_tell_carry_intervals()
    {
        SmallRun small = SmallRun.Of("digits");
        XElement[] whiskers = [.. Descendants(Load(small, "image_types"), "line").Where(line => Class(line) == "whisker")];
        Assert.Equal(3 * 4 * (3 + 2), whiskers.Length); // three strokes; four kinds of vectors; class, brightness and contrast, silhouette and nearest
    }

    [Fact]
    public void What_has_no_meaning_for_rows_is_neither_drawn_nor_said_and_they_are_called_rows()
    {
        SmallRun small = SmallRun.Of("rows");
        string page = File.ReadAllText(small.Files[0]);
        page = Regex.Replace(page[..page.IndexOf("id=\"claims\"", StringComparison.Ordinal)], "<style>.*?</style>|href=\"[^\"]*\"|<(?:svg|image|rect|text|h2|a|section) [^>]*>", "", RegexOptions.Singleline, TimeSpan.FromSeconds(10));
        foreach (string wrong in new[] { "bright", "contrast", "pixel", "luma", "spatial", "dark", "image", "edges" })
            Assert.DoesNotContain(wrong, page.Replace("no picture formats", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        foreach (string right in new[] { "One row through the model", "Rows with similar codes", "Kinds of rows and their codes", "by values", "bytes per row", "sae_features" })
            Assert.Contains(right, File.ReadAllText(small.Files[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Blue_is_below_zero_in_all_scales_and_the_other_grows_darker()
    {
        Colour[] shares = [.. Enumerable.Range(0, 11).Select(step => ColourMap.Sequential(step / 10.0))];
        Assert.All(shares, colour => Assert.True(colour.Red >= colour.Blue));
        static double Light(Colour colour) => (0.299 * colour.Red) + (0.587 * colour.Green) + (0.114 * colour.Blue);
        Assert.Equal(shares.OrderByDescending(Light), shares);
        Assert.True(ColourMap.Signed(-0.5).Blue > ColourMap.Signed(-0.5).Red && ColourMap.Signed(0.5).Red > ColourMap.Signed(0.5).Blue);
    }

    [Fact]
    public void Pictures_of_signed_values_have_a_bar_with_numbers()
    {
        SmallRun small = SmallRun.Of("digits");
        foreach (string figure in new[] { "reconstructions", "image_representations" })
            Assert.Contains(Descendants(Load(small, figure), "text"), text => text.Value.StartsWith('+') && text.Value.Length > 1
                && char.IsAsciiDigit(text.Value[1]));
    }

    [Fact]
    public void An_axis_has_a_least_span_and_a_single_point_stands_in_the_middle()
    {
        Scale scale = Scale.Linear([0.9650, 0.9652], 0, 100, leastSpan: 0.05);
        Assert.True(scale[0.9652] - scale[0.9650] < 1);
        SmallRun small = SmallRun.Of("colour"); // one epoch
        XElement[] points = [.. Descendants(Load(small, "training_metrics"), "circle")];
        XElement axis = Descendants(Load(small, "training_metrics"), "line")
            .First(line => Class(line) == "axis" && line.Attribute("y1")!.Value == line.Attribute("y2")!.Value);
        Assert.Equal((Value(axis, "x1") + Value(axis, "x2")) / 2, Value(points[0], "cx"), 0.5);
        Assert.Contains("1 evaluation, means over 1 member.", AllText(small, "training_metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public void Retrieval_shows_the_nearest_images_their_classes_and_precision_beside_yardsticks()
    {
        SmallRun digits = SmallRun.Of("digits");
        XElement svg = Load(digits, "retrieval");
        Assert.Equal(5 * (1 + (2 * 10)), Descendants(svg, "image").Count()); // five queries, ten nearest by codes and by pixels
        string text = AllText(digits, "retrieval");
        foreach (string said in new[] { "by codes", "by pixels", "codes, untrained", "PCA-128", "500 queries of 10 classes", "by chance, 0.0", "of another class" })
            Assert.Contains(said, text, StringComparison.Ordinal);
        Assert.Equal(3, Descendants(svg, "circle").Count()); // a difference to each other kind of vector
    }

    [Fact]
    public void Retrieval_without_classes_shows_neighbours_and_says_why_nothing_is_measured()
    {
        SmallRun unlabelled = SmallRun.Of("no labels"), single = SmallRun.Of("one image");
        Assert.Contains("have no labels", AllText(unlabelled, "retrieval"), StringComparison.Ordinal);
        Assert.DoesNotContain("of another class", AllText(unlabelled, "retrieval"), StringComparison.Ordinal);
        Assert.Equal(5 * 21, Descendants(Load(unlabelled, "retrieval"), "image").Count());
        Assert.Contains("There is no other image.", AllText(single, "retrieval"), StringComparison.Ordinal);
        Assert.Contains("Precision isn't measured", AllText(single, "retrieval"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_two_classes_the_class_figure_says_so()
    {
        SmallRun unlabelled = SmallRun.Of("no labels"), single = SmallRun.Of("one class");
        Assert.Contains("have no labels", AllText(unlabelled, "digit_representations"), StringComparison.Ordinal);
        Assert.Contains("one class only", AllText(single, "digit_representations"), StringComparison.Ordinal);
    }

    private static XElement Load(SmallRun run, string figure) => XDocument.Load(run.Files.Single(file => Path.GetFileName(file) == figure + ".svg")).Root!;

    private static string AllText(SmallRun run, string figure) => string.Join('\n', Descendants(Load(run, figure), "text").Select(text => text.Value));

    private static IEnumerable<XElement> Descendants(XElement element, string name) => element.Descendants(XName.Get(name, "http://www.w3.org/2000/svg"));

    private static string Class(XElement element) => element.Attribute("class")?.Value ?? "";

    private static double Value(XElement element, string attribute) => double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    /// <summary>The page has the figure in parts that a page of paper holds, and that together are all of it.</summary>
    private static void CheckParts(string file, XElement svg, string page)
    {
        string section = page[page.IndexOf($"<h2 id=\"{Path.GetFileNameWithoutExtension(file)}\"", StringComparison.Ordinal)..];
        section = section[section.IndexOf("<svg", StringComparison.Ordinal)..section.IndexOf("</div></figure>", StringComparison.Ordinal)];
        XElement[] parts = [.. XDocument.Parse($"<parts>{section}</parts>").Root!.Elements()];
        double top = 0;
        foreach (XElement part in parts)
        {
            double[] box = [.. part.Attribute("viewBox")!.Value.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
            Assert.Equal(top, box[1]);
            Assert.InRange(box[3], 1, Svg.MostPart);
            top += box[3];
            foreach (XElement text in Descendants(part, "text"))
                Assert.InRange(Value(text, "y"), box[1], box[1] + box[3]);
            foreach (XElement picture in Descendants(part, "image"))
                Assert.True(Value(picture, "y") >= box[1] && Value(picture, "y") + Value(picture, "height") <= top + 0.01, $"{Path.GetFileName(file)}: a picture is cut at {top}.");
            string style = part.Attribute("style")!.Value;
            Assert.Equal(Svg.LeastShare * Value(part, "width"), double.Parse(style["min-width:".Length..^2], CultureInfo.InvariantCulture), 0.51);
        }
        Assert.Equal(Value(svg, "height"), top, 1e-6);
        Assert.Equal(Descendants(svg, "text").Count(), parts.Sum(part => Descendants(part, "text").Count()));
    }

    private static void CheckImage(XElement image)
    {
        string href = image.Attribute("href")!.Value;
        byte[] png = Convert.FromBase64String(href[(href.IndexOf(',', StringComparison.Ordinal) + 1)..]);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
        // An image is drawn at its own size, so that no renderer smooths it: width and height stand in the PNG's header.
        Assert.Equal(Value(image, "width"), (png[18] << 8) | png[19]);
        Assert.Equal(Value(image, "height"), (png[22] << 8) | png[23]);
    }

    /// <summary>Boxes of level texts, by a usual font's mean character width, lie inside the page and not on each other.</summary>
    private static void CheckTexts(string file, XElement svg)
    {
        double[] page = [.. svg.Attribute("viewBox")!.Value.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        var boxes = new List<(double Left, double Right, double Top, double Bottom, string Text)>();
        foreach (XElement text in Descendants(svg, "text").Where(text => text.Attribute("transform") is null && text.Value.Length > 0))
        {
            double size = Value(text, "font-size"), width = text.Value.Length * size * 0.5, x = Value(text, "x"), y = Value(text, "y");
            double left = text.Attribute("text-anchor")!.Value switch { "end" => x - width, "middle" => x - (width / 2), _ => x };
            boxes.Add((left, left + width, y - (size * 0.7), y, text.Value));
        }
        foreach (var box in boxes)
        {
            Assert.True(box.Left >= 0 && box.Right <= page[2] && box.Top >= 0 && box.Bottom <= page[3], $"{Path.GetFileName(file)}: '{box.Text}' leaves the page.");
            foreach (var other in boxes)
            {
                bool apart = box == other || box.Right <= other.Left || other.Right <= box.Left || box.Bottom <= other.Top || other.Bottom <= box.Top;
                Assert.True(apart, $"{Path.GetFileName(file)}: '{box.Text}' lies on '{other.Text}'.");
            }
        }
    }
}
