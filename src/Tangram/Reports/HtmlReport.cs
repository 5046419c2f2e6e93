using System.Text;

namespace Tangram;

/// <summary>One page that tells the whole story of a run: no network, no script, prints well, light and dark.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--muted:#57606a;--page:#fff;--rule:#d8dde3;--panel:#f4f5f7;--yes:#00684a;--no:#a84300;--odd:#0059a8}
        @media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--muted:#9aa4af;--page:#15181c;--rule:#343b44;--panel:#20252b;--yes:#2cc79b;--no:#f0843c;--odd:#56b4e9}}
        body{font:16px/1.55 system-ui,'Segoe UI',Helvetica,Arial,sans-serif;color:var(--ink);background:var(--page);max-width:1180px;margin:0 auto;padding:24px}
        h1{font-size:1.8rem;margin:.2em 0}h2{font-size:1.3rem;margin:1.5em 0 .3em}h3{font-size:1.05rem;margin:1em 0 .2em}p{max-width:85ch}.muted{color:var(--muted)}
        .scroll{overflow-x:auto}.scroll:focus-visible{outline:2px solid var(--odd);outline-offset:2px}table{border-collapse:collapse;margin:1em 0;font-size:.92rem}caption{text-align:left;color:var(--muted);padding:.3em 0}
        th,td{text-align:left;padding:.35em .8em;border-bottom:1px solid var(--rule);vertical-align:top}ul{max-width:85ch;padding-left:1.3em;margin:.5em 0}summary{cursor:pointer;font-weight:600;margin:1em 0}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .yes{color:var(--yes)}.no{color:var(--no)}.odd{color:var(--odd)}.none{color:var(--muted)}.verdict{font-weight:600;white-space:nowrap}
        figure{margin:1em 0;border:1px solid var(--rule)}figure svg{display:block;max-width:100%;height:auto}
        nav{display:flex;flex-wrap:wrap;gap:.2em 1em}a{color:inherit}
        @media (max-width:640px){body{padding:12px}.claims thead{display:none}.claims tr{display:block;border-bottom:1px solid var(--rule);padding:.4em 0}.claims td{display:block;border:0;padding:.1em 0}}
        @page{size:A4 landscape;margin:10mm}
        @media print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}h2,h3,h2+p{break-after:avoid}tr,p,figure svg{break-inside:avoid}.scroll{overflow:visible}table{font-size:8pt}th,td{padding:.25em .5em}figure{border:0}figure svg{min-width:0!important}}
        """;

    public static string Create(ReportData data, IReadOnlyList<Figure> figures)
    {
        RunRecord record = data.Record;
        var page = new StringBuilder();
        page.Append($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>Tangram: {Html(record.Train.Name)}</title>\n<style>{Style}\n{Svg.Style}</style></head><body>\n");
        page.Append($"<h1>A visual dictionary of {Html(record.Train.Name)}</h1>\n<p " +
            $"class=\"muted\">{PaperClaims.Plural(record.Options.Members, "sparse autoencoder")}, {data.Shape.Length:N0} → " +
            $"{record.Options.Features:N0} features, " +
            $"{data.ActiveWords} active per {data.ItemWord}; trained on {Html(record.Shape.Items(record.Train.Images))} in {record.TrainSeconds:N1} s " +
                $"({PaperClaims.Plural(record.Steps, "step")}, {PaperClaims.Plural(record.Threads, "thread")}), {record.Started:yyyy-MM-dd}, " +
                $"tangram {record.Version}.</p>\n");
        bool papers = PaperClaims.Fits(record, document: 1) || PaperClaims.Fits(record, document: 2);
        page.Append("<nav aria-label=\"Sections\"><a href=\"#short\">In short</a>").AppendJoin("", figures.Select(figure => $"<a href=\"#{figure.Name}\">{Html(figure.Title)}</a>"))
            .Append("<a href=\"#claims\">Claims</a><a href=\"#scores\">Scores</a><a href=\"#dictionary\">Dictionary</a></nav>\n<main>\n");
        Short(page, data, papers);
        page.Append($$"""
            <section><h2 id="explained">Features and codes</h2>
            <p>A <strong>feature</strong> is a row of {{data.MatrixWords}}, shown as {{(data.Shape.IsImage ? "an image" : "a picture")}}: a word of the dictionary. It belongs to the model and depends on no input; there is a fixed number of them.
            A <strong>code</strong> (a representation) belongs to one {{data.ItemWord}}: it says which few features are active in it, and how strongly. Features are what the model knows; a code is what it says about one {{(data.Shape.IsImage ? "picture" : "row")}}.
            The reconstruction is the sum of its active features, each times its activation{{(data.Ensemble.Options.PreBias ? $", and of a bias that all {data.ItemsWord} share" : "")}}.</p>
            <p>So a feature's picture shows weights, not {{(data.Shape.IsImage ? "brightness" : "values")}}: a strongly negative weight counts as much as a positive one, and a {{(data.Shape.IsImage ? "pixel" : "value")}} is ignored only where the weight is near zero.{{(data.DrawnWords.Length > 0 ? " " + data.DrawnWords : "")}}
            Everything here was learned without labels; classes are used only to describe the result.</p></section>

            """);
        foreach (Figure figure in figures)
            page.Append($"<section><h2 id=\"{figure.Name}\">{Html(figure.Title)}</h2>\n<p>{Html(figure.Explanation)}</p>\n<figure>{Scroll($"Figure: {figure.Title}")}").AppendJoin("", figure.Picture.Parts())
                .Append("</div></figure></section>\n");
        Claims(page, data, papers);
        ScoreTables(page, data);
        Dictionary(page, data);
        page.Append($"<p class=\"muted\">Held out: {Html(record.Test.Name)}, {Html(record.Shape.Items(record.Test.Images))}, SHA-256 {record.Test.Fingerprint[..16]}…. Figures show member 0; scores are means over the members unless they say otherwise. {Html(record.Runtime)}, {record.Engine.Architecture}, {record.Engine.Tier}-bit SIMD.</p>\n</main></body></html>\n");
        return page.ToString();
    }

    /// <summary>What the run says of its images, in a few sentences; of the papers' own setting, how their claims came out.</summary>
    private static void Short(StringBuilder page, ReportData data, bool papers)
    {
        page.Append("<section><h2 id=\"short\">In short</h2>\n");
        if (papers)
        {
            PaperClaim[] claims = [.. data.Claims.Where(claim => PaperClaims.Fits(data.Record, claim.Document))];
            int Count(Verdict verdict) => claims.Count(claim => claim.Verdict == verdict);
            page.Append($"<p>Of the {claims.Length} claims of the paper that this run is of, {Count(Verdict.Reproduced)} are reproduced, {Count(Verdict.NotReproduced)} are not, and " +
                $"{claims.Length - Count(Verdict.Reproduced) - Count(Verdict.NotReproduced)} can't be shown by a run: <a href=\"#claims\">each of them</a>.</p>\n");
        }
        foreach (var (topic, title) in new[] { (FindingTopic.Images, $"What is in these {data.ItemsWord}"), (FindingTopic.Lost, "What is lost"), (FindingTopic.Advice, "What to try") })
        {
            string[] texts = [.. data.Findings.Where(finding => finding.Topic == topic).Select(finding => finding.Text)];
            if (texts.Length > 0)
                page.Append($"<h3>{title}</h3>\n<ul>").AppendJoin("", texts.Select(text => $"<li>{Html(text)}</li>\n")).Append("</ul>\n");
        }
        page.Append("</section>\n");
    }

    private static void Claims(StringBuilder page, ReportData data, bool papers)
    {
        page.Append("<section><h2 id=\"claims\">The papers' claims and this run</h2>\n<p>Each claim, what is taken as showing it (in brackets), and what " +
            "this run measured. Figures about interpretation stand beside the same figure for an untrained dictionary.</p>\n");
        if (!papers)
            page.Append("<p>Tangram reproduces two papers. This run is of other images or another model than theirs, so the tables below tell what holds here too, not what the papers did wrong.</p>\n");
        // The document that such a run is of comes first; the other is folded.
        foreach (int document in data.Shape.Channels == 3 ? new[] { 2, 1 } : [1, 2])
        {
            bool fits = PaperClaims.Fits(data.Record, document);
            string title = document == 1 ? "The first document: digits of MNIST" : "The second document: colour images of 64×64";
            page.Append(fits ? $"<h3>{title}</h3>\n" : $"<details><summary>{title}; this run is of something else</summary>\n");
            if (document == 1 && PaperClaims.Differences(data.Record) is { Count: > 0 } differences)
                page.Append($"<p>This run differs from the paper: {Html(string.Join("; ", differences))}.</p>\n");
            if (document == 2 && data.Shape.Channels != 3)
                page.Append($"<p>It is about images of 64×64×3; this run is of {Html(data.Shape.ToString())}.</p>\n");
            ClaimTable(page, data.Claims.Where(claim => claim.Document == document));
            page.Append(fits ? "" : "</details>\n");
        }
        page.Append("</section>\n");
    }

    private static void ClaimTable(StringBuilder page, IEnumerable<PaperClaim> claims)
    {
        page.Append($"{Scroll("Table of claims")}<table class=\"claims\"><thead><tr><th>section</th><th>claim</th><th>this " +
            "run</th><th>verdict</th></tr></thead><tbody>\n");
        foreach (PaperClaim claim in claims)
        {
            var (css, words) = claim.Verdict switch
            {
                Verdict.Reproduced => ("yes", "✓ reproduced"),
                Verdict.NotReproduced => ("no", "✗ not reproduced"),
                Verdict.NotComparable => ("odd", "≠ not comparable between trainings"),
                Verdict.NotMeasured => ("none", "– not measured"),
                _ => ("odd", "≠ inconsistent in the source"),
            };
            page.Append($"<tr><td class=\"muted\">{Html(claim.Section)}</td><td>{Html(claim.Claim)}</td><td>{Html(claim.Measured)}</td><td class=\"verdict {css}\">{words}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static void ScoreTables(StringBuilder page, ReportData data)
    {
        Scores scores = data.Record.Evaluation!;
        page.Append($"<h2 id=\"scores\">Scores</h2>\n<p>On {Html(scores.Data)}, {Html(data.Shape.Items(scores.Images))}, in float64, reconstructions unclamped. The mean of them alone has a Pearson of {Figure.Number(scores.PearsonOfMean)}.</p>\n{Scroll("Scores of each member")}<table><thead><tr><th></th>");
        foreach (string column in new[] { "MSE", "PSNR, dB", "SSIM", "Pearson", $"5 % of {data.ItemsWord} below", "FVU", "L0", "dead features" })
            page.Append($"<th class=\"n\">{column}</th>");
        page.Append("</tr></thead><tbody>\n");
        for (int member = 0; member < scores.Members.Count; member++)
            ScoreRow(page, $"member {member}", scores.Members[member]);
        if (scores.Members.Count > 1)
            ScoreRow(page, "mean", scores);
        page.Append("</tbody></table></div>\n");
        if (scores.Consistency is { } consistency)
            Agreement(page, consistency, data.Trained.Start?.Consistency ?? new ConsistencyScores(), data.ItemsWord);
        if (scores.PerClass.Count == 0)
            return;
        page.Append($"{Scroll("Scores of each class")}<table><caption>Per class, mean over members</caption><thead><tr><th>class</th><th class=\"n\">{data.ItemsWord}</th><th class=\"n\">MSE</th><th class=\"n\">Pearson</th></tr></thead><tbody>\n");
        foreach (ClassScores one in scores.PerClass)
            page.Append($"<tr><td>{Html(one.Class)}</td><td class=\"n\">{one.Images:N0}</td><td class=\"n\">{ErrorText.Of(one.Mse)}</td><td class=\"n\">{Figure.Number(one.Pearson)}</td></tr>\n");
        page.Append("</tbody></table></div>\n");
    }

    private static void Agreement(StringBuilder page, ConsistencyScores trained, ConsistencyScores start, string items)
    {
        page.Append($"{Scroll("Agreement of members")}<table><caption>Between members, mean over the pairs</caption><thead><tr><th></th><th class=\"n\">trained</th><th class=\"n\">step 0</th></tr></thead><tbody>\n");
        foreach (var (name, format, value) in new (string, string, Func<ConsistencyScores, double>)[]
        {
            ("code MSE", "G4", one => one.CodeMse),
            ($"correlation of a feature's activations over {items}", "F3", one => one.ActivationCorrelation),
            ("features of a code that are active in both, by number", "P1", one => one.ActiveInCommon),
            ("the same by chance, of features as frequent", "P1", one => one.ActiveInCommonByChance),
            ("|cosine| of features matched one to one (PW-MCC)", "F3", one => one.PwMcc),
            ("of these, matched to their own number", "P1", one => one.MatchedToOwnNumber),
            ("cosine of features of the same number", "F3", one => one.OwnCosine),
            ("features alive in both", "N0", one => one.Alive),
        })
            page.Append($"<tr><td>{Html(name)}</td><td class=\"n\">{Figure.Number(value(trained), format)}</td><td class=\"n\">{Figure.Number(value(start), format)}</td></tr>\n");
        page.Append("</tbody></table></div>\n");
    }

    private static void ScoreRow(StringBuilder page, string name, MemberScores scores)
    {
        page.Append($"<tr><td>{name}</td>");
        string[] cells =
        [
            ErrorText.Of(scores.Mse), Figure.Number(scores.Psnr ?? double.NaN, "F2"), Figure.Number(scores.Ssim ?? double.NaN), Figure.Number(scores.Pearson),
            Figure.Number(scores.PearsonPerImage.P05), Figure.Number(scores.Fvu), Figure.Number(scores.L0.Mean, "F1"), Figure.Number(scores.DeadFraction, "P1"),
        ];
        foreach (string cell in cells)
            page.Append($"<td class=\"n\">{cell}</td>");
        page.Append("</tr>\n");
    }

    private static void Dictionary(StringBuilder page, ReportData data)
    {
        page.Append($"<h2 id=\"dictionary\">The dictionary, measured</h2>\n<p>Means over the members, and over " +
            $"{(data.UntrainedStatistics.Length == 1 ? "an untrained dictionary" : $"{data.UntrainedStatistics.Length} untrained dictionaries")} (random orthogonal rows), with their ranges. Shares are of the features that the test {data.ItemsWord} activate. " +
            (data.Shape.IsImage ? "Local: a window of half the width and half the height holds at least half of the squared weight. " : "") + $"Varying {data.ValuesWord} covered: of the " +
                $"{data.ValuesWord} that aren't the same in all test {data.ItemsWord}, the share where some feature has at least half its largest weight.</p>\n" +
            (data.Shape.IsImage ? "<p>Shape: the mark is the largest connected set of pixels with at least half of the feature's largest weight; a feature without one " +
                "mark that stands out is 'other'. A mark with a hole is a ring, a small round one a dot, a long one a stroke, a curve or a " +
                "corner, by whether a line, a parabola or two lines fit it.</p>\n" : "") +
            $"<p>Classes: a feature is rated when at least {data.Shape.Items(ClassProfile.LeastActivations)} activate it. H is the entropy of the class of " +
                $"{data.AnItem} that activates it, every class weighing the same, and C the number of classes with {data.ItemsWord}: selectivity is 1 − H / log " +
                $"C (0: all classes alike, 1: one class only), of class frequencies drawn towards the feature's in the whole set and less three standard errors, so that few {data.ItemsWord} can't make a feature selective, " +
            "and exp H is the effective number of classes it is active in. Nearest class mean: half of them give each class a mean code; " +
                "the share of the others whose nearest mean is that of their class.</p>\n" +
            $"{Scroll("The dictionary's figures")}<table><thead><tr><th>figure</th><th class=\"n\">trained</th><th class=\"n\">untrained</th></tr></thead><tbody>\n");
        foreach (var (name, format, value) in DictionaryFigures(data, data.UntrainedStatistics[0]))
            page.Append($"<tr><td>{Html(name)}</td><td class=\"n\">{Spread(data.Statistics, value, format)}</td><td " +
                $"class=\"n\">{Spread(data.UntrainedStatistics, value, format)}</td></tr>\n");
        page.Append("</tbody></table></div>\n");
    }

    /// <summary>Mean, and range where there is one.</summary>
    private static string Spread(IReadOnlyList<DictionaryStatistics> dictionaries, Func<DictionaryStatistics, double> value, string format)
    {
        double[] values = [.. dictionaries.Select(value).Where(double.IsFinite)];
        if (values.Length == 0)
            return Figure.Number(double.NaN);
        string mean = Figure.Number(values.Average(), format), low = Figure.Number(values.Min(), format), high = Figure.Number(values.Max(), format);
        return low == high ? mean : $"{mean} ({low} … {high})";
    }

    private static IEnumerable<(string Name, string Format, Func<DictionaryStatistics, double> Value)> DictionaryFigures(ReportData data, DictionaryStatistics any)
    {
        yield return ("features alive", "N0", one => one.Alive);
        yield return ("largest cosine to another feature, median", "F3", one => one.MaximumCosine.P50);
        yield return ("features with a cosine above .9 to another", "P1", one => one.Redundant);
        if (data.Shape.IsImage)
            yield return ("local features", "P1", one => one.Local);
        yield return ($"varying {data.ValuesWord} covered", "P1", one => one.Coverage);
        foreach (string shape in any.Shapes.Keys)
            yield return ($"shape: {shape}", "P1", one => one.Shapes[shape]);
        foreach (string kind in any.Kinds.Keys)
            yield return ($"kind: {kind}", "P1", one => one.Kinds[kind]);
        if (any.Kinds.Count > 0)
        {
            yield return ("squared weight in colour, mean over features", "P1", one => one.ChromaShare);
            yield return ("effective number of waves of a feature, median", "N0", one => one.Complexity);
        }
        yield return ("Gini coefficient of activation frequency", "F3", one => one.Gini);
        yield return ("activations of the tenth most used features", "P1", one => one.HeadShare);
        yield return ("skewness of activation values", "F2", one => one.Activations.Skewness);
        yield return ("excess kurtosis of activation values", "F1", one => one.Activations.Kurtosis);
        yield return ("squared activation in the strongest tenth of the activations", "P1", one => one.Activations.StrongShare);
        yield return ("Spearman, frequency and mean activation", "F3", one => one.FrequencyActivationRank);
        yield return ($"frequency of the {DictionaryAnalysis.MostActive} most active features, over the mean", "F1", one => one.MostActive);
        yield return ("largest activations that reach 90 % of the whole code's Pearson", "N0", one => one.ActivationsForMost);
        if (any.Selectivity is null)
            yield break;
        yield return ("features rated for classes", "N0", one => one.Rated ?? 0);
        yield return ("selectivity, median", "F3", one => one.Selectivity?.P50 ?? double.NaN);
        yield return ("specific features (active in at most 2 classes)", "P1", one => one.Specific ?? double.NaN);
        yield return ("shared features (active in at least half of the classes)", "P1", one => one.Shared ?? double.NaN);
        yield return ($"key features of a class, at most {DictionaryAnalysis.KeyFeatures}", "F1", one => one.ClassKeyFeatures ?? double.NaN);
        yield return ("of these, key to no other class", "F1", one => one.UniqueKeyFeatures ?? double.NaN);
        yield return ("nearest class mean is right", "P1", one => one.ClassAccuracy ?? double.NaN);
        yield return ("the most frequent class, for comparison", "P1", one => one.ClassChance ?? double.NaN);
    }

    /// <summary>The beginning of a region that scrolls sideways, by keyboard too.</summary>
    private static string Scroll(string label) => $"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Html(label)}\">";

    private static string Html(string text) => Svg.Escaped(text);
}
