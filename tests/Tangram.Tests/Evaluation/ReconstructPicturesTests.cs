using Tangram.Cli;

namespace Tangram.Tests;

public sealed class ReconstructPicturesTests : IDisposable
{
    private static readonly ImageShape Shape = new(12, 10, 3);
    private readonly TemporaryFolder _folder = new();
    private readonly SparseAutoencoder _model = Make.Ensemble(Shape, features: 20, k: 5, members: 1)[0];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_picture_is_encoded_decoded_clamped_and_scored()
    {
        string[] pictures = [Picture("a.png", 1, 12, 10), Picture("b.png", 7, 12, 10)];
        string output = Path.Combine(_folder.File("new"), "folder");
        IReadOnlyList<PictureReconstruction> results = Reconstruct(pictures, output);
        Assert.Equal(pictures, results.Select(result => result.Picture), StringComparer.Ordinal);
        foreach (PictureReconstruction result in results)
        {
            float[] x = Array.ConvertAll(PicturePixels.Read(result.Picture, 3).Planar, pixel => pixel / 255f);
            var (features, activations) = _model.Encode(x);
            float[] y = _model.Decode(features, activations);
            Assert.Equal(Array.ConvertAll(y, value => (byte)Math.Round(Math.Clamp(value, 0, 1) * 255)), PicturePixels.Read(result.Reconstruction, 3).Planar);
            Assert.Equal(Path.Combine(output, Path.GetFileNameWithoutExtension(result.Picture) + ".reconstruction.png"), result.Reconstruction);
            // What a picture of the model's size had before there were tiles, to the bit.
            Assert.Equal(Correlation.SquaredError(x, y) / x.Length, result.Mse);
            Assert.Equal(Correlation.Pearson(x, y), result.Pearson);
            Assert.Equal(-10 * Math.Log10(result.Mse), result.Psnr);
            Assert.Equal((12, 10, 1L, 5.0), (result.Width, result.Height, result.Tiles, result.ActiveFeatures));
        }
    }

    [Fact]
    public void Two_pictures_of_the_same_name_are_refused_before_anything_is_written()
    {
        Directory.CreateDirectory(_folder.File("other"));
        string[] pictures = [Picture("a.png", 1, 12, 10), Picture(Path.Combine("other", "a.png"), 2, 12, 10)];
        AssertNothingWritten(pictures, "a.reconstruction.png");
        AssertNothingWritten([pictures[0], Picture(Path.Combine("other", "A.png"), 2, 12, 10)], "a.reconstruction.png");
    }

    [Fact]
    public void A_folder_without_a_name_is_refused() =>
        Assert.Contains("no name", Assert.Throws<InputException>(() => Reconstruct([Picture("a.png", 1, 12, 10)], "")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_reconstruction_never_overwrites_a_picture_that_is_yet_to_be_read()
    {
        string[] pictures = [Picture("a.png", 1, 12, 10), Picture("a.reconstruction.png", 2, 12, 10)];
        byte[] before = File.ReadAllBytes(pictures[1]);
        var exception = Assert.Throws<InputException>(() => Reconstruct(pictures, _folder.Path));
        Assert.Contains("a.reconstruction.png' would be overwritten", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(pictures[1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void A_stride_beyond_the_model_is_refused(int stride)
    {
        var exception = Assert.Throws<InputException>(() => Reconstruct([Picture("a.png", 1, 40, 40)], _folder.File("out"), stride));
        Assert.Contains("1 … 10", exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        string picture = Picture("a.png", 7, 130, 90);
        PictureReconstruction one = Assert.Single(Reconstruct([picture], _folder.File("one"), 3, threads: 1)),
            three = Assert.Single(Reconstruct([picture], _folder.File("three"), 3, threads: 3));
        Assert.Equal(one with { Reconstruction = "" }, three with { Reconstruction = "" });
        Assert.Equal(41L * 28, one.Tiles);
        Assert.Equal(File.ReadAllBytes(one.Reconstruction), File.ReadAllBytes(three.Reconstruction));
    }

    [Fact]
    public void Progress_counts_the_tiles_of_all_pictures()
    {
        string[] pictures = [Picture("a.png", 1, 130, 90), Picture("b.png", 7, 12, 10), Picture("c.png", 7, 5, 3)];
        var reports = new List<ReconstructionProgress>();
        IReadOnlyList<PictureReconstruction> results = _model.ReconstructPictures(pictures, _folder.File("out"), stride: 2, threads: 1,
            new Direct<ReconstructionProgress>(reports.Add), TestContext.Current.CancellationToken);
        long total = results.Sum(result => result.Tiles);
        Assert.Equal((60L * 41) + 2, total);
        Assert.All(reports, report => Assert.Equal(total, report.TotalTiles));
        Assert.True(reports.Count > pictures.Length);
        Assert.Equal(reports.Select(report => report.Tiles).Order(), reports.Select(report => report.Tiles));
        Assert.Equal((total, TimeSpan.Zero), (reports[^1].Tiles, reports[^1].Remaining));
    }

    [Fact]
    public void A_cancelled_reconstruction_leaves_no_file()
    {
        using var cancellation = new CancellationTokenSource();
        int reports = 0;
        Assert.Throws<OperationCanceledException>(() => _model.ReconstructPictures([Picture("a.png", 1, 130, 90)], _folder.File("out"), stride: 1, threads: 2,
            new Direct<ReconstructionProgress>(_ =>
            {
                reports++;
                cancellation.Cancel();
            }), cancellation.Token));
        Assert.Equal(1, reports);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.File("out")));
    }

    [Fact]
    public void A_missing_picture_is_refused_before_anything_is_written() =>
        AssertNothingWritten([Picture("good.png", 1, 12, 10), _folder.File("absent.png")], "absent.png");

    [Fact]
    public void A_model_of_rows_takes_no_pictures()
    {
        SparseAutoencoder rows = Make.Ensemble(ImageShape.Row(360), features: 8, k: 2, members: 1)[0];
        Assert.Contains("rows of 360", Assert.Throws<InputException>(() => Reconstruct([Picture("a.png", 1, 12, 10)], _folder.File("out"), model: rows)).Message,
            StringComparison.Ordinal);
    }

    private void AssertNothingWritten(string[] pictures, string named)
    {
        var exception = Assert.Throws<InputException>(() => Reconstruct(pictures, _folder.File("out")));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    private IReadOnlyList<PictureReconstruction> Reconstruct(string[] pictures, string folder, int? stride = null, int threads = 0, SparseAutoencoder? model = null) =>
        (model ?? _model).ReconstructPictures(pictures, folder, stride, threads, cancellation: TestContext.Current.CancellationToken);

    private string Picture(string name, int step, int width, int height)
    {
        string path = _folder.File(name);
        PngFile.Write(path, [.. Enumerable.Range(0, width * height * 3).Select(value => (byte)(value * step))], width, height, 3);
        return path;
    }
}
