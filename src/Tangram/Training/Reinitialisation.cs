namespace Tangram;

/// <summary>
/// The paper's re-initialisation: features inactive over a window of steps get new rows. A new row is what is missing around one place of a badly rebuilt image:
/// the residual x − x̂ under a round window where it is largest, less its part along the mean image, which would make every image activate the feature (a model
/// with b_pre sees images without their mean: nothing is taken off there).
/// Images are drawn from the last batch without replacement, with probability in proportion to their squared error (Efraimidis and Spirakis 2006: the n smallest
/// of −ln u / w).
/// </summary>
internal static class Reinitialisation
{
    /// <summary>The window's radius, as a share of the image's width and height.</summary>
    private const double Radius = 1.0 / 3;

    /// <summary>Whether features are looked at after this many steps of <paramref name="totalSteps"/>.</summary>
    public static bool IsDue(ReinitialisationOptions options, long steps, long totalSteps) =>
        options.Window > 0 && steps % options.Every == 0 && steps >= options.From * totalSteps && steps <= options.Until * totalSteps;

    /// <summary>Replaces inactive features of every member, and tells <paramref name="observer"/> which; returns how many.</summary>
    public static int Apply(TrainingSession session, ReinitialisationOptions options, ulong seed, ITrainingObserver? observer = null)
    {
        int replaced = 0;
        float[]? mean = null;
        for (int member = 0; member < session.Options.Members; member++)
        {
            int[] inactive = Inactive(session, member, options.Window);
            if (inactive.Length > 0)
                replaced += Replace(session, member, inactive, mean ??= MeanImage(session), options, seed, observer);
        }
        return replaced;
    }

    /// <summary>Features that none of the last <paramref name="window"/> steps activated.</summary>
    public static int[] Inactive(TrainingSession session, int member, int window)
    {
        ReadOnlySpan<long> lastActive = session.LastActive(member);
        var inactive = new List<int>();
        for (int feature = 0; feature < lastActive.Length; feature++)
        {
            if (session.Steps - lastActive[feature] >= window)
                inactive.Add(feature);
        }
        return [.. inactive];
    }

    /// <summary>
    /// Multiplies by (1 − q)² where q, the squared distance from the pixel of largest energy in radii, is below 1, and by 0 elsewhere. Rows that aren't
    /// images have no places, and stay as they are.
    /// </summary>
    public static void Localise(Span<float> row, ImageShape shape)
    {
        if (!shape.IsImage)
            return;
        int pixels = shape.Width * shape.Height, centre = 0;
        double largest = -1;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            double energy = 0;
            for (int value = pixel; value < row.Length; value += pixels)
                energy += (double)row[value] * row[value];
            if (energy > largest)
                (largest, centre) = (energy, pixel);
        }
        for (int value = 0; value < row.Length; value++)
        {
            int pixel = value % pixels;
            double right = ((pixel % shape.Width) - (centre % shape.Width)) / (Radius * shape.Width);
            double down = ((pixel / shape.Width) - (centre / shape.Width)) / (Radius * shape.Height);
            double inside = Math.Max(0, 1 - (right * right) - (down * down));
            row[value] = (float)(row[value] * inside * inside);
        }
    }

    private static int Replace(TrainingSession session, int member, int[] inactive, float[] mean, ReinitialisationOptions options, ulong seed,
        ITrainingObserver? observer)
    {
        double norm = options.Scale * MeanNorm(session, member, inactive), meanSquare = PlainDot.Run(mean, mean);
        int most = (int)Math.Ceiling(options.Share * session.Options.Features);
        long[] lastActive = session.LastActive(member).ToArray();
        int[] features = [.. inactive.OrderBy(feature => lastActive[feature]).Take(most)]; // a stable sort: among equals the lowest index first
        int[] images = Draw(session.SampleErrors(member), features.Length, new CounterRandom(seed, RandomPurpose.Reinitialisation, member), session.Steps);
        var row = new float[session.Options.Shape.Length];
        int replaced = 0;
        foreach (int image in images)
        {
            session.CopyResidual(member, image, row);
            Localise(row, session.Options.Shape);
            double along = meanSquare > 0 ? PlainDot.Run(row, mean) / meanSquare : 0;
            for (int column = 0; column < row.Length; column++)
                row[column] = (float)(row[column] - (along * mean[column]));
            double length = Math.Sqrt(PlainDot.Run(row, row));
            if (length == 0)
                continue;
            for (int column = 0; column < row.Length; column++)
                row[column] = (float)(row[column] * (norm / length));
            int feature = features[replaced++];
            session.ReplaceFeature(member, feature, row);
            observer?.Reinitialised(session.Steps, member, feature);
        }
        return replaced;
    }

    private static int[] Draw(ReadOnlySpan<float> errors, int count, CounterRandom random, long step)
    {
        var keys = new double[errors.Length];
        int[] order = [.. Enumerable.Range(0, errors.Length)];
        for (int image = 0; image < keys.Length; image++)
        {
            double uniform = 1 - random.Uniform(((ulong)step << 32) | (uint)image);
            keys[image] = errors[image] > 0 ? -CounterRandom.NaturalLogarithm(uniform) / errors[image] : double.PositiveInfinity;
        }
        int usable = keys.Count(double.IsFinite);
        Array.Sort(keys, order);
        return order[..Math.Min(count, usable)];
    }

    /// <summary>The mean of the last batch; zeros where b_pre stands for it.</summary>
    private static float[] MeanImage(TrainingSession session)
    {
        var image = new float[session.Options.Shape.Length];
        double[] sum = new double[image.Length];
        int count = session.SampleErrors(0).Length;
        for (int sample = 0; sample < count && !session.Options.PreBias; sample++)
        {
            session.CopyInput(sample, image);
            for (int column = 0; column < image.Length; column++)
                sum[column] += image[column];
        }
        return [.. sum.Select(value => (float)(value / count))];
    }

    private static double MeanNorm(TrainingSession session, int member, int[] inactive)
    {
        double[] norms = session.FeatureNorms(member);
        foreach (int feature in inactive)
            norms[feature] = 0;
        int alive = norms.Length - inactive.Length;
        return alive == 0 ? 1 : norms.Sum() / alive;
    }
}
