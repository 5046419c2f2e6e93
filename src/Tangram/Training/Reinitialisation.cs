namespace Tangram;

/// <summary>
/// The paper's re-initialisation: features inactive over a window of steps get the residuals of badly rebuilt images as new rows. Images are drawn from the
/// last batch without replacement, with probability in proportion to their squared error (Efraimidis and Spirakis 2006: the n smallest of −ln u / w).
/// </summary>
internal static class Reinitialisation
{
    /// <summary>Whether features are looked at after this many steps of <paramref name="totalSteps"/>.</summary>
    public static bool IsDue(ReinitialisationOptions options, long steps, long totalSteps) =>
        options.Window > 0 && steps % options.Every == 0 && steps <= options.Until * totalSteps;

    /// <summary>Replaces the inactive features of every member; returns how many.</summary>
    public static int Apply(TrainingSession session, ReinitialisationOptions options, ulong seed)
    {
        int replaced = 0;
        for (int member = 0; member < session.Options.Members; member++)
            replaced += Apply(session, member, options, seed);
        return replaced;
    }

    private static int Apply(TrainingSession session, int member, ReinitialisationOptions options, ulong seed)
    {
        int[] inactive = Inactive(session, member, options.Window);
        if (inactive.Length == 0)
            return 0;
        double norm = options.Scale * MeanNorm(session, member, inactive);
        int[] images = Draw(session.SampleErrors(member), inactive.Length, new CounterRandom(seed, RandomPurpose.Reinitialisation, member), session.Steps);
        var row = new float[session.Options.Shape.Length];
        for (int index = 0; index < images.Length; index++)
        {
            session.CopyResidual(member, images[index], row);
            double length = Norm(row);
            for (int column = 0; column < row.Length; column++)
                row[column] = (float)(row[column] * (norm / length));
            session.ReplaceFeature(member, inactive[index], row);
        }
        return images.Length;
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

    private static double MeanNorm(TrainingSession session, int member, int[] inactive)
    {
        var skip = inactive.ToHashSet();
        var row = new float[session.Options.Shape.Length];
        double sum = 0;
        int alive = 0;
        for (int feature = 0; feature < session.Options.Features; feature++)
        {
            if (skip.Contains(feature))
                continue;
            session.CopyFeature(member, feature, row);
            sum += Norm(row);
            alive++;
        }
        return alive == 0 ? 1 : sum / alive;
    }

    private static double Norm(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float value in row)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
