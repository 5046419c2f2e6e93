namespace Tangram.Tests;

public sealed class InitialiserTests
{
    private const int Inputs = 20, Features = 12;
    private static readonly ImageSet Images = Sessions.Images(40, Inputs, 6);
    private static readonly TrainingOptions Options = new() { Features = Features, Rule = new SparsityRule.TopK(3), Members = 2, Seed = 3 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Orthogonal_rows_are_the_same_for_encoder_and_decoder(bool untied)
    {
        using SessionState state = Start(Options with { Untied = untied, EncoderBias = true });
        for (int member = 0; member < 2; member++)
        {
            for (int feature = 0; feature < Features; feature++)
            {
                float[] row = state.Members[member].Weights.Row(feature).ToArray();
                Assert.Equal(1, GroupProduct.Reference(row, row), 1e-5);
                if (untied)
                    Numbers.SameBits(row, state.Members[member][Parameter.Decoder].Row(feature));
            }
            Assert.Equal(new float[Features], state.Members[member][Parameter.EncoderBias].Row(0).ToArray());
        }
        Assert.NotEqual(state.Members[0].Weights.Row(0).ToArray(), state.Members[1].Weights.Row(0).ToArray());
    }

    [Theory]
    [InlineData(PreBiasStart.None)]
    [InlineData(PreBiasStart.Mean)]
    [InlineData(PreBiasStart.GeometricMedian)]
    public void Data_points_are_distinct_images_less_the_pre_bias_of_length_1(PreBiasStart start)
    {
        using SessionState state = Start(Options with { Initialisation = Initialisation.DataPoints, PreBias = start, Untied = true });
        float[] bias = start == PreBiasStart.None ? new float[Inputs] : state.Members[0][Parameter.PreBias].Row(0).ToArray();
        float[][] centred = [.. Enumerable.Range(0, Images.Count).Select(image => Centred(Images, image, bias))];
        int[][] sources = new int[2][];
        for (int member = 0; member < 2; member++)
        {
            sources[member] = new int[Features];
            for (int feature = 0; feature < Features; feature++)
            {
                float[] row = state.Members[member].Weights.Row(feature).ToArray();
                Assert.Equal(1, GroupProduct.Reference(row, row), 1e-6);
                sources[member][feature] = Assert.Single(Enumerable.Range(0, Images.Count),
                    image => GroupProduct.Reference(row, centred[image]) > (1 - 1e-6) * Math.Sqrt(GroupProduct.Reference(centred[image], centred[image])));
                Numbers.SameBits(row, state.Members[member][Parameter.Decoder].Row(feature));
            }
            Assert.Equal(Features, sources[member].Distinct().Count());
        }
        Assert.NotEqual(sources[0], sources[1]);
    }

    /// <summary>Black images, and one that is there three times: seven directions for twelve features.</summary>
    [Fact]
    public void Where_images_run_out_orthogonal_rows_of_length_1_follow()
    {
        var rows = new float[12 * Inputs];
        for (int image = 0; image < 9; image++)
            Images.CopyTo(image < 7 ? image : 0, rows.AsSpan(image * Inputs, Inputs));
        ImageSet few = ImageSet.FromRows("few", Inputs, rows);
        using SessionState state = Start(Options with { Initialisation = Initialisation.DataPoints }, few);
        FloatMatrix weights = state.Members[0].Weights;
        int images = 0;
        for (int feature = 0; feature < Features; feature++)
        {
            float[] row = weights.Row(feature).ToArray();
            Assert.Equal(1, GroupProduct.Reference(row, row), 1e-6);
            images += row.All(weight => weight >= 0) ? 1 : 0; // as images are
            for (int other = 0; other < feature; other++)
                Assert.True(Math.Abs(GroupProduct.Reference(row, weights.Row(other).ToArray())) < 0.999);
        }
        Assert.Equal(7, images);
    }

    [Fact]
    public void The_pre_bias_starts_as_the_mean_or_the_median_of_the_images()
    {
        using var workers = new Workers(2);
        Assert.Null(Initialiser.PreBias(Images, Options, workers));
        Assert.Equal(GeometricMedian.Mean(Images, workers).Select(value => (float)value), Initialiser.PreBias(Images, Options with { PreBias = PreBiasStart.Mean }, workers)!);
        Assert.Equal(GeometricMedian.Of(Images, workers).Select(value => (float)value),
            Initialiser.PreBias(Images, Options with { PreBias = PreBiasStart.GeometricMedian }, workers)!);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits_and_another_seed_others()
    {
        TrainingOptions options = Options with { Initialisation = Initialisation.DataPoints, PreBias = PreBiasStart.GeometricMedian };
        using SessionState one = Start(options, threads: 1), three = Start(options, threads: 3), other = Start(options with { Seed = 4 });
        Sessions.SameState(one, three);
        Assert.NotEqual(one.Members[0].Weights.Row(0).ToArray(), other.Members[0].Weights.Row(0).ToArray());
    }

    [Fact]
    public void Averages_start_as_the_values()
    {
        using SessionState state = Start(Options with { AverageDecay = 0.9, Untied = true, PreBias = PreBiasStart.Mean });
        foreach (Parameter parameter in new[] { Parameter.Encoder, Parameter.Decoder, Parameter.PreBias })
            Numbers.SameBits(state.Members[1][parameter], state.Members[1][parameter, Slot.Average]);
    }

    private static SessionState Start(TrainingOptions options, ImageSet? images = null, int threads = 2)
    {
        images ??= Images;
        using var session = new ReferenceSession(options.ModelFor(images.Shape), 4, options.Extras);
        using var workers = new Workers(threads);
        Initialiser.Apply(session, images, options, workers);
        return session.Save();
    }

    private static float[] Centred(ImageSet images, int image, float[] bias)
    {
        var row = new float[Inputs];
        images.CopyTo(image, row);
        return [.. row.Zip(bias, (value, less) => value - less)];
    }
}
