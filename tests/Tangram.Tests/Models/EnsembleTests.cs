namespace Tangram.Tests;

public sealed class EnsembleTests : IDisposable
{
    private static readonly ImageShape Shape = new(3, 2, 1);
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_saved_ensemble_opens_alone_and_is_the_same()
    {
        Ensemble ensemble = Make.Ensemble(Shape, features: 7, k: 2, members: 3);
        ensemble.Save(Model);
        Ensemble loaded = Ensemble.Load(Model);
        Assert.Equal(ensemble.Options, loaded.Options);
        Assert.Equal(3, loaded.Count);
        Assert.Equal([loaded[0], loaded[1], loaded[2]], loaded.AsEnumerable());
        for (int member = 0; member < 3; member++)
        {
            for (int feature = 0; feature < 7; feature++)
                Assert.Equal(ensemble[member].Feature(feature).ToArray(), loaded[member].Feature(feature).ToArray());
        }
        string again = _folder.File("again.safetensors");
        loaded.Save(again);
        Assert.Equal(File.ReadAllBytes(Model), File.ReadAllBytes(again));
    }

    [Fact]
    public void The_file_has_the_documented_tensors_and_metadata()
    {
        Make.Ensemble(Shape, features: 7, k: 2, members: 2).Save(Model);
        using SafetensorsFile file = SafetensorsFile.Open(Model);
        Assert.Equal("1", file.Metadata["formatVersion"]);
        Assert.Equal("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":{"rule":"topk","k":2},"members":2}""", file.Metadata["model"]);
        Assert.Equal([7, 6], file.Shape("members.0.encoder.weight"));
        Assert.Equal([7, 6], file.Shape("members.1.encoder.weight"));
        Assert.False(file.Contains("members.2.encoder.weight"));
    }

    [Theory]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":{"rule":"topk","k":8},"members":1}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":0,"rule":{"rule":"topk","k":2},"members":1}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":{"rule":"topk","k":2},"members":0}""")]
    [InlineData("""{"shape":{"width":0,"height":2,"channels":1},"features":7,"rule":{"rule":"topk","k":2},"members":1}""")]
    [InlineData("""{"shape":{"width":65536,"height":65536,"channels":1},"features":7,"rule":{"rule":"topk","k":2},"members":1}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":2000000000,"rule":{"rule":"topk","k":2},"members":1}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":2147483647,"rule":{"rule":"topk","k":2},"members":1}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":{"rule":"topk","k":2},"members":2147483647}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":{"rule":"other","k":2},"members":1}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":{"k":2},"members":1}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":null,"members":1}""")]
    [InlineData("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":{"rule":"topk","k":2},"members":1,"bias":true}""")]
    [InlineData("""{"features":7,"rule":{"rule":"topk","k":2},"members":1}""")]
    [InlineData("null")]
    [InlineData("not JSON")]
    public void Models_with_impossible_or_unknown_options_are_refused(string model)
    {
        using var encoder = new FloatMatrix(7, 6);
        new SafetensorsWriter().Metadata("formatVersion", "1").Metadata("model", model).Add("members.0.encoder.weight", encoder).WriteTo(Model);
        Assert.Throws<InputException>(() => Ensemble.Load(Model));
    }

    [Fact]
    public void Files_of_another_version_or_kind_are_refused_and_named()
    {
        Ensemble ensemble = Make.Ensemble(Shape, features: 7, k: 2, members: 2);
        string options = ModelJson.Serialize(ensemble.Options);
        foreach (SafetensorsWriter writer in new SafetensorsWriter[]
        {
            new(),
            new SafetensorsWriter().Metadata("model", options),
            new SafetensorsWriter().Metadata("formatVersion", "1"),
            new SafetensorsWriter().Metadata("formatVersion", "2").Metadata("model", options),
            new SafetensorsWriter().Metadata("formatVersion", "1").Metadata("model", options), // without its second member
        })
        {
            writer.Add("members.0.encoder.weight", ensemble[0].Encoder).WriteTo(Model);
            Assert.Contains(Model, Assert.Throws<InputException>(() => Ensemble.Load(Model)).Message, StringComparison.Ordinal);
        }
        string absent = _folder.File("absent.safetensors");
        Assert.Contains(absent, Assert.Throws<InputException>(() => Ensemble.Load(absent)).Message, StringComparison.Ordinal);
    }
}
