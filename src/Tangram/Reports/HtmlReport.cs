using System.Net;
using System.Text;

namespace Tangram;

/// <summary>One page that tells the whole story of a run: no network, no script, prints well, light and dark.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--muted:#57606a;--page:#fff;--rule:#d8dde3;--panel:#f4f5f7;--yes:#00684a;--no:#a84300;--odd:#0059a8}
        @media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--muted:#9aa4af;--page:#15181c;--rule:#343b44;--panel:#20252b;--yes:#2cc79b;--no:#f0843c;--odd:#56b4e9}}
        body{font:16px/1.55 system-ui,'Segoe UI',Helvetica,Arial,sans-serif;color:var(--ink);background:var(--page);max-width:1180px;margin:0 auto;padding:24px}
        h1{font-size:1.8rem;margin:.2em 0}h2{font-size:1.3rem;margin:2em 0 .3em}p{max-width:75ch}.muted{color:var(--muted)}
        .scroll{overflow-x:auto}table{border-collapse:collapse;margin:1em 0;font-size:.92rem}caption{text-align:left;color:var(--muted);padding:.3em 0}
        th,td{text-align:left;padding:.35em .8em;border-bottom:1px solid var(--rule);vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .yes{color:var(--yes)}.no{color:var(--no)}.odd{color:var(--odd)}.verdict{font-weight:600;white-space:nowrap}
        figure{margin:1em 0}figure svg{max-width:100%;height:auto;border:1px solid var(--rule)}
        nav{display:flex;flex-wrap:wrap;gap:.2em 1em}a{color:inherit}
        @media (max-width:640px){body{padding:12px}.claims thead{display:none}.claims tr{display:block;border-bottom:1px solid var(--rule);padding:.4em 0}.claims td{display:block;border:0;padding:.1em 0}}
        @media print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}h2,h2+p{break-after:avoid}figure,tr,p{break-inside:avoid}.scroll{overflow:visible}table{font-size:8pt}th,td{padding:.25em .5em}figure svg{max-height:225mm;width:auto;border:0}}
        """;

    public static string Create(ReportData data, IReadOnlyList<Figure> figures)
    {
        RunRecord record = data.Record;
        var page = new StringBuilder();
        page.Append($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>Tangram: {Html(record.Train.Name)}</title>\n<style>{Style}</style></head><body>\n");
        page.Append($"<h1>A visual dictionary of {Html(record.Train.Name)}</h1>\n<p class=\"muted\">{record.Options.Members} sparse autoencoders, {data.Shape.Length:N0} → {record.Options.Features:N0} features, " +
            $"{data.Ensemble.Options.MaximumNonZeros} active per image; trained on {record.Train.Images:N0} images in {record.TrainSeconds:N1} s ({record.Steps:N0} steps, {record.Threads} threads), {record.Started:yyyy-MM-dd}, tangram {record.Version}.</p>\n");
        page.Append("<nav aria-label=\"Sections\"><a href=\"#explained\">What this is</a><a href=\"#claims\">Claims</a><a href=\"#scores\">Scores</a><a href=\"#dictionary\">Dictionary</a>")
            .AppendJoin("", figures.Select(figure => $"<a href=\"#{figure.Name}\">{Html(figure.Title)}</a>")).Append("</nav>\n");
        page.Append("""
            <h2 id="explained">Features and codes</h2>
            <p>A <strong>feature</strong> is a row of the encoder's weight matrix, shown as an image: a word of the dictionary. It belongs to the model and depends on no input; there is a fixed number of them.
            A <strong>code</strong> (a representation) belongs to one image: it says which few features are active in it, and how strongly. Features are what the model knows; a code is what it says about one picture.
            The picture is rebuilt as the sum of its active features, each times its activation.</p>
            <p>So a feature's picture shows weights, not brightness: a strongly negative weight counts as much as a positive one, and a pixel is ignored only where the weight is near zero.
            Everything here was learned without labels; classes are used only to describe the result.</p>

            """);
        Claims(page, data);
        ScoreTables(page, record.Evaluation!);
        Dictionary(page, data);
        foreach (Figure figure in figures)
            page.Append($"<h2 id=\"{figure.Name}\">{Html(figure.Title)}</h2>\n<p>{Html(figure.Explanation)}</p>\n<figure class=\"scroll\">{figure.Picture}</figure>\n");
        page.Append($"<p class=\"muted\">Test images: {Html(record.Test.Name)}, {record.Test.Images:N0}, SHA-256 {record.Test.Fingerprint[..16]}…. Figures show member 0; scores are means over the members unless they say otherwise. {Html(record.Runtime)}, {record.Engine.Device}, {record.Engine.Precision}.</p>\n</body></html>\n");
        return page.ToString();
    }

    private static void Claims(StringBuilder page, ReportData data)
    {
        page.Append("<h2 id=\"claims\">The paper's claims and this run</h2>\n<p>Each claim, what is taken as showing it (in brackets), and what this run measured. Figures about interpretation stand beside the same figure for an untrained dictionary.</p>\n<div class=\"scroll\"><table class=\"claims\"><thead><tr><th>section</th><th>claim</th><th>this run</th><th>verdict</th></tr></thead><tbody>\n");
        foreach (PaperClaim claim in PaperClaims.Check(data.Record).Concat(AnalysisClaims.Check(data.Statistics, data.UntrainedStatistics)))
        {
            var (css, words) = claim.Verdict switch
            {
                Verdict.Reproduced => ("yes", "✓ reproduced"),
                Verdict.NotReproduced => ("no", "✗ not reproduced"),
                _ => ("odd", "≠ inconsistent in the source"),
            };
            page.Append($"<tr><td class=\"muted\">{Html(claim.Section)}</td><td>{Html(claim.Claim)}</td><td>{Html(claim.Measured)}</td><td class=\"verdict {css}\">{words}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static void ScoreTables(StringBuilder page, Scores scores)
    {
        page.Append($"<h2 id=\"scores\">Scores</h2>\n<p>On {Html(scores.Data)}, {scores.Images:N0} images, in float64, reconstructions unclamped.</p>\n<div class=\"scroll\"><table><thead><tr><th></th>");
        foreach (string column in new[] { "MSE", "PSNR, dB", "SSIM", "Pearson", "5 % of images below", "FVU", "L0", "dead features" })
            page.Append($"<th class=\"n\">{column}</th>");
        page.Append("</tr></thead><tbody>\n");
        for (int member = 0; member < scores.Members.Count; member++)
            ScoreRow(page, $"member {member}", scores.Members[member]);
        if (scores.Members.Count > 1)
            ScoreRow(page, "mean", scores);
        page.Append("</tbody></table></div>\n");
        if (scores.Consistency is { } consistency)
        {
            page.Append($"<p>Between members: code MSE {Figure.Number(consistency.CodeMse, "G4")}, cosine of codes {Figure.Number(consistency.CodeCosine, "F3")}, cosine of matched features {Figure.Number(consistency.MatchedCosine, "F3")} " +
                $"over {consistency.Alive:N0} features alive in both.</p>\n");
        }
        if (scores.PerClass.Count == 0)
            return;
        page.Append("<div class=\"scroll\"><table><caption>Per class, mean over members</caption><thead><tr><th>class</th><th class=\"n\">images</th><th class=\"n\">MSE</th><th class=\"n\">Pearson</th></tr></thead><tbody>\n");
        foreach (ClassScores one in scores.PerClass)
            page.Append($"<tr><td>{Html(one.Class)}</td><td class=\"n\">{one.Images:N0}</td><td class=\"n\">{Figure.Number(one.Mse, "F5")}</td><td class=\"n\">{Figure.Number(one.Pearson)}</td></tr>\n");
        page.Append("</tbody></table></div>\n");
    }

    private static void ScoreRow(StringBuilder page, string name, MemberScores scores)
    {
        page.Append($"<tr><td>{name}</td>");
        string[] cells =
        [
            Figure.Number(scores.Mse, "F5"), Figure.Number(scores.Psnr ?? double.NaN, "F2"), Figure.Number(scores.Ssim ?? double.NaN), Figure.Number(scores.Pearson),
            Figure.Number(scores.PearsonPerImage.P05), Figure.Number(scores.Fvu), Figure.Number(scores.L0.Mean, "F1"), Figure.Number(scores.DeadFraction, "P1"),
        ];
        foreach (string cell in cells)
            page.Append($"<td class=\"n\">{cell}</td>");
        page.Append("</tr>\n");
    }

    private static void Dictionary(StringBuilder page, ReportData data)
    {
        page.Append($"<h2 id=\"dictionary\">The dictionary, measured</h2>\n<p>Mean over the members (and their range), beside an untrained dictionary: what training starts from. Shares are of the features that the test images activate. Local: a window of half the width and half the height holds at least half of the squared weight. " +
            $"Shapes: by the measure documented at <code>FeatureShapes</code>. Selectivity: 1 − H(class | active) / log C.</p>\n<div class=\"scroll\"><table><thead><tr><th>figure</th><th class=\"n\">trained</th><th class=\"n\">untrained</th></tr></thead><tbody>\n");
        foreach (var (name, format, value) in DictionaryFigures(data.UntrainedStatistics))
        {
            double[] trained = [.. data.Statistics.Select(value)];
            string range = trained.Length > 1 ? $" ({Figure.Number(trained.Min(), format)} … {Figure.Number(trained.Max(), format)})" : "";
            page.Append($"<tr><td>{Html(name)}</td><td class=\"n\">{Figure.Number(trained.Average(), format)}{range}</td><td class=\"n\">{Figure.Number(value(data.UntrainedStatistics), format)}</td></tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    private static IEnumerable<(string Name, string Format, Func<DictionaryStatistics, double> Value)> DictionaryFigures(DictionaryStatistics any)
    {
        yield return ("features alive", "N0", one => one.Alive);
        yield return ("largest cosine to another feature, median", "F3", one => one.MaximumCosine.P50);
        yield return ("features with a cosine above .9 to another", "P1", one => one.Redundant);
        yield return ("local features", "P1", one => one.Local);
        yield return ("varying pixels covered", "P1", one => one.Coverage);
        foreach (string shape in any.Shapes.Keys)
            yield return ($"shape: {shape}", "P1", one => one.Shapes[shape]);
        yield return ("Gini coefficient of activation frequency", "F3", one => one.Gini);
        yield return ("Spearman, frequency and mean activation", "F3", one => one.FrequencyActivationRank);
        if (any.Selectivity is null)
            yield break;
        yield return ("features rated for classes", "N0", one => one.Rated ?? 0);
        yield return ("selectivity, median", "F3", one => one.Selectivity?.P50 ?? double.NaN);
        yield return ("specific features (about at most 2 classes)", "P1", one => one.Specific ?? double.NaN);
        yield return ("shared features (about at least half of the classes)", "P1", one => one.Shared ?? double.NaN);
        yield return ($"key features unique to a class, of {DictionaryAnalysis.KeyFeatures}", "F1", one => one.UniqueKeyFeatures ?? double.NaN);
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
