namespace Tangram.Tests;

public sealed class EvaluateTests
{
    private const double Tolerance = 1e-6; // codes are float32
    private static readonly ImageShape Shape = new(5, 4, 1);

    [Fact]
    public void Every_score_is_what_its_definition_says()
    {
        Ensemble ensemble = Make.Ensemble(Shape, features: 30, k: 4, members: 3);
        ImageSet images = Make.Images(Shape, 50, classes: 3);
        Scores scores = Make.Scores(ensemble, images, threads: 1);
        PlainEvaluation[] plain = [.. ensemble.Select(member => new PlainEvaluation(member, images))];

        Assert.Equal(("random", 50, 3), (scores.Data, scores.Images, scores.Members.Count));
        Assert.Null(scores.Ssim); // smaller than a window
        for (int member = 0; member < 3; member++)
            AssertEqual(plain[member], scores.Members[member]);
        Assert.Equal(plain.Average(one => one.Mse), scores.Mse, Tolerance);
        Assert.Equal(plain.Average(one => one.Psnr), scores.Psnr!.Value, 1e-4);
        Assert.Equal(plain.Average(one => one.PearsonPerImage.Average()), scores.Pearson, Tolerance);
        Assert.Equal(plain.Average(one => one.Fvu), scores.Fvu, Tolerance);
        Assert.Equal(plain.Average(one => one.Frequency.Average(frequency => frequency == 0 ? 1.0 : 0)), scores.DeadFraction, Tolerance);
        Assert.Equal(plain.Average(one => one.MsePerImage.Where((_, image) => image % 3 == 1).Average()), scores.PerClass[1].Mse, Tolerance);
        Assert.Empty(scores.Features);
    }

    [Fact]
    public void Every_score_of_a_model_with_all_options_is_what_its_definition_says()
    {
        Ensemble ensemble = Make.Full(Shape, features: 30, k: 18, members: 2);
        ImageSet images = Make.Images(Shape, 50, classes: 3);
        Scores scores = Make.Scores(ensemble, images, threads: 2);
        for (int member = 0; member < 2; member++)
            AssertEqual(new PlainEvaluation(ensemble[member], images), scores.Members[member]);
        Assert.True(scores.L0.Min < scores.L0.Max && scores.L0.Min < 18); // codes of several lengths
        Assert.Equal(0, scores.Activations.NegativeFraction);
    }

    [Fact]
    public void Consistency_of_models_with_all_options_is_between_codes_of_any_length_and_decoder_rows() =>
        AssertConsistency(Make.Full(Shape, features: 60, k: 32, members: 3));

    [Fact]
    public void Consistency_is_the_mean_over_pairs_of_members() => AssertConsistency(Make.Ensemble(Shape, features: 60, k: 2, members: 3));

    private static void AssertConsistency(Ensemble ensemble)
    {
        ImageSet images = Make.Images(Shape, 20);
        ConsistencyScores consistency = Make.Scores(ensemble, images).Consistency!;
        PlainEvaluation[] plain = [.. ensemble.Select(member => new PlainEvaluation(member, images))];
        double codeMse = 0, correlation = 0, inCommon = 0, chance = 0, cosine = 0, alive = 0;
        foreach (var (a, b) in new[] { (plain[0], plain[1]), (plain[0], plain[2]), (plain[1], plain[2]) })
        {
            codeMse += a.Codes.Zip(b.Codes, (p, q) => p.Zip(q, (x, y) => (x - y) * (x - y)).Average()).Average() / 3;
            inCommon += 2.0 * a.Codes.Zip(b.Codes, (p, q) => p.Zip(q, (x, y) => x != 0 && y != 0 ? 1.0 : 0).Sum()).Sum() / (a.NonZerosPerImage.Sum() + b.NonZerosPerImage.Sum()) / 3;
            chance += 2.0 * images.Count * a.Frequency.Zip(b.Frequency, (p, q) => p * q).Sum() / (a.NonZerosPerImage.Sum() + b.NonZerosPerImage.Sum()) / 3;
            int[] both = [.. Enumerable.Range(0, 60).Where(feature => a.Frequency[feature] > 0 && b.Frequency[feature] > 0)];
            Assert.InRange(both.Length, 1, 60);
            Assert.True(both.Length < 60 || ensemble.Options.IsRectified); // some are dead, or this would show little
            cosine += both.Average(feature => PlainEvaluation.Cosine(a.Weights[feature], b.Weights[feature])) / 3;
            double[] correlations = [.. both.Select(feature => PlainEvaluation.Pearson([.. a.Codes.Select(code => code[feature])], [.. b.Codes.Select(code => code[feature])])).Where(double.IsFinite)];
            correlation += correlations.Average() / 3;
            alive += both.Length / 3.0;
        }
        Assert.Equal(codeMse, consistency.CodeMse, Tolerance);
        Assert.Equal(correlation, consistency.ActivationCorrelation, Tolerance);
        Assert.Equal(inCommon, consistency.ActiveInCommon, Tolerance);
        Assert.Equal(chance, consistency.ActiveInCommonByChance, Tolerance);
        Assert.Equal(cosine, consistency.OwnCosine, Tolerance);
        Assert.Equal(alive, consistency.Alive, Tolerance);
    }

