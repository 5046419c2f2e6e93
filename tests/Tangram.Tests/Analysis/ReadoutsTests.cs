namespace Tangram.Tests;

public sealed class ReadoutsTests : IDisposable
{
    private readonly Workers _workers = new(2);
    private readonly List<FloatMatrix> _matrices = [];

    public void Dispose()
    {
        _workers.Dispose();
        _matrices.ForEach(one => one.Dispose());
    }

    [Fact]
    public void Vectors_that_hold_an_attribute_tell_it_and_noise_tells_chance()
    {
        Readouts readouts = Readouts.Of(Side(120, seed: 1), Side(90, seed: 2), _workers);
        Assert.Equal(["telling", "noise"], readouts.Spaces, StringComparer.Ordinal);
        Assert.Equal((120, 90), (readouts.Learned, readouts.Images));
        Assert.Equal(["class", "dominant hue", "share of blue", "brightness", "contrast"], readouts.All.Select(one => one.Attribute), StringComparer.Ordinal);
        Readout told = readouts.All[0];
        Assert.Equal("right", told.Measure);
        Assert.Equal(0.5, told.Chance, 0.1); // two classes of half each
        Assert.Equal(1, told.Scores[0]);
        Assert.InRange(told.Scores[1], 0.3, 0.7);
        Readout blue = readouts.All[2];
        Assert.Equal(("R²", 0), (blue.Measure, blue.Chance));
        Assert.InRange(blue.Scores[0], 0.99, 1);
        Assert.InRange(blue.Scores[1], -0.5, 0.2);
        Assert.All(readouts.All, one => Assert.Equal(one.Scores, one.Estimates.Select(estimate => estimate.Mean)));
        Assert.Equal((1, 1), (told.Estimates[0].Low, told.Estimates[0].High)); // all are right
        double binomial = 1.96 * Math.Sqrt(told.Scores[1] * (1 - told.Scores[1]) / 90); // each image is a group of its own
        Assert.Equal(binomial, (told.Estimates[1].High - told.Estimates[1].Low) / 2, 0.15 * binomial);
        Assert.True(blue.Estimates[1].Low < blue.Scores[1] && blue.Scores[1] < blue.Estimates[1].High);
    }

    [Fact]
    public void One_set_is_cut_into_halves()
    {
        Readouts.Side side = Side(101, seed: 3);
        Readouts readouts = Readouts.Of(side, side, _workers);
        Assert.Equal((51, 50), (readouts.Learned, readouts.Images));
        Assert.Equal(1, readouts.All[0].Scores[0]);
    }

    [Fact]
    public void Classes_are_told_by_their_names_not_by_their_numbers()
    {
        Readouts.Side fitted = Side(120, seed: 1), measured = Side(90, seed: 2);
        Assert.Equal(1, Readouts.Of(fitted, Named(measured, ["0", "1"]), _workers).All[0].Scores[0]);
        Assert.Equal(0, Readouts.Of(fitted, Named(measured, ["1", "0"]), _workers).All[0].Scores[0]); // the names say so

        static Readouts.Side Named(Readouts.Side side, string[] names)
        {
            ImageSet images = side.Images;
            var pixels = new byte[images.Count * images.Shape.Length];
            return side with { Images = ImageSet.FromBytes("named", images.Shape, pixels, Enumerable.Range(0, images.Count).Select(images.Label).ToArray(), names) };
        }
    }

    [Fact]
    public void Attributes_that_dont_vary_arent_asked_for_and_one_image_tells_nothing()
    {
        ImageSet plain = Given.Plain(3, 3, [.. Enumerable.Repeat(((byte)10, (byte)10, (byte)10), 8)]);
        Assert.Empty(Readouts.Of(Of(plain), Of(plain), _workers).All);
        ImageSet one = plain.Subset("one", [0]);
        Readouts none = Readouts.Of(Of(one), Of(one), _workers);
        Assert.Equal((1, 0, 0), (none.Learned, none.Images, none.All.Length));
        ImageSet grey = Make.Images(new ImageShape(4, 4, 1), 20);
        Assert.Equal(["brightness", "contrast"], Readouts.Of(Of(grey), Of(grey), _workers).All.Select(readout => readout.Attribute), StringComparer.Ordinal);
    }

    [Fact]
    public void Classes_of_other_names_arent_asked_for()
    {
        ImageSet Named(params string[] names) => ImageSet.FromBytes("named", new ImageShape(2, 2, 1), new byte[20 * 4], Numbers.Integers(20, 2, 1), names);
        Assert.Equal("class", Assert.Single(Readouts.Of(Of(Named("cat", "dog")), Of(Named("cat", "dog", "none")), _workers).All).Attribute);
        Assert.Empty(Readouts.Of(Of(Named("cat", "dog")), Of(Named("shoe", "bag")), _workers).All);
    }

    private Readouts.Side Of(ImageSet images)
    {
        FloatMatrix noise = Numbers.Matrix(images.Count, 3, 7);
        _matrices.Add(noise);
        return new Readouts.Side(images, ImageAttributes.Of(images, threads: 1, TestContext.Current.CancellationToken), [VectorSpace.OfRows("noise", noise)]);
    }

    /// <summary>Pictures half of whose area is black or blue (class 0 or 1), of random brightness; a space that has their three numbers, and one of noise.</summary>
    private Readouts.Side Side(int count, ulong seed)
    {
        int[] labels = Numbers.Integers(count, 2, seed), levels = Numbers.Integers(count, 100, seed + 100);
        byte[] pixels = [.. Enumerable.Range(0, count).SelectMany(image => Enumerable.Range(0, 48).Select(index =>
            (byte)(index % 16 < 8 ? levels[image] : index >= 32 && labels[image] == 1 ? 255 : 0)))];
        ImageSet images = ImageSet.FromBytes("pictures", new ImageShape(4, 4, 3), pixels, labels);
        FloatMatrix telling = Given.Matrix([.. Enumerable.Range(0, count).Select(image => new float[] { labels[image], levels[image] / 100f })]), noise = Numbers.Matrix(count, 2, seed + 50);
        _matrices.AddRange([telling, noise]);
        return new Readouts.Side(images, ImageAttributes.Of(images, threads: 1, TestContext.Current.CancellationToken),
            [VectorSpace.OfRows("telling", telling), VectorSpace.OfRows("noise", noise)]);
    }
}
