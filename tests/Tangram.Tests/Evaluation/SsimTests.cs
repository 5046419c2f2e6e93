namespace Tangram.Tests;

public sealed class SsimTests
{
    [Theory]
    [InlineData(28, 28, 1)]
    [InlineData(11, 11, 1)]
    [InlineData(13, 17, 3)]
    [InlineData(30, 11, 3)]
    public void It_is_the_papers_formula_in_every_window(int width, int height, int channels)
    {
        var shape = new ImageShape(width, height, channels);
        float[] x = Values(shape, 1), y = Values(shape, 2);
        for (int pixel = 0; pixel < y.Length; pixel++)
            y[pixel] = (0.6f * x[pixel]) + (0.7f * y[pixel]) - 0.2f; // alike, and partly outside 0 … 1, as reconstructions are
        var ssim = new Ssim(shape);
        ssim.SetImage(x);
        Assert.Equal(Direct(x, y, shape), ssim.Compare(y), 1e-10);
        Assert.Equal(1, ssim.Compare(x), 1e-12);

        ssim.SetImage(y); // what the instance held of x is gone
        Assert.Equal(Direct(y, x, shape), ssim.Compare(x), 1e-10);
    }

    [Fact]
    public void Images_of_one_colour_compare_by_their_means()
    {
        var shape = new ImageShape(12, 12, 1);
        var ssim = new Ssim(shape);
        ssim.SetImage(new float[shape.Length]);
        Assert.Equal(1, ssim.Compare(new float[shape.Length]), 1e-12);
        Assert.Equal(0.0001 / 1.0001, ssim.Compare(Enumerable.Repeat(1f, shape.Length).ToArray()), 1e-9);
    }

    [Fact]
    public void It_needs_room_for_a_window()
    {
        Assert.True(Ssim.Fits(new ImageShape(11, 11, 1)));
        Assert.False(Ssim.Fits(new ImageShape(10, 28, 1)));
        Assert.False(Ssim.Fits(new ImageShape(28, 10, 3)));
    }

    [Fact]
    public void The_score_of_a_set_is_the_mean_over_its_images()
    {
        var shape = new ImageShape(12, 14, 3);
        Ensemble ensemble = Make.Ensemble(shape, features: 20, k: 3, members: 2);
        ImageSet images = Make.Images(shape, 9);
        Scores scores = Make.Scores(ensemble, images);
        for (int member = 0; member < 2; member++)
        {
            double sum = 0;
            var x = new float[shape.Length];
            for (int image = 0; image < images.Count; image++)
            {
                images.CopyTo(image, x);
                var (features, activations) = ensemble[member].Encode(x);
                sum += Direct(x, ensemble[member].Decode(features, activations), shape);
            }
            Assert.Equal(sum / images.Count, scores.Members[member].Ssim!.Value, 1e-9);
        }
        Assert.Equal(scores.Members.Average(member => member.Ssim!.Value), scores.Ssim!.Value, 1e-12);
        Assert.Null(Make.Scores(ensemble, images, ssim: false).Ssim);
    }

    /// <summary>Every window by itself: an 11×11 Gaussian (σ 1.5) of weights that sum to 1, and equation 13 with its means, variances and covariance.</summary>
    private static double Direct(float[] x, float[] y, ImageShape shape)
    {
        var weights = new double[11, 11];
        double total = 0, sum = 0;
        for (int i = 0; i < 11; i++)
        {
            for (int j = 0; j < 11; j++)
                total += weights[i, j] = Math.Exp(-(((i - 5) * (i - 5)) + ((j - 5) * (j - 5))) / (2 * 1.5 * 1.5));
        }
        int windows = 0;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            for (int top = 0; top + 11 <= shape.Height; top++)
            {
                for (int left = 0; left + 11 <= shape.Width; left++, windows++)
                {
                    double Mean(Func<int, double> value)
                    {
                        double mean = 0;
                        for (int i = 0; i < 11; i++)
                        {
                            for (int j = 0; j < 11; j++)
                                mean += weights[i, j] / total * value((((channel * shape.Height) + top + i) * shape.Width) + left + j);
                        }
                        return mean;
                    }
                    double meanX = Mean(pixel => x[pixel]), meanY = Mean(pixel => y[pixel]);
                    double varianceX = Mean(pixel => (x[pixel] - meanX) * (x[pixel] - meanX));
                    double varianceY = Mean(pixel => (y[pixel] - meanY) * (y[pixel] - meanY));
                    double covariance = Mean(pixel => (x[pixel] - meanX) * (y[pixel] - meanY));
                    sum += ((2 * meanX * meanY) + 0.0001) * ((2 * covariance) + 0.0009)
                        / (((meanX * meanX) + (meanY * meanY) + 0.0001) * (varianceX + varianceY + 0.0009));
                }
            }
        }
        return sum / windows;
    }

    private static float[] Values(ImageShape shape, ulong seed)
    {
        var random = new CounterRandom(seed, RandomPurpose.Shuffle);
        return [.. Enumerable.Range(0, shape.Length).Select(index => (float)random.Uniform((ulong)index))];
    }
}
