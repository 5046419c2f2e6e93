namespace Tangram.Tests;

public sealed class ImageSearchTests : IDisposable
{
    private static readonly ImageShape s_shape = new(8, 8, 3);
    private static readonly DataOptions s_reading = DataOptions.For(s_shape);
    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _images = Make.Images(s_shape, 70, classes: 3);

    public ImageSearchTests() => Make.Full(s_shape, 50, 6, 2).Save(Model);

    private string Model => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_index_is_built_once_beside_the_model_and_again_for_another_one()
    {
        using (ImageSearch first = Open(), again = Open())
        {
            Assert.True(first.IsNew);
            Assert.False(again.IsNew);
            Assert.Equal(_folder.File("indexes"), Path.GetDirectoryName(first.IndexPath));
            Assert.Equal((70, 50), (again.Index.Count, again.Index.Features));
        }
        using (ImageSearch other = Open(member: 1))
            Assert.True(other.IsNew);
        DateTime written = File.GetLastWriteTimeUtc(Model);
        Make.Ensemble(s_shape, 50, 6, 2).Save(Model);
        File.SetLastWriteTimeUtc(Model, written); // not by the date
        using ImageSearch changed = Open();
        Assert.True(changed.IsNew);
        SparseCodes codes = Ensemble.Load(Model)[0].Encode(_images, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(codes[5].Features.ToArray(), changed.Index.Code(5).Features);
    }

    [Fact]
    public void A_picture_is_read_as_those_of_the_set_are_and_finds_itself()
    {
        string picture = Save(12);
        using ImageSearch search = Open();
        SearchAnswer answer = search.Find(picture, s_reading with { Crops = 5, ShorterSide = 100 }, 4);
        Assert.Null(answer.Image);
        Assert.Equal(4, answer.Results.Count);
        Assert.Equal((12, answer.ActiveFeatures), (answer.Results[0].Image, answer.Results[0].Shared));
        Assert.Equal(1, answer.Results[0].Cosine, 1e-9);
    }

    [Fact]
    public void An_image_of_the_set_is_left_out_of_its_own_results()
    {
        using ImageSearch search = Open();
        SearchAnswer byNumber = search.Find("12", s_reading, 100), byMark = search.Find("#12", s_reading, 100);
        Assert.Equal(12, byNumber.Image);
        Assert.Equal(byNumber.Results, byMark.Results);
        Assert.Equal(69, byNumber.Results.Count);
        Assert.DoesNotContain(byNumber.Results, one => one.Image == 12);
        Assert.Equal(byNumber.Results, search.Find(Save(12), s_reading, 100).Results.Where(one => one.Image != 12));
    }

    [Fact]
    public void What_can_t_be_searched_for_is_refused_in_words()
    {
        using ImageSearch search = Open();
        Assert.Contains("0 … 69", Refuse(() => search.Find("70", s_reading)), StringComparison.Ordinal);
        Assert.Contains("no picture 'none.png'", Refuse(() => search.Find("none.png", s_reading)), StringComparison.Ordinal);
        Assert.Contains("no picture '-1'", Refuse(() => search.Find("-1", s_reading)), StringComparison.Ordinal);
        File.WriteAllText(_folder.File("text.png"), "text");
        Assert.Contains("not a picture", Refuse(() => search.Find(_folder.File("text.png"), s_reading)), StringComparison.Ordinal);
        Assert.Contains("give the number of an image", Refuse(() => search.Find(Save(1), s_reading with { Size = 9 })), StringComparison.Ordinal);
        Assert.Contains("no member 2", Refuse(() => Open(member: 2)), StringComparison.Ordinal);
        Assert.Contains("the model takes", Refuse(() => ImageSearch.Open(Model, Make.Images(new ImageShape(4, 4, 1), 5))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_code_without_activations_has_nothing_that_is_like_it()
    {
        new Ensemble(new ModelOptions { Shape = s_shape, Features = 5, Rule = new SparsityRule.TopK(2, Rectified: true), Members = 1 }, [new MemberWeights(new FloatMatrix(5, s_shape.Length))]).Save(Model);
        using ImageSearch search = Open();
        Assert.Contains("activates no feature", Refuse(() => search.Find("3", s_reading)), StringComparison.Ordinal);
        Assert.Contains("activates no feature", Refuse(() => search.Find(Save(1), s_reading)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_building_that_is_stopped_leaves_nothing()
    {
        Assert.Throws<OperationCanceledException>(() => ImageSearch.Open(Model, _images, cancellation: new CancellationToken(canceled: true)));
        Assert.Equal([".lock"], Directory.GetFiles(_folder.File("indexes")).Select(Path.GetFileName), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(11)]
    public void A_search_is_drawn_with_its_query_and_all_that_was_found(int count)
    {
        using ImageSearch search = Open();
        string path = _folder.File("found.png");
        search.SavePicture(search.Like(3, count), path);
        PicturePixels drawn = PicturePixels.Read(path, 3);
        int cell = 96 + 4;
        Assert.Equal((200 + 12 + (Math.Min(5, count) * cell) + 4, (Math.Max(2, (count + 4) / 5) * cell) + 4), (drawn.Width, drawn.Height));
        Assert.Contains(".png", Refuse(() => search.SavePicture(search.Like(3, 1), "found.jpg")), StringComparison.Ordinal);
    }

    private ImageSearch Open(int member = 0) => ImageSearch.Open(Model, _images, member, threads: 2, cancellation: TestContext.Current.CancellationToken);

    private static string Refuse(Action action) => Assert.Throws<InputException>(action).Message;

    private string Save(int image)
    {
        var values = new float[s_shape.Length];
        _images.CopyTo(image, values);
        string path = _folder.File($"{image}.png");
        PngFile.Write(path, Array.ConvertAll(values, value => (byte)MathF.Round(value * 255)), s_shape.Width, s_shape.Height, s_shape.Channels);
        return path;
    }
}
