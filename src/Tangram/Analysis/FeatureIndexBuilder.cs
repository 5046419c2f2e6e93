namespace Tangram;

/// <summary>Makes the tables of a <see cref="FeatureIndex"/>; the same whatever the number of threads.</summary>
internal static class FeatureIndexBuilder
{
    /// <summary>Decoder rows whose cosines to all others are taken at a time.</summary>
    private const int Block = 512;

    public static FeatureIndexTables Build(SparseCodes codes, SparseAutoencoder? dictionary, Workers workers, CancellationToken cancellation)
    {
        int features = codes.Features;
        var (starts, images, values) = Transpose(codes);
        int[] top = Rows(features, FeatureIndex.TopImages, -1), histogram = Rows(features, FeatureIndex.Bins, 0);
        var range = new float[2 * features];
        var alike = (Features: Rows(features, FeatureIndex.Neighbours, -1), Similarities: new float[features * FeatureIndex.Neighbours]);
        var together = (Features: Rows(features, FeatureIndex.Neighbours, -1), Similarities: new float[features * FeatureIndex.Neighbours]);
        var counts = new int[workers.Count][];
        workers.Run(features, (worker, feature) =>
        {
            cancellation.ThrowIfCancellationRequested();
            int start = (int)starts[feature], length = (int)(starts[feature + 1] - start);
            ReadOnlySpan<int> own = images.AsSpan(start, length);
            ReadOnlySpan<float> activations = values.AsSpan(start, length);
            var strongest = Strongest(own, activations, FeatureIndex.TopImages);
            for (int place = 0; place < strongest.Length; place++)
                top[(feature * FeatureIndex.TopImages) + place] = strongest[place].Item;
            Count(activations, range.AsSpan(2 * feature, 2), histogram.AsSpan(feature * FeatureIndex.Bins, FeatureIndex.Bins));
            List(together, feature, Together(codes, starts, feature, own, counts[worker] ??= new int[features]));
        });
        if (dictionary is not null)
            Alike(dictionary.Decoder, workers, (feature, found) => List(alike, feature, found), cancellation);
        return new FeatureIndexTables
        {
            FeatureStart = starts,
            Image = images,
            Value = values,
            Norms = Norms(codes),
            Top = top,
            Histogram = histogram,
            Range = range,
            Alike = alike.Features,
            AlikeCosine = alike.Similarities,
            Together = together.Features,
            TogetherShare = together.Similarities,
        };
    }

    /// <summary>The images of the largest activations, the largest first; of equal ones the lowest number first.</summary>
    public static (int Item, double Score)[] Strongest(ReadOnlySpan<int> images, ReadOnlySpan<float> activations, int count)
    {
        var largest = new Largest(count);
        for (int entry = 0; entry < images.Length; entry++)
            largest.Offer(images[entry], activations[entry]);
        return largest.Take();
    }

    /// <summary>CSR to CSC, by counting; images ascend within a feature because they are visited in order.</summary>
    private static (long[] Starts, int[] Images, float[] Values) Transpose(SparseCodes codes)
    {
        ReadOnlySpan<long> rows = codes.RowStart.Span;
        ReadOnlySpan<int> features = codes.Feature.Span;
        ReadOnlySpan<float> activations = codes.Value.Span;
        var starts = new long[codes.Features + 1];
        for (int entry = 0; entry < features.Length; entry++)
            starts[features[entry] + 1] += activations[entry] != 0 ? 1 : 0;
        for (int feature = 0; feature < codes.Features; feature++)
            starts[feature + 1] += starts[feature];
        long[] next = [.. starts];
        var (images, values) = (new int[starts[^1]], new float[starts[^1]]);
        for (int image = 0; image < codes.Count; image++)
        {
            for (int entry = (int)rows[image]; entry < (int)rows[image + 1]; entry++)
            {
                if (activations[entry] == 0)
                    continue;
                long place = next[features[entry]]++;
                (images[place], values[place]) = (image, activations[entry]);
            }
        }
        return (starts, images, values);
    }

