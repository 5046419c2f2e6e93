namespace Tangram;

/// <summary>The claims of sections 6, 8 and 9 of the second source document, about kinds of images, reconstructions and compression.</summary>
internal static class ImageResultClaims
{
    private const string NoPictures = "rows aren't pictures", Grey = "grey images have no colours", TooFew = "too few, or none that differ";

    private const string NoCommonClasses = "what was learned from and what is evaluated have no labels of at least two classes in common";

    /// <summary>Periods per image up to which luma counts as structure, beyond it as detail.</summary>
    private const int Structure = 4;

    public static IEnumerable<PaperClaim> Types(ImageEvidence evidence)
    {
        DictionaryStatistics trained = evidence.Trained, untrained = evidence.Untrained;
        double? own = trained.UniqueKeyFeatures / trained.ClassKeyFeatures, others = untrained.UniqueKeyFeatures / untrained.ClassKeyFeatures;
        yield return ImageClaims.Row("6", "images of different types activate different sets of features (most of a class's key features are key to no other, a larger share than untrained)",
            $"{own:P0}; untrained {others:P0}", own > 0.5 && !(own <= others), own ?? double.NaN, PaperClaims.NoClasses);
        Readouts readouts = evidence.Types.Readouts;
        yield return ImageClaims.Row("6", "content and attributes of an image can be inferred from its code (each attribute's linear read-out well above chance: .1 of the images, or R² at least .5)",
            Told(readouts), readouts.All.All(one => one.Measure == "R²" ? one.Scores[0] >= 0.5 : one.Scores[0] >= one.Chance + 0.1), readouts.All.Length == 0 ? double.NaN : 0, TooFew);
        yield return Blue(evidence);
        const string Apart = "types form clusters that can be told apart (mean silhouette of codes above .1)", Useful = "codes serve classification (a linear read-out of the class at least as good as from pixels)",
            Meaning = "codes have meaning without training for it (class told better, and the nearest image more often of the class, than by an untrained dictionary's codes)", Found = "codes serve retrieval (precision@10 above pixels', the 95 % interval of the difference above 0)";
        Separability[] classes = evidence.Types.Separability;
        Readout? told = readouts.All.FirstOrDefault(one => one.Attribute == "class");
        yield return classes is not [var codes, var random, var pixels, var components] ? ImageClaims.Unmeasured("6", Apart, PaperClaims.NoClasses)
            : ImageClaims.Row("6", Apart, $"{codes.Silhouette:F3}; untrained {random.Silhouette:F3}, {pixels.Space} {pixels.Silhouette:F3}, {components.Space} {components.Silhouette:F3}",
                codes.Silhouette > 0.1, codes.Silhouette, TooFew);
        yield return told is null ? ImageClaims.Unmeasured("6", Useful, NoCommonClasses)
            : ImageClaims.Row("6", Useful, $"{told.Scores[0]:P1} right; untrained {told.Scores[1]:P1}, {readouts.Spaces[2]} {told.Scores[2]:P1}, {readouts.Spaces[3]} {told.Scores[3]:P1}, "
                + $"chance {told.Chance:P1}", told.Scores[0] >= told.Scores[2], told.Scores[0]);
        yield return evidence.Retrieval is not { } retrieval ? ImageClaims.Unmeasured("6", Found, classes.Length == 0 ? PaperClaims.NoClasses : TooFew)
            : ImageClaims.Row("6", Found, $"{retrieval.Spaces[0].Precision.Mean:P1}; {string.Join(", ", retrieval.Spaces.Skip(1).Zip(retrieval.Differences, (space, difference) =>
                $"{space.Space} {space.Precision.Mean:P1} (difference {difference.Low:+0.0%;-0.0%} … {difference.High:+0.0%;-0.0%})"))}",
                retrieval.Differences[1].Low > 0, retrieval.Spaces[0].Precision.Mean);
        yield return told is null || classes is not [var shown, var yardstick, ..] ? ImageClaims.Unmeasured("6", Meaning, NoCommonClasses)
            : ImageClaims.Row("6", Meaning, $"{told.Scores[0]:P1}, untrained {told.Scores[1]:P1}; nearest of the class {shown.Purity:P1}, untrained {yardstick.Purity:P1}",
                told.Scores[0] > told.Scores[1] && shown.Purity > yardstick.Purity, told.Scores[0]);
    }

    public static IEnumerable<PaperClaim> Quality(ImageEvidence evidence)
    {
        Scores scores = evidence.Record.Evaluation!;
        ReconstructionErrors errors = evidence.Quality.Codes;
        yield return ImageClaims.Row("8", "most images have a Pearson above .9", $"{scores.PearsonAbove90:P1}; mean {scores.Pearson:F4}", scores.PearsonAbove90 > 0.5, scores.PearsonAbove90);
        double rank = Ranks.Spearman([.. evidence.Images.Where(one => double.IsFinite(one.Pearson)).Select(one => one.Pearson)], [.. evidence.Images.Where(one => double.IsFinite(one.Pearson)).Select(one => -one.Mse)]);
        yield return ImageClaims.Row("8", "the higher the correlation, the more accurate the reconstruction (rank correlation of Pearson and −MSE over images above .5)", $"{rank:F2}", rank > 0.5, rank, TooFew);
        const string Kept = "colours and main structure are kept (of each at most a tenth of the variance is lost; structure: luma up to 4 periods per image, without its mean)",
            Lost = "details may be lost (the finest octave loses at least twice the share that is lost up to 4 periods per image)",
            Complex = "complex images lose more (rank correlation of complexity and Pearson below −.2)";
        if (errors.Bands.Count == 0)
        {
            foreach (string claim in (string[])[Kept, Lost, Complex])
                yield return ImageClaims.Unmeasured("8", claim, NoPictures);
        }
        else
        {
            BandError[] coarse = [.. errors.Bands.Where(band => band.To is > 0 and <= Structure)], fine = [.. errors.Bands.Where(band => band.From >= Structure && double.IsFinite(band.Lost))];
            double structure = coarse.Sum(band => band.Error) / coarse.Sum(band => band.Energy), detail = fine.Length == 0 ? double.NaN : fine[^1].Lost;
            PlaneError[] colours = [.. errors.Planes.Skip(1)];
            double colour = colours.Length == 0 ? 0 : colours.Sum(plane => plane.Mse) / colours.Sum(plane => plane.Variance);
            yield return ImageClaims.Row("8", Kept, $"lost: structure {structure:P1}{(colours.Length > 0 ? $", colour {colour:P1}" : "")}, brightness in all {errors.Planes[0].Lost:P1}", structure <= 0.1 && colour <= 0.1, structure + colour, TooFew);
            yield return ImageClaims.Row("8", Lost, fine.Length == 0 ? "" : $"from {fine[^1].From:0.#} periods per image {detail:P0}, up to {Structure} periods {structure:P1}",
                detail >= 2 * structure, detail + structure, "the images are too small for finer detail, or don't differ");
            yield return ImageClaims.Row("8", Complex, $"{evidence.Quality.ComplexityPearson:F2}; {evidence.Quality.ComponentCount} principal components {evidence.Quality.ComponentsComplexityPearson:F2}",
                evidence.Quality.ComplexityPearson < -0.2, evidence.Quality.ComplexityPearson, TooFew);
        }
        IReadOnlyList<SparsityPoint> curve = evidence.SparsityCurve;
        yield return ImageClaims.Row("8", "a larger k gives higher quality, and less sparsity (Pearson rises with each doubling, encoded anew by the same dictionary)",
            string.Join(", ", curve.Select(point => $"k = {point.K}: {point.Pearson:F3}")), curve.Zip(curve.Skip(1), (a, b) => b.Pearson > a.Pearson).All(rises => rises), curve.Count < 2 ? double.NaN : curve[0].Pearson, TooFew).ByScore();
        const string Chosen = "quality depends on which features are active: the right ones give more (the code's above as many random features', both by least squares, by .1 of Pearson)",
            Decomposed = "the model found an effective decomposition (MSE at most twice that of orthogonal matching pursuit on the same dictionary)";
        if (evidence.Selection is not { } selection)
        {
            yield return ImageClaims.Unmeasured("8", Chosen, "the dictionary is too large for this comparison");
            yield return ImageClaims.Unmeasured("8", Decomposed, "the dictionary is too large for this comparison");
            yield break;
        }
        yield return ImageClaims.Row("8", Chosen, $"{selection.EncoderFitted.Pearson:F3} against {selection.RandomFitted.Pearson:F3} (with activations as encoded {selection.Encoder.Pearson:F3} against {selection.Random.Pearson:F3})",
            selection.EncoderFitted.Pearson >= selection.RandomFitted.Pearson + 0.1, selection.EncoderFitted.Pearson + selection.RandomFitted.Pearson, TooFew).ByScore();
        yield return ImageClaims.Row("8", Decomposed, $"{ErrorText.Of(selection.Encoder.Mse)}, orthogonal matching pursuit {ErrorText.Of(selection.Orthogonal.Mse)}, matching pursuit {ErrorText.Of(selection.Matching.Mse)}",
            selection.Encoder.Mse <= 2 * selection.Orthogonal.Mse, selection.Encoder.Pearson, TooFew);
    }

    public static IEnumerable<PaperClaim> Compressed(ImageEvidence evidence)
    {
        Compression compression = evidence.Compression;
        CodeCounts counts = compression.Counts;
        yield return new PaperClaim("9", "compression of about 96 %: from 12,288 numbers to 128", $"{counts.Active:N0} of {counts.Inputs:N0} numbers are {counts.OfInputs:P2} (a reduction by {1 - counts.OfInputs:P2}); {counts.Sparsity:P1} is the " +
            $"sparsity of the code, the share of its numbers that is 0; and each activation needs the number of its feature{Documents(counts)}", Verdict.InconsistentInSource)
        { Document = 2 };
        yield return new PaperClaim("9", "only about 1 % of the features are used", $"{counts.Active:N0} of {counts.Features:N0} features are {counts.OfFeatures:P2}; {counts.OfInputs:P2} is their share of the inputs{Documents(counts)}", Verdict.InconsistentInSource) { Document = 2 };
        yield return ImageClaims.Row("9", "the main information is kept (mean Pearson at least .9)", $"{evidence.Record.Evaluation!.Pearson:F4}", evidence.Record.Evaluation.Pearson >= 0.9, evidence.Record.Evaluation.Pearson).ByScore();
        yield return Bytes(evidence);
        Readouts readouts = evidence.Types.Readouts;
        const string Semantic = "keeps more meaning than traditional reduction of dimensions (class told better than from principal components, and retrieval better: the interval of the difference above 0)";
        yield return readouts.All.FirstOrDefault(one => one.Attribute == "class") is not { } told || evidence.Retrieval is not { } retrieval ? ImageClaims.Unmeasured("9", Semantic, NoCommonClasses)
            : ImageClaims.Row("9", Semantic, $"class {told.Scores[0]:P1} against {told.Scores[3]:P1}, untrained {told.Scores[1]:P1}; precision@10 differs by {retrieval.Differences[2].Low:+0.0%;-0.0%} … "
                + $"{retrieval.Differences[2].High:+0.0%;-0.0%}, untrained {retrieval.Spaces[1].Precision.Mean - retrieval.Spaces[3].Precision.Mean:+0.0%;-0.0%}",
                told.Scores[0] > told.Scores[3] && retrieval.Differences[2].Low > 0, told.Scores[0]);
        yield return ImageClaims.Row("9", "the dictionary is overcomplete (more features than inputs)", $"{counts.Features:N0} features, {counts.Inputs:N0} inputs", counts.IsOvercomplete, 0);
        ReconstructionQuality quality = evidence.Quality;
        yield return ImageClaims.Row("9", "features that adapt to the image are more efficient than a fixed basis (mean Pearson above that of principal components)",
            $"{quality.Codes.MeanPearson:F4} with {counts.Active} activations, {quality.Components.MeanPearson:F4} with {quality.ComponentCount} components", quality.Codes.MeanPearson > quality.Components.MeanPearson,
            quality.Codes.MeanPearson + quality.Components.MeanPearson, TooFew).ByScore();
    }

    /// <summary>The same of the document's own numbers, where the run has others.</summary>
    private static string Documents(CodeCounts counts)
    {
        var own = new CodeCounts(12_288, 3072, 128);
        return counts == own ? "" : $" (the document's: {own.OfInputs:P2} of the inputs, {own.OfFeatures:P2} of the features, sparsity {own.Sparsity:P1})";
    }

    private static PaperClaim Blue(ImageEvidence evidence)
    {
        const string Claim = "images with large areas of blue activate certain colour-sensitive features (the one that follows blue: correlation at least .3, active at least twice as often in such images)";
        int blue = NamedHue.Of(230.0);
        if (evidence.Types.Hues.Length == 0)
            return ImageClaims.Unmeasured("6", Claim, evidence.Record.Shape.IsImage ? Grey : NoPictures);
        AttributeSensitivity own = evidence.Types.Hues[blue], other = evidence.Types.UntrainedHues[blue];
        return ImageClaims.Row("6", Claim,
            $"feature {own.Feature}: {own.Correlation:F2}, active in {own.ActiveWith:P0} of {own.Images:N0} blue images and {own.ActiveWithout:P0} of the others; "
            + $"untrained {other.Correlation:F2}, {other.ActiveWith:P0} and {other.ActiveWithout:P0}",
            own.Correlation >= 0.3 && own.ActiveWith >= 2 * own.ActiveWithout, own.Correlation + own.ActiveWith + own.ActiveWithout,
            "no image, or every one, has a large area of blue, or no feature is active often enough");
    }

    private static PaperClaim Bytes(ImageEvidence evidence)
    {
        const string Claim = "images hold much redundancy, which sparse coding compresses (entropy-coded codes take at most a tenth of the pixels' bytes, at a mean Pearson of at least .9)";
        Compression compression = evidence.Compression;
        if (!evidence.Record.Shape.IsImage)
            return ImageClaims.Unmeasured("9", Claim, NoPictures);
        string others = string.Join(", ", compression.Comparisons.Select(one => $"{one.Name} {(one.Psnr is { } psnr ? $"{psnr:F1} dB at as many" : $"can't do with fewer than {one.LeastBytes:N0}")}"));
        return ImageClaims.Row("9", Claim, $"{compression.Own.Bytes:N0} bytes of {compression.Counts.Inputs:N0}, {compression.Own.Psnr:F1} dB{(others.Length > 0 ? $"; {others}" : "")}; without the dictionary's own bytes; Pearson {evidence.Record.Evaluation!.Pearson:F4}",
            compression.Own.Bytes <= 0.1 * compression.Counts.Inputs && evidence.Record.Evaluation!.Pearson >= 0.9, compression.Own.Psnr).ByScore();
    }

    private static string Told(Readouts readouts) => string.Join("; ", readouts.All.Select(one =>
        $"{one.Attribute} {(one.Measure == "R²" ? $"R² {one.Scores[0]:F2}" : $"{one.Scores[0]:P0} (chance {one.Chance:P0})")}, untrained {(one.Measure == "R²" ? $"{one.Scores[1]:F2}" : $"{one.Scores[1]:P0}")}"));
}
