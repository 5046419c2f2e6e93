namespace Tangram;

/// <summary>What codes say of the kinds of images (section 6 of the second document), beside an untrained dictionary's codes, pixels and principal components.</summary>
internal sealed record ImageTypes
{
    /// <summary>Colours, brightness and complexity of the images.</summary>
    public required ImageAttributes Attributes { get; init; }

    /// <summary>The feature that follows each hue; empty for grey images and rows.</summary>
    public required AttributeSensitivity[] Hues { get; init; }

    /// <summary>The same of the untrained dictionary.</summary>
    public required AttributeSensitivity[] UntrainedHues { get; init; }

    /// <summary>The images that <see cref="Hues"/> are measured on: not those that their features were found on.</summary>
    public required int[] HueImages { get; init; }

    /// <summary>Spearman's correlation over images of their complexity with that of their features (mean, weighted by squared activation); trained and untrained; NaN for rows.</summary>
    public required (double Trained, double Untrained) ComplexityRank { get; init; }

    /// <summary>Attributes told by linear read-outs.</summary>
    public required Readouts Readouts { get; init; }

    /// <summary>Whether classes lie apart; empty without two classes.</summary>
    public required Separability[] Separability { get; init; }

    /// <summary>Codes in two dimensions; null where there are too few.</summary>
    public required CodeMap? Map { get; init; }

    /// <param name="trained">The member shown, and its table of the images.</param>
    /// <param name="untrained">An untrained dictionary, and its table.</param>
    /// <param name="images">The images.</param>
    /// <param name="spaces">The images as codes, as the untrained dictionary's codes, as pixels, as components: in this order.</param>
    /// <param name="learned">What read-outs are fitted to.</param>
    /// <param name="components">Principal components, fitted to the same.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="cancellation">Stops between measurements.</param>
    public static ImageTypes Of((SparseAutoencoder Autoencoder, FeatureTable Table) trained, (SparseAutoencoder Autoencoder, FeatureTable Table) untrained, ImageSet images,
        IReadOnlyList<VectorSpace> spaces, ImageSet learned, ImageComponents components, Workers workers, CancellationToken cancellation)
    {
        ImageAttributes attributes = ImageAttributes.Of(images, workers.Count, cancellation);
        var measured = new Readouts.Side(images, attributes, spaces);
        Readouts readouts;
        AttributeSensitivity[] hues = [], untrainedHues = [];
        bool apart = !ReferenceEquals(learned, images);
        if (!apart)
        {
            readouts = Readouts.Of(measured, measured, workers);
            if (attributes.HasHues)
                (hues, untrainedHues) = (AttributeSensitivity.OfHues(trained.Table.Codes, attributes), AttributeSensitivity.OfHues(untrained.Table.Codes, attributes));
        }
        else
        {
            ImageSet sample = learned.Subset(learned.Name, RandomSample.Of(learned.Count, Readouts.Most));
            using FloatMatrix projected = components.Project(sample, workers);
            ImageAttributes known = ImageAttributes.Of(sample, workers.Count, cancellation);
            SparseCodes codes = trained.Autoencoder.Encode(sample, workers.Count, cancellation), untrainedCodes = untrained.Autoencoder.Encode(sample, workers.Count, cancellation);
            VectorSpace[] own =
            [
                VectorSpace.OfCodes(spaces[0].Name, codes), VectorSpace.OfCodes(spaces[1].Name, untrainedCodes),
                VectorSpace.OfPixels(spaces[2].Name, sample, components.Mean), VectorSpace.OfRows(spaces[3].Name, projected),
            ];
            readouts = Readouts.Of(new Readouts.Side(sample, known, own), measured, workers);
            if (attributes.HasHues)
            {
                hues = AttributeSensitivity.OfHues(codes, known, trained.Table.Codes, attributes);
                untrainedHues = AttributeSensitivity.OfHues(untrainedCodes, known, untrained.Table.Codes, attributes);
            }
        }
        cancellation.ThrowIfCancellationRequested();
        return new ImageTypes
        {
            Attributes = attributes,
            Hues = hues,
            UntrainedHues = untrainedHues,
            HueImages = apart ? [.. Enumerable.Range(0, images.Count)] : AttributeSensitivity.InHalf(attributes, 1),
            ComplexityRank = (RankOfComplexity(trained.Table, attributes), RankOfComplexity(untrained.Table, attributes)),
            Readouts = readouts,
            Separability = Tangram.Separability.Of(spaces, images, workers),
            Map = CodeMap.Of(trained.Table.Codes, workers),
        };
    }

    private static double RankOfComplexity(FeatureTable table, ImageAttributes attributes)
    {
        if (table.Measures.Length == 0)
            return double.NaN;
        var complexity = new double[table.Use.Length];
        for (int place = 0; place < table.Alive.Length; place++)
            complexity[table.Alive[place]] = table.Measures[place].Complexity;
        var (ofImages, ofFeatures) = (new List<double>(), new List<double>());
        for (int image = 0; image < table.Codes.Count; image++)
        {
            var (features, activations) = table.Codes[image];
            double sum = 0, weights = 0;
            for (int slot = 0; slot < features.Length; slot++)
            {
                double square = (double)activations.Span[slot] * activations.Span[slot];
                if (square == 0 || !double.IsFinite(complexity[features.Span[slot]]))
                    continue;
                (sum, weights) = (sum + (square * complexity[features.Span[slot]]), weights + square);
            }
            if (weights == 0 || !double.IsFinite(attributes.Complexity[image]))
                continue;
            ofImages.Add(attributes.Complexity[image]);
            ofFeatures.Add(sum / weights);
        }
        return Ranks.Spearman([.. ofImages], [.. ofFeatures]);
    }
}