    [Fact]
    public void One_member_has_no_consistency_and_equal_members_have_the_best()
    {
        Ensemble one = Make.Ensemble(Shape, features: 12, k: 3, members: 1);
        ImageSet images = Make.Images(Shape, 10);
        Scores alone = Make.Scores(one, images);
        Assert.Null(alone.Consistency);
        Assert.Equal(alone.Mse, alone.Members[0].Mse);

        var twins = new Ensemble(one.Options with { Members = 2 }, [new MemberWeights(one[0].Encoder), new MemberWeights(one[0].Encoder)]);
        ConsistencyScores consistency = Make.Scores(twins, images).Consistency!;
        Assert.Equal(0, consistency.CodeMse, 1e-15);
        Assert.Equal(1, consistency.OwnCosine, 1e-12);
        Assert.Equal(1, consistency.PwMcc, 1e-6);
        Assert.Equal(1, consistency.MatchedToOwnNumber);
        Assert.Equal(1, consistency.ActivationCorrelation, 1e-12);
        Assert.Equal(1, consistency.ActiveInCommon);
        Assert.True(double.IsNaN(twins.Evaluate(images, matching: false, cancellation: TestContext.Current.CancellationToken).Consistency!.PwMcc));
    }

    [Fact]
    public void Members_that_share_only_their_mean_codes_do_not_agree()
    {
        // The same two features, always active and nearly as strong, but each member's follow pixels of their own: a cosine of codes would be about .97.
        var shape = ImageShape.Row(6);
        FloatMatrix Weights(int pixel)
        {
            var weights = new FloatMatrix(2, 6);
            (weights.Row(0)[0], weights.Row(1)[1]) = (1, 1);
            weights.Row(0)[pixel] = weights.Row(1)[pixel + 1] = 0.3f;
            return weights;
        }
        var random = new CounterRandom(5, RandomPurpose.Shuffle);
        float[] values = [.. Enumerable.Range(0, 6 * 2000).Select(index => index % 6 < 2 ? 1f : (float)random.Normal((ulong)index))];
        var ensemble = new Ensemble(new ModelOptions { Shape = shape, Features = 2, Rule = new SparsityRule.TopK(2), Members = 2 },
            [new MemberWeights(Weights(2)), new MemberWeights(Weights(4))]);
        ConsistencyScores consistency = Make.Scores(ensemble, ImageSet.FromRows("rows", 6, values)).Consistency!;
        Assert.Equal(0, consistency.ActivationCorrelation, 0.05);
        Assert.Equal(1, consistency.ActiveInCommon);
        Assert.Equal(1, consistency.ActiveInCommonByChance, 1e-12); // so that it shows nothing
    }

    [Fact]
    public void An_empty_reconstruction_scores_0_and_is_not_left_out()
    {
        // The one feature sees the first pixel alone, and half of the images have nothing there.
        var weights = new FloatMatrix(1, Shape.Length);
        weights.Row(0)[0] = 1;
        var collapsed = new Ensemble(new ModelOptions { Shape = Shape, Features = 1, Rule = new SparsityRule.TopK(1), Members = 1 }, [new MemberWeights(weights)]);
        byte[] pixels = new byte[4 * Shape.Length];
        for (int image = 0; image < 4; image++)
            (pixels[image * Shape.Length], pixels[(image * Shape.Length) + 1]) = (image < 2 ? (byte)255 : (byte)0, (byte)255);
        Scores scores = Make.Scores(collapsed, ImageSet.FromBytes("set", Shape, pixels));
        double seen = PlainEvaluation.Pearson([1, 1, .. new double[18]], [1, .. new double[19]]);
        Assert.Equal(seen / 2, scores.Pearson, 1e-9);
        Assert.Equal((0, 0), (scores.ZeroVariance, scores.PearsonPerImage.Min));
    }

