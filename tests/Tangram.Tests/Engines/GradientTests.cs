namespace Tangram.Tests;

/// <summary>The first step's gradient, read from Adam's first moments, against differences of the loss itself.</summary>
public sealed class GradientTests
{
    private const int Inputs = 7, Features = 9, K = 3, Images = 5;

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(3, 0.0)]
    [InlineData(3, 2.5)]
    [InlineData(2, 20.0)]
    public void The_plain_sessions_gradient_is_the_losss_derivative(int members, double consistency)
    {
        using var session = new ReferenceSession(Sessions.Model(Inputs, Features, K, members), Images);
        CompareWithDifferences(session, consistency);
    }

    [Theory]
    [InlineData(1, 0.0)]
    [InlineData(3, 0.0)]
    [InlineData(3, 2.5)]
    [InlineData(2, 20.0)]
    public void The_processors_gradient_is_the_losss_derivative(int members, double consistency)
    {
        using TrainingSession session = Sessions.Cpu((int)SimdTiers.Best, Sessions.Model(Inputs, Features, K, members), Images, threads: 2);
        CompareWithDifferences(session, consistency);
    }

    private static void CompareWithDifferences(TrainingSession session, double consistency)
    {
        Sessions.Initialise(session, 6);
        ImageSet images = Sessions.Images(Images, Inputs, 8);
        double[][] x = [.. Enumerable.Range(0, Images).Select(image => Doubles(images, image))];
        double[][][] weights = [.. session.Save().Members.Select(member =>
            Enumerable.Range(0, Features).Select(feature => Doubles(member.Weights.Row(feature))).ToArray())];
        var loss = new DenseLoss(x, weights, K, consistency);

        StepLosses losses = session.Step(Sessions.BatchOf(images), new StepSettings(1e-3, consistency));
        Assert.Equal(loss.At(weights), losses.Total(new StepSettings(1e-3, consistency)), 1e-6);
        double largest = 0, difference = 0;
        for (int member = 0; member < weights.Length; member++)
        {
            for (int feature = 0; feature < Features; feature++)
            {
                for (int column = 0; column < Inputs; column++)
                {
                    double expected = loss.Derivative(weights, member, feature, column);
                    double actual = session.Save().Members[member][Parameter.Encoder, Slot.FirstMoment].Row(feature)[column] / (1 - AdamUpdate.Beta1);
                    largest = Math.Max(largest, Math.Abs(expected));
                    difference = Math.Max(difference, Math.Abs(actual - expected));
                }
            }
        }
        Assert.True(largest > 1e-2);
        Assert.InRange(difference, 0, 2e-6 * largest);
    }

    private static double[] Doubles(ImageSet images, int image)
    {
        var pixels = new float[Inputs];
        images.CopyTo(image, pixels);
        return Doubles(pixels);
    }

    private static double[] Doubles(ReadOnlySpan<float> values) => Array.ConvertAll(values.ToArray(), value => (double)value);
}
