namespace Tangram.Tests;

/// <summary>Pictures of any size, by tiles.</summary>
public sealed class TilingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_model_that_loses_nothing_gives_every_picture_back(int channels)
    {
        SparseAutoencoder perfect = Identity(new ImageShape(5, 4, channels));
        foreach (int width in new[] { 1, 2, 4, 5, 6, 9, 10, 16 })
        {
            foreach (int height in new[] { 1, 3, 4, 5, 11, 13 })
            {
                string picture = Random("picture.png", width, height, channels);
                foreach (int stride in new[] { 1, 2, 3, 4 })
                {
                    PictureReconstruction result = Reconstruct(perfect, picture, stride);
                    var rebuilt = PicturePixels.Read(result.Reconstruction, channels);
                    Assert.Equal(PicturePixels.Read(picture, channels).Planar, rebuilt.Planar);
                    Assert.Equal((width, height, width, height), (rebuilt.Width, rebuilt.Height, result.Width, result.Height));
                    Assert.InRange(result.Mse, 0, 1e-12);
                }
            }
        }
    }

    [Fact]
    public void Scores_are_those_of_the_whole_picture_unclamped()
    {
        // Twice the identity: everything above a half is clamped when it is shown, but not when it is measured.
        SparseAutoencoder twice = Identity(new ImageShape(5, 4, 3), decoder: 2);
        string picture = Random("picture.png", 17, 23, 3);
        float[] x = Array.ConvertAll(PicturePixels.Read(picture, 3).Planar, pixel => pixel / 255f);
        PictureReconstruction result = Reconstruct(twice, picture, 3);
        Assert.Equal(x.Average(pixel => (double)pixel * pixel), result.Mse, 1e-6);
        Assert.Equal(1, result.Pearson, 1e-9);
        Assert.Equal(Array.ConvertAll(x, pixel => (byte)Math.Round(Math.Min(1, 2 * pixel) * 255)), PicturePixels.Read(result.Reconstruction, 3).Planar);
    }

    [Fact]
    public void Active_features_are_the_mean_over_tiles()
    {
        // The left tile is black, so that its code holds only zeros; the right one is white.
        byte[] pixels = [.. Enumerable.Range(0, 8 * 4).Select(pixel => (byte)(pixel % 8 < 4 ? 0 : 255))];
        PngFile.Write(_folder.File("halves.png"), pixels, 8, 4, 1);
        PictureReconstruction result = Reconstruct(Identity(new ImageShape(4, 4, 1)), _folder.File("halves.png"), 4);
        Assert.Equal((2L, 8.0), (result.Tiles, result.ActiveFeatures));
    }

    [Fact]
    public void A_picture_of_one_colour_has_no_correlation()
    {
        PngFile.Write(_folder.File("plain.png"), new byte[30 * 20], 30, 20, 1);
        Assert.Equal(double.NaN, Reconstruct(Identity(new ImageShape(4, 4, 1)), _folder.File("plain.png"), 2).Pearson);
    }

    [Fact]
    public async Task Overlapping_tiles_leave_no_seams()
    {
        const int Size = 12, Side = 228;
        byte[] picture = Synthetic(Side);
        PngFile.Write(_folder.File("picture.png"), picture, Side, Side, 1);
        using Run run = await Run.TrainAsync(_folder.File("run"), Crops(picture, Side, Size, 1500), new TrainingOptions
        {
            Features = 64,
            Rule = new SparsityRule.TopK(6),
            Members = 1,
            Epochs = 5,
            Batch = 50,
            LearningRate = 3e-3,
        }, execution: new Execution { Threads = 1 }, cancellation: TestContext.Current.CancellationToken);

        Seam picturesOwn = MeasureSeam(picture, Side, Size / 2), overlapping = MeasureSeam(Rebuilt(Size / 2), Side, Size / 2),
            abutting = MeasureSeam(Rebuilt(Size), Side, Size);
        TestContext.Current.TestOutputHelper?.WriteLine($"picture {picturesOwn}, stride {Size / 2} {overlapping}, stride {Size} {abutting}");
        Assert.InRange(overlapping.ToNeighbours, 0, 1.1);
        Assert.InRange(overlapping.ToInside, 0, 1.25);
        Assert.True(abutting is { ToNeighbours: > 2, ToInside: > 2 }, $"without overlap: {abutting}");

        byte[] Rebuilt(int stride) => PicturePixels.Read(Reconstruct(run.Ensemble[0], _folder.File("picture.png"), stride).Reconstruction, 1).Planar;
    }

    /// <summary>
    /// Mean absolute difference of adjacent pixels in a line, across the borders of tiles, over the same elsewhere and over the same right beside the borders. Blended
    /// tiles are rougher where one tile prevails than where two are averaged, which the former takes for a weak seam; a seam stands out from the pixels beside it.
    /// </summary>
    private sealed record Seam(double ToInside, double ToNeighbours);

    private static Seam MeasureSeam(byte[] pixels, int side, int period)
    {
        var roughness = new double[period];
        for (int y = 0; y < side; y++)
        {
            for (int x = period; x < side; x++) // as many at each distance from a border, for side is a multiple of period
                roughness[x % period] += Math.Abs(pixels[(y * side) + x] - pixels[(y * side) + x - 1]);
        }
        return new Seam(roughness[0] / roughness.Skip(1).Average(), 2 * roughness[0] / (roughness[1] + roughness[^1]));
    }

    private PictureReconstruction Reconstruct(SparseAutoencoder model, string picture, int stride) =>
        Assert.Single(model.ReconstructPictures([picture], _folder.File("out"), stride, threads: 1, cancellation: TestContext.Current.CancellationToken));

    /// <summary>A feature for each value: a code that keeps all of them loses nothing.</summary>
    private static SparseAutoencoder Identity(ImageShape shape, float decoder = 1)
    {
        var options = new ModelOptions { Shape = shape, Features = shape.Length, Rule = new SparsityRule.TopK(shape.Length), Members = 1, Untied = true };
        return new Ensemble(options, [new MemberWeights(Diagonal(1), Diagonal(decoder))])[0];

        FloatMatrix Diagonal(float value)
        {
            var matrix = new FloatMatrix(shape.Length, shape.Length);
            for (int row = 0; row < shape.Length; row++)
                matrix.Row(row)[row] = value;
            return matrix;
        }
    }

    private string Random(string name, int width, int height, int channels)
    {
        var random = new CounterRandom(5, RandomPurpose.Shuffle);
        string path = _folder.File(name);
        PngFile.Write(path, [.. Enumerable.Range(0, width * height * channels).Select(value => (byte)random.Bits((ulong)value))], width, height, channels);
        return path;
    }

    /// <summary>Waves of several lengths and directions, with discs upon them: smooth parts and edges, as in a photo.</summary>
    private static byte[] Synthetic(int side) => [.. Enumerable.Range(0, side * side).Select(pixel =>
    {
        double x = pixel % side, y = pixel / side;
        double value = 0.5 + (0.2 * Math.Sin((0.11 * x) + (0.07 * y))) + (0.15 * Math.Sin((0.23 * y) - (0.05 * x))) + (0.08 * Math.Sin((0.4 * x) + (0.31 * y)));
        bool disc = Math.Pow((x % 41) - 20, 2) + Math.Pow((y % 53) - 26, 2) < 120;
        return (byte)Math.Clamp(255 * (disc ? 1 - value : value), 0, 255);
    })];

    private static ImageSet Crops(byte[] picture, int side, int size, int count)
    {
        var random = new CounterRandom(7, RandomPurpose.Shuffle);
        var pixels = new byte[count * size * size];
        for (int crop = 0; crop < count; crop++)
        {
            int left = (int)(random.Uniform(2 * (ulong)crop) * (side - size + 1)), top = (int)(random.Uniform((2 * (ulong)crop) + 1) * (side - size + 1));
            for (int line = 0; line < size; line++)
                picture.AsSpan(((top + line) * side) + left, size).CopyTo(pixels.AsSpan(((crop * size) + line) * size));
        }
        return ImageSet.FromBytes("crops", new ImageShape(size, size, 1), pixels);
    }
}