    [Fact]
    public void Equal_rows_have_no_unexplained_fraction_and_large_means_dont_blur_it()
    {
        Ensemble ensemble = Make.Ensemble(ImageShape.Row(20), features: 30, k: 4, members: 1);
        float[] constant = [.. Enumerable.Range(0, 20 * 50).Select(index => 7.3f + (index % 20))];
        Scores equal = Make.Scores(ensemble, ImageSet.FromRows("equal", 20, constant));
        Assert.True(double.IsNaN(equal.Fvu));
        Assert.Equal(1, equal.PearsonOfMean, 1e-12);
        Assert.Contains("\"fvu\":null", TangramJson.Serialize(equal), StringComparison.Ordinal);

        var random = new CounterRandom(3, RandomPurpose.Shuffle);
        float[] far = [.. Enumerable.Range(0, 20 * 4000).Select(index => 1e6f + (float)random.Normal((ulong)index))];
        ImageSet rows = ImageSet.FromRows("far", 20, far);
        Assert.Equal(1, new PlainEvaluation(ensemble[0], rows).Fvu / Make.Scores(ensemble, rows).Fvu, 1e-6);
    }

    [Fact]
    public void The_mean_row_shows_where_pearson_says_nothing()
    {
        Ensemble ensemble = Make.Ensemble(ImageShape.Row(20), features: 30, k: 4, members: 1);
        var random = new CounterRandom(4, RandomPurpose.Shuffle);
        float Noise(int index) => (float)random.Normal((ulong)index);
        ImageSet plain = ImageSet.FromRows("plain", 20, Enumerable.Range(0, 20 * 300).Select(Noise).ToArray());
        ImageSet column = ImageSet.FromRows("one column", 20,
            Enumerable.Range(0, 20 * 300).Select(index => Noise(index) + (index % 20 == 5 ? 10_000 : 0)).ToArray());
        Assert.InRange(Make.Scores(ensemble, plain).PearsonOfMean, -0.2, 0.2);
        Assert.True(Make.Scores(ensemble, column).PearsonOfMean > 0.9999);
    }

    [Fact]
    public void Images_of_one_colour_are_left_out_of_pearson_and_counted()
    {
        Ensemble ensemble = Make.Ensemble(Shape, features: 30, k: 4, members: 2);
        ImageSet varied = Make.Images(Shape, 6);
        var pixels = new List<byte>();
        for (int image = 0; image < 6; image++)
            pixels.AddRange(Bytes(varied, image));
        pixels.AddRange(new byte[Shape.Length]);                           // black: the code and the reconstruction are 0
        pixels.AddRange(Enumerable.Repeat((byte)77, Shape.Length));        // grey
        pixels.AddRange(Enumerable.Repeat((byte)255, Shape.Length));       // white
        ImageSet mixed = ImageSet.FromBytes("mixed", Shape, pixels.ToArray(), new[] { 0, 0, 0, 0, 0, 0, 0, 1, 1 });

        Scores scores = Make.Scores(ensemble, mixed), without = Make.Scores(ensemble, varied);
        Assert.Equal(3, scores.ZeroVariance);
        Assert.Equal(without.Pearson, scores.Pearson, 1e-12);
        Assert.Equal(without.PearsonPerImage, scores.PearsonPerImage);
        Assert.Equal(without.Pearson, scores.PerClass[0].Pearson, 1e-12);
        Assert.True(double.IsNaN(scores.PerClass[1].Pearson));
        Assert.Equal(3.5, scores.Members[0].L0.Mean, 0.5); // the black image's code has no non-zeros
        Assert.Equal(0, scores.Members[0].L0.Min);
        Assert.Equal(9, scores.Images);
    }

    [Fact]
    public void Rows_that_arent_images_have_no_psnr_and_no_ssim()
    {
        Ensemble ensemble = Make.Ensemble(ImageShape.Row(20), features: 30, k: 4, members: 2);
        var random = new CounterRandom(2, RandomPurpose.Shuffle);
        ImageSet rows = ImageSet.FromRows("rows", 20, Enumerable.Range(0, 400).Select(index => (float)random.Normal((ulong)index)).ToArray());
        Scores scores = Make.Scores(ensemble, rows);
        Assert.Null(scores.Psnr);
        Assert.Null(scores.Ssim);
        Assert.Empty(scores.PerClass);
        Assert.Equal(new PlainEvaluation(ensemble[1], rows).Fvu, scores.Members[1].Fvu, Tolerance);
    }

    [Fact]
    public void No_bit_depends_on_the_number_of_threads()
    {
        Ensemble ensemble = Make.Ensemble(new ImageShape(12, 13, 1), features: 40, k: 5, members: 2);
        ImageSet images = Make.Images(new ImageShape(12, 13, 1), 700, classes: 4);
        string one = Json(Make.Scores(ensemble, images, threads: 1));
        Assert.Contains("ssim", one, StringComparison.Ordinal);
        Assert.Equal(one, Json(Make.Scores(ensemble, images, threads: 2)));
        Assert.Equal(one, Json(Make.Scores(ensemble, images, threads: 5)));
    }

