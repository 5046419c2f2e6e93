namespace Tangram;

/// <summary>The claims of sections 1 to 5 and 7 of the second source document ("图像SAE特征解码与重建结果详细解释"), about features and codes; the others are in <see cref="ImageResultClaims"/>.</summary>
internal static class ImageClaims
{
    private const string NoPictures = "rows aren't pictures", Grey = "grey images have no colours", Dead = "no feature is active, or nothing varies";

    /// <summary>Checks every claim; what the run can't show is there too, with the reason.</summary>
    public static IReadOnlyList<PaperClaim> Check(ImageEvidence evidence) =>
        ReportCulture.Within<IReadOnlyList<PaperClaim>>(() =>
        [
            .. Nature(evidence), .. Kinds(evidence), .. Codes(evidence), .. Usage(evidence), .. ImageResultClaims.Types(evidence), Steps(evidence),
            .. ImageResultClaims.Quality(evidence), .. ImageResultClaims.Compressed(evidence),
        ]);

    /// <summary>A claim whose figure may have no value.</summary>
    internal static PaperClaim Row(string section, string claim, string measured, bool shown, double figure, string reason = Dead) => double.IsNaN(figure)
        ? Unmeasured(section, claim, reason)
        : new PaperClaim(section, claim, measured, shown ? Verdict.Reproduced : Verdict.NotReproduced) { Document = 2 };

    /// <summary>The claim, as one that only a telling score can show.</summary>
    internal static PaperClaim ByScore(this PaperClaim claim) => claim with { ByScore = true };

    internal static PaperClaim Unmeasured(string section, string claim, string reason) => new(section, claim, reason, Verdict.NotMeasured) { Document = 2 };

    private static IEnumerable<PaperClaim> Nature(ImageEvidence evidence)
    {
        RunRecord run = evidence.Record;
        ImageShape shape = run.Shape;
        yield return Row("1", "features are rows of the weight matrix, not activations: each is as long as an image and can be shown as one", shape.IsImage
            ? $"[{run.Options.Features:N0} × {shape.Length:N0}]: a row is {shape}{(run.Options.Untied ? "; shown are the decoder's" : ", of encoder and decoder alike")}" : "", shape.IsImage,
            shape.IsImage ? 0 : double.NaN, NoPictures);
        yield return Row("1, 3", "bright weights are attended to, dark ones ignored (under 5 % of the squared weight is negative)",
            $"{evidence.Weights.NegativeShare:P0} of it is negative: what is dark speaks against the feature", evidence.Weights.NegativeShare < 0.05, evidence.Weights.NegativeShare);
        yield return Row("1, 4, 5", "the larger the inner product, the better the match of image and feature (rank correlation with their cosine at least .9)",
            $"{evidence.Weights.MatchRank:F3}, mean over {evidence.Record.Shape.Noun}s", evidence.Weights.MatchRank >= 0.9, evidence.Weights.MatchRank);
        yield return shape.Channels != 3 ? Unmeasured("1", "the mean of the channels shows a colour feature (keeps 90 % of its squared weight)", shape.IsImage ? Grey : NoPictures)
            : Row("1", "the mean of the channels shows a colour feature (keeps 90 % of its squared weight)", $"it keeps {1 - evidence.Trained.ChromaShare:P0}; the rest is colour", evidence.Trained.ChromaShare <= 0.1,
                evidence.Trained.ChromaShare);
        Scores scores = run.Evaluation!;
        yield return Row("2", "features belong to the model and their number is fixed; a code has as many numbers, of which k aren't zero (exactly k)",
            $"{run.Options.Features:N0} features; {scores.L0.Min:F0} … {scores.L0.Max:F0} non-zeros", run.Options.Rule is SparsityRule.TopK { K: var k } && scores.L0.Min == k && scores.L0.Max == k, scores.L0.Mean);
    }

