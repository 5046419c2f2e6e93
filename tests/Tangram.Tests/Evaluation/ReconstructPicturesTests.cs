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
        IReadOnlyList<PictureReconstruction> results = _model.ReconstructPictures(pictures, output);
        Assert.Equal(pictures, results.Select(result => result.Picture), StringComparer.Ordinal);
        foreach (PictureReconstruction result in results)
        {
            float[] x = Array.ConvertAll(PngFile.Read(result.Picture, 3, out _, out _), pixel => pixel / 255f);
            var (features, activations) = _model.Encode(x);
            float[] y = _model.Decode(features, activations);
            Assert.Equal(Array.ConvertAll(y, value => (byte)Math.Round(Math.Clamp(value, 0, 1) * 255)), PngFile.Read(result.Reconstruction, 3, out _, out _));
            Assert.Equal(Path.Combine(output, Path.GetFileNameWithoutExtension(result.Picture) + ".reconstruction.png"), result.Reconstruction);
            Assert.Equal(x.Zip(y, (a, b) => Math.Pow((double)a - b, 2)).Average(), result.Mse, 1e-9);
            Assert.InRange(result.Pearson, -1, 1);
            Assert.Equal(5, result.ActiveFeatures);
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
        Assert.Contains("no name", Assert.Throws<InputException>(() => _model.ReconstructPictures([Picture("a.png", 1, 12, 10)], "")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_picture_of_another_size_is_refused_before_anything_is_written() =>
        AssertNothingWritten([Picture("good.png", 1, 12, 10), Picture("turned.png", 2, 10, 12)], "turned.png");

    [Fact]
    public void A_missing_picture_is_refused_before_anything_is_written() =>
        AssertNothingWritten([Picture("good.png", 1, 12, 10), _folder.File("absent.png")], "absent.png");

    [Fact]
    public void A_model_of_rows_takes_no_pictures()
    {
        SparseAutoencoder rows = Make.Ensemble(ImageShape.Row(360), features: 8, k: 2, members: 1)[0];
        Assert.Throws<InputException>(() => rows.ReconstructPictures([Picture("a.png", 1, 12, 10)], _folder.File("out")));
    }

    private void AssertNothingWritten(string[] pictures, string named)
    {
        var exception = Assert.Throws<InputException>(() => _model.ReconstructPictures(pictures, _folder.File("out")));
        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    private string Picture(string name, int step, int width, int height)
    {
        string path = _folder.File(name);
        PngFile.Write(path, [.. Enumerable.Range(0, width * height * 3).Select(value => (byte)(value * step))], width, height, 3);
        return path;
    }
}
