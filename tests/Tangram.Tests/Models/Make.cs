namespace Tangram.Tests;

/// <summary>Small models and image sets, the same each time.</summary>
internal static class Make
{
    /// <summary>Members whose rows are random directions of about unit length.</summary>
    public static Ensemble Ensemble(ImageShape shape, int features, int k, int members)
    {
        var options = new ModelOptions { Shape = shape, Features = features, Rule = new SparsityRule.TopK(k), Members = members };
        return new Ensemble(options, Enumerable.Range(0, members).Select(member =>
        {
            var random = new CounterRandom(17, RandomPurpose.Initialisation, member);
            var encoder = new FloatMatrix(features, shape.Length);
            for (int feature = 0; feature < features; feature++)
            {
                for (int pixel = 0; pixel < shape.Length; pixel++)
                    encoder.Row(feature)[pixel] = (float)(random.Normal((ulong)((feature * shape.Length) + pixel)) / Math.Sqrt(shape.Length));
            }
            return new MemberWeights(encoder);
        }).ToArray());
    }

    /// <summary>A model with all options: own decoder, both biases, rectified codes.</summary>
    public static Ensemble Full(ImageShape shape, int features, int k, int members)
    {
        var options = new ModelOptions
        {
            Shape = shape,
            Features = features,
            Rule = new SparsityRule.TopK(k, Rectified: true),
            Members = members,
            Untied = true,
            PreBias = true,
            EncoderBias = true,
        };
        return new Ensemble(options, [.. Enumerable.Range(0, members).Select(member => new MemberWeights(
            Rows(features, shape.Length, (ulong)(100 + member)), Rows(features, shape.Length, (ulong)(200 + member)),
            Array.ConvertAll(Numbers.Row(features, (ulong)(300 + member)), value => 0.2f * value),
            Array.ConvertAll(Numbers.Row(shape.Length, (ulong)(400 + member)), value => 0.3f * value)))]);
    }

    /// <summary>Random directions of about unit length.</summary>
    private static FloatMatrix Rows(int rows, int columns, ulong seed)
    {
        FloatMatrix matrix = Numbers.Matrix(rows, columns, seed);
        for (int row = 0; row < rows; row++)
        {
            foreach (ref float value in matrix.Row(row))
                value /= MathF.Sqrt(columns);
        }
        return matrix;
    }

    public static Scores Scores(Ensemble ensemble, ImageSet images, bool ssim = true, int threads = 0) =>
        ensemble.Evaluate(images, ssim, threads: threads, cancellation: TestContext.Current.CancellationToken);

    /// <summary>Random pixels, with labels 0, 1, 2, 0, … where there are to be classes.</summary>
    public static ImageSet Images(ImageShape shape, int count, int classes = 0)
    {
        var random = new CounterRandom(23, RandomPurpose.Shuffle);
        byte[] pixels = [.. Enumerable.Range(0, count * shape.Length).Select(index => (byte)random.Bits((ulong)index))];
        return classes == 0
            ? ImageSet.FromBytes("random", shape, pixels)
            : ImageSet.FromBytes("random", shape, pixels, Enumerable.Range(0, count).Select(index => index % classes).ToArray());
    }
}