    [Fact]
    public void A_set_of_several_chunks_scores_as_in_one_go()
    {
        var shape = new ImageShape(3, 2, 1);
        Ensemble ensemble = Make.Ensemble(shape, features: 8, k: 2, members: 2);
        ImageSet images = Make.Images(shape, EvaluationPass.MaximumChunk + 300, classes: 5);
        var done = new List<int>();
        Scores scores = ensemble.Evaluate(images, progress: new Progress(done), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([EvaluationPass.MaximumChunk, EvaluationPass.MaximumChunk + 300], done);
        PlainEvaluation[] plain = [.. ensemble.Select(member => new PlainEvaluation(member, images))];
        for (int member = 0; member < 2; member++)
            AssertEqual(plain[member], scores.Members[member], classes: 5);
        double codeMse = plain[0].Codes.Zip(plain[1].Codes, (p, q) => p.Zip(q, (x, y) => (x - y) * (x - y)).Average()).Average();
        Assert.Equal(codeMse, scores.Consistency!.CodeMse, Tolerance);
    }

    [Fact]
    public void Images_of_another_shape_are_refused_and_a_cancelled_evaluation_stops()
    {
        Ensemble ensemble = Make.Ensemble(Shape, features: 8, k: 2, members: 1);
        Assert.Throws<InputException>(() => Make.Scores(ensemble, Make.Images(new ImageShape(4, 5, 1), 3)));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => ensemble.Evaluate(Make.Images(Shape, 3), cancellation: cancelled.Token));
    }

    private static void AssertEqual(PlainEvaluation plain, MemberScores scores, int classes = 3)
    {
        Assert.Equal(plain.Mse, scores.Mse, Tolerance);
        Assert.Equal(plain.Psnr, scores.Psnr!.Value, 1e-4);
        Assert.Equal(plain.Fvu, scores.Fvu, Tolerance);
        Assert.Equal(plain.PearsonPerImage.Average(), scores.Pearson, Tolerance);
        Assert.Equal(plain.PearsonPerImage.Min(), scores.PearsonPerImage.Min, Tolerance);
        Assert.Equal(plain.PearsonPerImage.Max(), scores.PearsonPerImage.Max, Tolerance);
        Assert.Equal(plain.NonZerosPerImage.Average(), scores.L0.Mean, Tolerance);
        Assert.Equal(plain.Frequency, scores.Features.Select(feature => feature.Frequency));
        Assert.Equal(plain.Frequency.Count(frequency => frequency == 0) / (double)plain.Frequency.Length, scores.DeadFraction);
        double[] active = [.. plain.Codes.SelectMany(code => code).Where(value => value != 0)];
        Assert.Equal(active.Average(), scores.Activations.Value.Mean, Tolerance);
        Assert.Equal(active.Max(), scores.Activations.Value.Max, Tolerance);
        Assert.Equal(active.Count(value => value < 0) / (double)active.Length, scores.Activations.NegativeFraction, Tolerance);
        for (int feature = 0; feature < plain.Frequency.Length; feature++)
        {
            double[] own = [.. plain.Codes.Select(code => code[feature]).Where(value => value != 0)];
            Assert.Equal(own.Length == 0 ? 0 : own.Average(), scores.Features[feature].MeanActivation, Tolerance);
        }
        Assert.Equal(classes, scores.PerClass.Count);
        for (int label = 0; label < classes; label++)
        {
            Assert.Equal($"{label}", scores.PerClass[label].Class);
            Assert.Equal(plain.MsePerImage.Where((_, image) => image % classes == label).Count(), scores.PerClass[label].Images);
            Assert.Equal(plain.MsePerImage.Where((_, image) => image % classes == label).Average(), scores.PerClass[label].Mse, Tolerance);
            Assert.Equal(plain.PearsonPerImage.Where((_, image) => image % classes == label).Average(), scores.PerClass[label].Pearson, Tolerance);
        }
    }

    private static string Json(Scores scores) =>
        TangramJson.Serialize(scores) + TangramJson.Serialize(scores.Members.Select(member => member.Features));

    private static byte[] Bytes(ImageSet images, int image)
    {
        var values = new float[images.Shape.Length];
        images.CopyTo(image, values);
        return Array.ConvertAll(values, value => (byte)Math.Round(value * 255));
    }

    /// <summary>Reports at once, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Progress(List<int> done) : IProgress<int>
    {
        public void Report(int value) => done.Add(value);
    }
}