    private static IEnumerable<PaperClaim> Kinds(ImageEvidence evidence)
    {
        bool pictures = evidence.Trained.Kinds.Count > 0, colour = evidence.Record.Shape.Channels == 3;
        double alive = evidence.Trained.Alive == 0 ? double.NaN : 0;
        foreach (var (kind, words) in new[] { ("edge", "edges and outlines"), ("texture", "textures"), ("colour", "colours"), ("region", "regions") })
        {
            string claim = $"features detect {words} (at least 5 % of them, more than untrained)";
            if (!pictures || (kind == "colour" && !colour))
                yield return Unmeasured("3", claim, pictures ? Grey : NoPictures);
            else
                yield return Row("3", claim, $"{evidence.Trained.Kinds[kind]:P1}; untrained {evidence.Untrained.Kinds[kind]:P1}",
                    evidence.Trained.Kinds[kind] >= 0.05 && !(evidence.Trained.Kinds[kind] <= evidence.Untrained.Kinds[kind]), alive);
        }
        yield return Complex(evidence.Trained, evidence.Untrained, pictures);
        yield return Diverse(evidence.Trained, evidence.Untrained, pictures);
        const string Both = "some features attend to colour, others to structure (at least 5 % each, more colour than untrained)";
        if (!colour)
        {
            yield return Unmeasured("3", Both, pictures ? Grey : NoPictures);
        }
        else
        {
            double structure = evidence.Trained.Kinds["edge"] + evidence.Trained.Kinds["texture"];
            double colours = evidence.Trained.Kinds["colour"], untrainedColours = evidence.Untrained.Kinds["colour"];
            yield return Row("3", Both,
                $"colour {colours:P1}, edges and textures {structure:P1}; of all squared weight {evidence.Trained.ChromaShare:P0} is colour; untrained {untrainedColours:P1}, "
                + $"{evidence.Untrained.Kinds["edge"] + evidence.Untrained.Kinds["texture"]:P1}, {evidence.Untrained.ChromaShare:P0}",
                colours >= 0.05 && structure >= 0.05 && !(colours <= untrainedColours), alive);
        }
        var (trained, untrained) = evidence.Types.ComplexityRank;
        double images = Quantiles.Of(evidence.Types.Attributes.Complexity.Where(double.IsFinite)).P50;
        yield return Row("3", "the complexity of features matches that of the images (rank correlation over images at least .3, and above untrained)",
            $"{trained:F2}, untrained {untrained:F2}; median effective number of waves: features {evidence.Trained.Complexity:N0}, images {images:N0}", trained >= 0.3 && !(trained <= untrained), trained,
            pictures ? Dead : NoPictures);
    }

    /// <summary>Noise is no stroke or curve either, and an untrained dictionary is noise: a pattern consists of far fewer waves.</summary>
    private static PaperClaim Complex(DictionaryStatistics trained, DictionaryStatistics untrained, bool pictures)
    {
        const string Claim = "features are patterns more complex than the strokes and curves of digits (at most half are a stroke, curve, corner, ring or dot, and they have at most half the waves of untrained ones, which are noise)";
        return pictures
            ? Row("3", Claim, $"{Simple(trained):P1} are, untrained {Simple(untrained):P1}; median number of waves {trained.Complexity:N0}, untrained {untrained.Complexity:N0}",
                Simple(trained) <= 0.5 && trained.Complexity <= untrained.Complexity / 2, Simple(trained) + trained.Complexity)
            : Unmeasured("3", Claim, NoPictures);

        static double Simple(DictionaryStatistics dictionary) => 1 - dictionary.Shapes.GetValueOrDefault("other", double.NaN);
    }

    private static PaperClaim Diverse(DictionaryStatistics trained, DictionaryStatistics untrained, bool pictures)
    {
        const string Claim = "features are diverse (at least three kinds have 5 % each, under 5 % of the features have a cosine above .9 to another)";
        return pictures
            ? Row("3", Claim, $"{Common(trained)} kinds, {trained.Redundant:P1} alike; untrained {Common(untrained)}, {untrained.Redundant:P1}",
                Common(trained) >= 3 && trained.Redundant < 0.05, trained.Alive == 0 ? double.NaN : trained.Redundant)
            : Unmeasured("3", Claim, NoPictures);

        static int Common(DictionaryStatistics dictionary) => dictionary.Kinds.Count(kind => kind.Key != "other" && kind.Value >= 0.05);
    }

