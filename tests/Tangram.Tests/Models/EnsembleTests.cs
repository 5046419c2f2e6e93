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
        Assert.Equal("""{"shape":{"width":3,"height":2,"channels":1},"features":7,"rule":{"rule":"topk","k":2,"rectified":false},"members":2,"untied":false,"preBias":false,"encoderBias":false,"unitRows":false}""", file.Metadata["model"]);
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
    public void Every_part_of_a_model_with_all_options_is_saved_and_read()
    {
        Ensemble ensemble = Make.Full(Shape, features: 7, k: 3, members: 2);
        ensemble.Save(Model);
        Ensemble loaded = Ensemble.Load(Model);
        Assert.Equal(ensemble.Options, loaded.Options);
        for (int member = 0; member < 2; member++)
        {
            Numbers.SameBits(ensemble[member].Encoder, loaded[member].Encoder);
            Numbers.SameBits(ensemble[member].Decoder, loaded[member].Decoder);
            Numbers.SameBits(ensemble[member].EncoderBias, loaded[member].EncoderBias);
            Numbers.SameBits(ensemble[member].PreBias, loaded[member].PreBias);
            Assert.NotEqual(loaded[member].Feature(2), loaded[member].Detector(2));
        }
        string again = _folder.File("again.safetensors");
        loaded.Save(again);
        Assert.Equal(File.ReadAllBytes(Model), File.ReadAllBytes(again));
    }

    [Theory]
    [InlineData("members.0.encoder.weight")]
    [InlineData("members.0.decoder.weight")]
    [InlineData("members.0.encoder.bias")]
    [InlineData("members.0.pre_bias")]
    public void A_part_that_is_missing_or_of_another_length_is_named(string name)
    {
        Ensemble ensemble = Make.Full(Shape, features: 7, k: 3, members: 1);
        foreach (bool missing in new[] { true, false })
        {
            SafetensorsWriter writer = new SafetensorsWriter().Metadata("formatVersion", "1").Metadata("model", TangramJson.Serialize(ensemble.Options));
            foreach (var (part, rows, columns) in new[]
                { ("members.0.encoder.weight", 7, 6), ("members.0.decoder.weight", 7, 6), ("members.0.encoder.bias", 0, 7), ("members.0.pre_bias", 0, 6) })
            {
                int length = columns + (part == name ? 1 : 0);
                if (part == name && missing)
                    continue;
                if (rows > 0)
                    writer.Add(part, rows, length, (_, row) => row.Clear());
                else
                    writer.Add<float>(part, new float[length]);
            }
            writer.WriteTo(Model);
            string message = Assert.Throws<InputException>(() => Ensemble.Load(Model)).Message;
            Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
            Assert.Contains(Model, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Files_of_another_version_or_kind_are_refused_and_named()
    {
        Ensemble ensemble = Make.Ensemble(Shape, features: 7, k: 2, members: 2);
        string options = TangramJson.Serialize(ensemble.Options);
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
