using System.Globalization;

namespace Tangram.Tests;

public sealed class ImageClaimsTests
{
    /// <summary>Claims of the second document, whatever a run can show.</summary>
    public const int Claims = 42;

    [Fact]
    public void A_run_as_the_document_tells_it_reproduces_all_but_what_is_wrong_in_the_document()
    {
        IReadOnlyList<PaperClaim> claims = ImageClaims.Check(GivenEvidence.Good());
        Assert.Equal(Claims, claims.Count);
        Assert.All(claims, Whole);
        PaperClaim[] others = [.. claims.Where(claim => claim.Verdict != Verdict.Reproduced)];
        Assert.Equal([Verdict.NotReproduced, Verdict.InconsistentInSource, Verdict.InconsistentInSource], others.Select(claim => claim.Verdict).Order());
        Assert.Single(others, claim => claim.Claim.StartsWith("the dictionary is overcomplete", StringComparison.Ordinal)); // 3,072 features of 12,288 values
        Assert.Single(others, claim => claim.Claim.StartsWith("compression of about 96 %", StringComparison.Ordinal));
        Assert.Single(others, claim => claim.Claim.StartsWith("only about 1 % of the features", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("dark ones ignored", "negative weights")]
    [InlineData("the better the match", "long features")]
    [InlineData("shows a colour feature", "colourful features")]
    [InlineData("exactly k", "a shorter code")]
    [InlineData("detect edges", "few edges")]
    [InlineData("detect edges", "as many untrained")]
    [InlineData("detect textures", "few textures")]
    [InlineData("detect colours", "few colours")]
    [InlineData("detect regions", "few regions")]
    [InlineData("others to structure", "few colours")]
    [InlineData("others to structure", "no structure")]
    [InlineData("strokes and curves", "strokes")]
    [InlineData("strokes and curves", "noise")]
    [InlineData("features are diverse", "one kind")]
    [InlineData("features are diverse", "copies")]
    [InlineData("complexity of features", "a low rank")]
    [InlineData("complexity of features", "an untrained rank")]
    [InlineData("about 4 %", "a dense code")]
    [InlineData("comes back from the code alone", "a low Pearson")]
    [InlineData("main information is kept", "a low Pearson")]
    [InlineData("long tail", "even use")]
    [InlineData("mean strength", "even strength")]
    [InlineData("skewed", "no skew")]
    [InlineData("carry most of an image", "many needed")]
    [InlineData("x̂ = Wᵀ a", "rectified")]
    [InlineData("x̂ = Wᵀ a", "untied")]
    public void Claims_about_features_and_codes_turn_where_their_figures_cross_the_criterion(string claim, string what)
    {
        ImageEvidence good = GivenEvidence.Good();
        Turns(claim, good, what switch
        {
            "negative weights" => good with { Weights = good.Weights with { NegativeShare = 0.05 } },
            "long features" => good with { Weights = good.Weights with { MatchRank = 0.899 } },
            "colourful features" => good with { Trained = good.Trained with { ChromaShare = 0.101 } },
            "a shorter code" => good.With(scores => scores with { L0 = scores.L0 with { Min = 127 } }),
            "few edges" => WithKinds(good, "edge", 0.0499, 0.01),
            "as many untrained" => WithKinds(good, "edge", 0.05, 0.05),
            "few textures" => WithKinds(good, "texture", 0.0499, 0.01),
            "few colours" => WithKinds(good, "colour", 0.0499, 0.01),
            "few regions" => WithKinds(good, "region", 0.0499, 0.01),
            "no structure" => WithKinds(WithKinds(good, "edge", 0.02, 0.01), "texture", 0.02, 0.01),
            "strokes" => good with { Trained = good.Trained with { Shapes = new Dictionary<string, double>(StringComparer.Ordinal) { ["other"] = 0.499 } } },
            "noise" => good with { Trained = good.Trained with { Complexity = 101 } },
            "one kind" => WithKinds(WithKinds(good, "edge", 0.0499, 0.01), "texture", 0.0499, 0.01),
            "copies" => good with { Trained = good.Trained with { Redundant = 0.05 } },
            "a low rank" => good with { Types = good.Types with { ComplexityRank = (0.299, 0.2) } },
            "an untrained rank" => good with { Types = good.Types with { ComplexityRank = (0.31, 0.31) } },
            "a dense code" => good.With(scores => scores with { L0 = scores.L0 with { Mean = 154 } }),
            "a low Pearson" => good.With(scores => scores with { Pearson = 0.899 }),
            "even use" => good with { Trained = good.Trained with { HeadShare = 0.299 } },
            "even strength" => good with { Table = GivenEvidence.Table(1, 1.9f) },
            "no skew" => good with { Trained = good.Trained with { Activations = good.Trained.Activations with { Skewness = 1 } } },
            "many needed" => good with { Trained = good.Trained with { ActivationsForMost = 26 } },
            "rectified" => good.With(options => options with { Rule = new SparsityRule.TopK(128, Rectified: true) }),
            "untied" => good.With(options => options with { Untied = true }),
            _ => throw new InvalidOperationException(what),
        });
    }

    [Theory]
    [InlineData("different sets of features", "shared keys")]
    [InlineData("different sets of features", "as many keys untrained")]
    [InlineData("can be inferred from its code", "a hue near chance")]
    [InlineData("can be inferred from its code", "no brightness")]
    [InlineData("large areas of blue", "a low correlation")]
    [InlineData("large areas of blue", "active elsewhere")]
    [InlineData("can be told apart", "a low silhouette")]
    [InlineData("codes serve classification", "pixels that tell more")]
    [InlineData("codes serve retrieval", "pixels that find more")]
    [InlineData("meaning without training", "untrained codes that tell more")]
    [InlineData("meaning without training", "untrained codes that are purer")]
    [InlineData("a Pearson above .9", "half of the images")]
    [InlineData("the higher the correlation", "unlike ranks")]
    [InlineData("colours and main structure", "lost structure")]
    [InlineData("colours and main structure", "lost colour")]
    [InlineData("details may be lost", "kept detail")]
    [InlineData("complex images lose more", "complex images kept")]
    [InlineData("a larger k", "a fall")]
    [InlineData("the right ones give more", "random ones that do as well")]
    [InlineData("effective decomposition", "a better pursuit")]
    [InlineData("redundancy", "many bytes")]
    [InlineData("redundancy", "a low Pearson")]
    [InlineData("keeps more meaning", "components that tell more")]
    [InlineData("keeps more meaning", "components that find more")]
    [InlineData("adapt to the image", "better components")]
    public void Claims_about_results_turn_where_their_figures_cross_the_criterion(string claim, string what)
    {
        ImageEvidence good = GivenEvidence.Good();
        AttributeSensitivity[] hues = good.Types.Hues;
        Retrieval retrieval = good.Retrieval!;
        Separability[] classes = good.Types.Separability;
        Turns(claim, good, what switch
        {
            "shared keys" => good with { Trained = good.Trained with { UniqueKeyFeatures = 5 }, Untrained = good.Untrained with { UniqueKeyFeatures = 1 } },
            "as many keys untrained" => good with { Untrained = good.Untrained with { UniqueKeyFeatures = 5.1 } },
            "a hue near chance" => good.With("dominant hue", 0.599, 0.5, 0.6, 0.6),
            "no brightness" => good.With("brightness", 0.499, 0.4, 0.9, 0.9),
            "a low correlation" => good with { Types = good.Types with { Hues = [.. hues.Select(hue => hue with { Correlation = 0.299 })] } },
            "active elsewhere" => good with { Types = good.Types with { Hues = [.. hues.Select(hue => hue with { ActiveWithout = 0.401 })] } },
            "a low silhouette" => good with { Types = good.Types with { Separability = [classes[0] with { Silhouette = 0.1 }, .. classes[1..]] } },
            "pixels that tell more" => good.With("class", 0.7, 0.5, 0.701, 0.65),
            "pixels that find more" => good with { Retrieval = retrieval with { Differences = [retrieval.Differences[0], new(0.01, 0, 0.02), retrieval.Differences[2]] } },
            "untrained codes that tell more" => good.With("class", 0.7, 0.7, 0.6, 0.65),
            "untrained codes that are purer" => good with { Types = good.Types with { Separability = [classes[0] with { Purity = 0.4 }, .. classes[1..]] } },
            "half of the images" => good.With(scores => scores with { PearsonAbove90 = 0.5 }),
            "unlike ranks" => good with { Images = [(0.01, 0.92), (0.02, 0.93), (0.03, 0.91)] }, // of ranks 2 3 1 with 3 2 1: .5
            "lost structure" => good with { Quality = good.Quality with { Codes = GivenEvidence.Errors(0.9301, structure: 0.101, detail: 0.3) } },
            "lost colour" => good with { Quality = good.Quality with { Codes = GivenEvidence.Errors(0.9301, colour: 0.101) } },
            "kept detail" => good with { Quality = good.Quality with { Codes = GivenEvidence.Errors(0.9301, detail: 0.197) } },
            "complex images kept" => good with { Quality = good.Quality with { Complexity = [2, 4, 1, 3] } },
            "a fall" => good with { SparsityCurve = [good.SparsityCurve[0], good.SparsityCurve[1], good.SparsityCurve[2] with { Pearson = 0.95 }] },
            "random ones that do as well" => good with { Selection = good.Selection! with { RandomFitted = new(0.851, 0.02) } },
            "a better pursuit" => good with { Selection = good.Selection! with { Orthogonal = new(0.97, 0.00499) } },
            "a low Pearson" => good.With(scores => scores with { Pearson = 0.899 }),
            "many bytes" => good with { Compression = good.Compression with { Own = good.Compression.Own with { Bytes = 1229 } } },
            "components that tell more" => good.With("class", 0.7, 0.5, 0.6, 0.7),
            "components that find more" => good with { Retrieval = retrieval with { Differences = [.. retrieval.Differences.Take(2), new(0.01, 0, 0.02)] } },
            "better components" => good with { Quality = good.Quality with { Components = good.Quality.Codes } },
            _ => throw new InvalidOperationException(what),
        });
    }

    [Fact]
    public void More_features_than_values_are_overcomplete_and_other_numbers_stand_beside_the_documents()
    {
        ImageEvidence good = GivenEvidence.Good();
        ImageEvidence larger = good with { Compression = good.Compression with { Counts = new CodeCounts(784, 1024, 50) } };
        Assert.Equal((Verdict.NotReproduced, Verdict.Reproduced), (Of(good, "overcomplete").Verdict, Of(larger, "overcomplete").Verdict));
        Assert.DoesNotContain("the document's", Of(good, "about 96 %").Measured, StringComparison.Ordinal);
        Assert.Contains("1.04 %", Of(good, "about 96 %").Measured, StringComparison.Ordinal); // 128 of 12,288
        Assert.Contains("4.17 %", Of(good, "only about 1 %").Measured, StringComparison.Ordinal); // 128 of 3,072
        Assert.Contains("the document's: 1.04 %", Of(larger, "about 96 %").Measured, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no figures")]
    [InlineData("infinite figures")]
    [InlineData("no comparisons")]
    public void What_has_no_figure_isnt_measured_and_no_text_shows_that_a_number_is_none(string what)
    {
        ImageEvidence good = GivenEvidence.Good();
        var nothing = new Quantiles(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        ReconstructionErrors none = new([double.NaN], [double.NaN], double.NaN, [new("luma Y", 0, 0), new("chroma Cb", 0, 0), new("chroma Cr", 0, 0)], [new(0, 0, 0, 0), new(0, 1, 0, 0)]);
        var dead = new DictionaryStatistics { Kinds = GivenEvidence.Shares(double.NaN), ChromaShare = double.NaN, HeadShare = double.NaN, ActivationsForMost = double.NaN, ClassKeyFeatures = 0, UniqueKeyFeatures = 0 };
        double odd = what == "infinite figures" ? double.PositiveInfinity : double.NaN;
        ImageEvidence evidence = what == "no comparisons"
            ? good with
            {
                Retrieval = null,
                Selection = null,
                SparsityCurve = [],
                Types = good.Types with { Readouts = good.Types.Readouts with { All = [] }, Separability = [], Hues = [], UntrainedHues = [] },
            }
            : good.With(scores => scores with { Pearson = odd, PearsonAbove90 = odd, L0 = nothing, Mse = odd }) with
            {
                Trained = dead,
                Untrained = dead,
                Weights = new WeightEvidence(odd, odd),
                Images = [(0, odd)],
                Quality = new ReconstructionQuality([], none, none, 0, [double.NaN]),
                Compression = good.Compression with { Own = new RatePoint(odd, odd, ""), Comparisons = [new RateComparison("PCA", odd, odd, odd, odd, null)] },
                SparsityCurve = [new(1, odd, odd, 0), new(2, odd, odd, 0)],
                Selection = new SelectionComparison(1, new(odd, odd), new(odd, odd), new(odd, odd), new(odd, odd), new(odd, odd), new(odd, odd)),
                Types = good.Types with { ComplexityRank = (odd, odd), Hues = [.. good.Types.Hues.Select(hue => hue with { Correlation = odd, ActiveWith = odd, ActiveWithout = odd })] },
            };
        IReadOnlyList<PaperClaim> claims = ImageClaims.Check(evidence);
        Assert.Equal(Claims, claims.Count);
        Assert.All(claims, Whole);
        Assert.InRange(claims.Count(claim => claim.Verdict == Verdict.NotMeasured), what switch { "no figures" => 20, "no comparisons" => 8, _ => 1 }, Claims);
        if (what == "no figures")
        {
            foreach (string claim in new[] { "dark ones ignored", "long tail", "a Pearson above .9", "effective decomposition", "redundancy", "large areas of blue", "different sets of features" })
                Assert.Equal(Verdict.NotMeasured, Of(evidence, claim).Verdict);
        }
    }

    [Fact]
    public void Numbers_read_alike_whatever_the_language_and_it_stays_as_it_was()
    {
        string[] before = [.. ImageClaims.Check(GivenEvidence.Good()).Select(claim => claim.Measured)];
        CultureInfo culture = CultureInfo.CurrentCulture, other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        other.NumberFormat.NumberDecimalSeparator = other.NumberFormat.PercentDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = other;
            Assert.Equal(before, ImageClaims.Check(GivenEvidence.Good()).Select(claim => claim.Measured), StringComparer.Ordinal);
            Assert.Same(other, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("grey")]
    [InlineData("rows")]
    public void Grey_images_and_rows_have_the_same_claims_with_reasons(string what)
    {
        ImageEvidence good = GivenEvidence.Good();
        bool rows = what == "rows";
        ImageEvidence evidence = good with
        {
            Record = good.Record with { Shape = rows ? ImageShape.Row(100) : new ImageShape(28, 28, 1) },
            Trained = good.Trained with { Kinds = rows ? new Dictionary<string, double>(StringComparer.Ordinal) : good.Trained.Kinds },
            Types = good.Types with { Hues = [], UntrainedHues = [], ComplexityRank = rows ? (double.NaN, double.NaN) : good.Types.ComplexityRank },
            Quality = good.Quality with { Codes = rows ? good.Quality.Codes with { Bands = [], Planes = [] } : good.Quality.Codes with { Planes = [good.Quality.Codes.Planes[0]] } },
        };
        IReadOnlyList<PaperClaim> claims = ImageClaims.Check(evidence);
        Assert.Equal(ImageClaims.Check(good).Select(claim => claim.Claim), claims.Select(claim => claim.Claim), StringComparer.Ordinal); // none vanishes
        Assert.All(claims, Whole);
        string reason = rows ? "rows aren't pictures" : "grey images have no colours";
        PaperClaim[] open = [.. claims.Where(claim => claim.Verdict == Verdict.NotMeasured)];
        Assert.All(open, claim => Assert.Equal(reason, claim.Measured));
        Assert.Equal(rows ? 15 : 4, open.Length);
    }

    /// <summary>The claim holds of what is good, and not of the other.</summary>
    private static void Turns(string claim, ImageEvidence good, ImageEvidence bad)
    {
        Assert.Equal(Verdict.Reproduced, Of(good, claim).Verdict);
        Assert.Equal(Verdict.NotReproduced, Of(bad, claim).Verdict);
    }

    private static PaperClaim Of(ImageEvidence evidence, string claim) => Assert.Single(ImageClaims.Check(evidence), one => one.Claim.Contains(claim, StringComparison.Ordinal));

    private static void Whole(PaperClaim claim)
    {
        Assert.Equal(2, claim.Document);
        Assert.NotEmpty(claim.Section);
        Assert.NotEmpty(claim.Measured);
        foreach (string none in new[] { "NaN", "∞", "Infinity", "(null)" })
            Assert.DoesNotContain(none, claim.Measured, StringComparison.Ordinal);
    }

    private static ImageEvidence WithKinds(ImageEvidence evidence, string kind, double trained, double untrained)
    {
        Dictionary<string, double> With(IReadOnlyDictionary<string, double> kinds, double share) =>
            kinds.ToDictionary(one => one.Key, one => one.Key == kind ? share : one.Value, StringComparer.Ordinal);
        return evidence with { Trained = evidence.Trained with { Kinds = With(evidence.Trained.Kinds, trained) }, Untrained = evidence.Untrained with { Kinds = With(evidence.Untrained.Kinds, untrained) } };
    }
}