    private static double[] Norms(SparseCodes codes)
    {
        var norms = new double[codes.Count];
        for (int image = 0; image < norms.Length; image++)
        {
            double square = 0;
            foreach (float activation in codes[image].Activations.Span)
                square += (double)activation * activation;
            norms[image] = Math.Sqrt(square);
        }
        return norms;
    }

    private static void Count(ReadOnlySpan<float> activations, Span<float> range, Span<int> histogram)
    {
        if (activations.Length == 0)
            return;
        (range[0], range[1]) = (activations[0], activations[0]);
        foreach (float activation in activations)
            (range[0], range[1]) = (Math.Min(range[0], activation), Math.Max(range[1], activation));
        double width = ((double)range[1] - range[0]) / histogram.Length;
        foreach (float activation in activations)
            histogram[width == 0 ? 0 : Math.Min((int)(((double)activation - range[0]) / width), histogram.Length - 1)]++;
    }

    /// <summary>
    /// Jaccard indices: of the images that activate one of two features, the share that activates both. Counted feature by feature over the codes of its images, so that the
    /// counts stay in a core's first cache: Σ over images of (active features)² steps.
    /// </summary>
    private static (int Item, double Score)[] Together(SparseCodes codes, long[] starts, int feature, ReadOnlySpan<int> images, int[] counts)
    {
        Array.Clear(counts);
        ReadOnlySpan<long> rows = codes.RowStart.Span;
        ReadOnlySpan<int> features = codes.Feature.Span;
        ReadOnlySpan<float> activations = codes.Value.Span;
        foreach (int image in images)
        {
            for (int entry = (int)rows[image]; entry < (int)rows[image + 1]; entry++)
                counts[features[entry]] += activations[entry] != 0 ? 1 : 0;
        }
        var largest = new Largest(FeatureIndex.Neighbours);
        for (int other = 0; other < counts.Length; other++)
        {
            if (other != feature && counts[other] > 0)
                largest.Offer(other, counts[other] / (double)(images.Length + (starts[other + 1] - starts[other]) - counts[other]));
        }
        return largest.Take();
    }

    /// <summary>Cosines of decoder rows; a row of zeros has no neighbours and is none.</summary>
    private static void Alike(FloatMatrix rows, Workers workers, Action<int, (int Item, double Score)[]> take, CancellationToken cancellation)
    {
        double[] norms = [.. Enumerable.Range(0, rows.Rows).Select(row => Math.Sqrt(SquareOf(rows.Row(row))))];
        for (int start = 0; start < rows.Rows; start += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            using var block = new FloatMatrix(Math.Min(Block, rows.Rows - start), rows.Columns);
            for (int row = 0; row < block.Rows; row++)
                rows.Row(start + row).CopyTo(block.Row(row));
            using FloatMatrix products = RowProducts.Of(block, rows, workers);
            workers.Run(block.Rows, (_, row) =>
            {
                var largest = new Largest(FeatureIndex.Neighbours);
                ReadOnlySpan<float> own = products.Row(row);
                for (int other = 0; other < own.Length; other++)
                {
                    double lengths = norms[start + row] * norms[other];
                    if (other != start + row && lengths > 0)
                        largest.Offer(other, own[other] / lengths);
                }
                take(start + row, largest.Take());
            });
        }
        GC.KeepAlive(rows);
    }

    private static double SquareOf(ReadOnlySpan<float> row)
    {
        double square = 0;
        foreach (float value in row)
            square += (double)value * value;
        return square;
    }

    private static void List((int[] Features, float[] Similarities) lists, int feature, (int Item, double Score)[] found)
    {
        for (int place = 0; place < found.Length; place++)
        {
            lists.Features[(feature * FeatureIndex.Neighbours) + place] = found[place].Item;
            lists.Similarities[(feature * FeatureIndex.Neighbours) + place] = (float)found[place].Score;
        }
    }

    private static int[] Rows(int rows, int columns, int value)
    {
        var all = new int[checked(rows * columns)];
        Array.Fill(all, value);
        return all;
    }
}