    private static IEnumerable<PaperClaim> Codes(ImageEvidence evidence)
    {
        Scores scores = evidence.Record.Evaluation!;
        double share = scores.L0.Mean / evidence.Record.Options.Features;
        yield return Row("4", "a code is sparse: about 4 % of its numbers aren't zero (at most 5 %)", $"{scores.L0.Mean:F1} of {evidence.Record.Options.Features:N0}, {share:P1}", share <= 0.05, scores.L0.Mean);
        yield return Row("3, 4", "features are the elements that images are made of: the image comes back from the code alone (mean Pearson at least .9)", $"{scores.Pearson:F4}", scores.Pearson >= 0.9, scores.Pearson).ByScore();
    }

    private static IEnumerable<PaperClaim> Usage(ImageEvidence evidence)
    {
        DictionaryStatistics trained = evidence.Trained, untrained = evidence.Untrained;
        yield return Row("5", "use has a long tail: few features are active often, most seldom (the tenth most used has at least 30 % of all activations)",
            $"{trained.HeadShare:P0}, Gini {trained.Gini:F2}; untrained {untrained.HeadShare:P0}, {untrained.Gini:F2}", trained.HeadShare >= 0.3, trained.HeadShare);
        double[] strength = [.. evidence.Table.Alive.Select(feature => Math.Abs(evidence.Table.Use[feature].MeanActivation))];
        Quantiles quantiles = Quantiles.Of(strength);
        yield return Row("5", "features differ in mean strength when active (95 % quantile at least twice the 5 % quantile)",
            $"{quantiles.P05:G3} … {quantiles.P95:G3}", quantiles.P95 >= 2 * quantiles.P05, quantiles.P50);
        ActivationShape values = trained.Activations, yardstick = untrained.Activations;
        yield return Row("5", "activation values are skewed: most small, few large (skewness above 1)",
            $"skewness {values.Skewness:F1}, excess kurtosis {values.Kurtosis:F0}; untrained {yardstick.Skewness:F1}, {yardstick.Kurtosis:F0}", values.Skewness > 1, values.Skewness);
        int most = Math.Max(1, evidence.Record.Options.Rule is SparsityRule.TopK topK ? topK.K : evidence.Record.Options.Features);
        yield return Row("5", "few important features carry most of an image (the strongest fifth of a code reaches 90 % of its Pearson)",
            $"the {trained.ActivationsForMost:F0} strongest of {most} do; the strongest tenth of all activations has {values.StrongShare:P0} of the squares; untrained {untrained.ActivationsForMost:F0}, {yardstick.StrongShare:P0}",
            trained.ActivationsForMost <= 0.2 * most, trained.ActivationsForMost).ByScore();
    }

    /// <summary>Section 7: the five steps, as this model does them.</summary>
    private static PaperClaim Steps(ImageEvidence evidence)
    {
        TrainingOptions run = evidence.Record.Options;
        string[] beyond =
        [
            .. run.PreBias != PreBiasStart.None ? ["a bias of images, which the document hasn't"] : Array.Empty<string>(),
            .. run.EncoderBias ? ["a bias of pre-activations"] : Array.Empty<string>(),
            .. run.Untied ? ["a decoder of its own"] : Array.Empty<string>(),
            .. run.Rule is SparsityRule.TopK { Rectified: true } ? ["positive activations only"] : Array.Empty<string>(),
        ];
        return new PaperClaim("7", "an image is flattened to x; pre = W x; the k largest stay as they are and are the code a; x̂ = Wᵀ a",
            $"{evidence.Record.Shape.Length:N0} values, W [{run.Features:N0} × {evidence.Record.Shape.Length:N0}], {(run.Rule is SparsityRule.TopK topK ? $"k = {topK.K}" : $"{run.Rule}")}" +
            (beyond.Length > 0 ? $"; and {string.Join(", ", beyond)}" : ""), run is { Untied: false, Rule: SparsityRule.TopK { Rectified: false } } ? Verdict.Reproduced : Verdict.NotReproduced)
        { Document = 2 };
    }
}
