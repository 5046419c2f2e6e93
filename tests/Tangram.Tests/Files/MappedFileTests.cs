namespace Tangram.Tests;

public sealed class MappedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mapped_tensors_are_those_that_were_written_until_the_file_is_closed()
    {
        string path = _folder.File("a.safetensors");
        long[] counts = [1, -2, long.MaxValue];
        int[] numbers = [.. Enumerable.Range(0, 12)];
        new SafetensorsWriter().Add<long>("counts", counts).Add<int>("numbers", numbers, 4).Add<int>("none", Array.Empty<int>()).Add<float>("odd", new float[] { 1.5f }).WriteTo(path);
        SafetensorsFile file = SafetensorsFile.Open(path);
        ReadOnlyMemory<int> mapped = file.Map<int>("numbers", 3, 4);
        Assert.Equal(counts, file.Map<long>("counts", 3).ToArray());
        Assert.Equal(numbers, mapped.ToArray());
        Assert.Equal(numbers[5..7], mapped[5..7].ToArray());
        Assert.Equal([], file.Map<int>("none", 0).ToArray());
        Assert.Equal([1.5f], file.Map<float>("odd", 1).ToArray());
        Assert.Throws<InputException>(() => file.Map<int>("numbers", 12));
        Assert.Throws<InputException>(() => file.Map<float>("numbers", 3, 4));
        Assert.Throws<InputException>(() => file.Map<int>("other", 1));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => mapped.Span[0]);
    }

    [Fact]
    public void A_file_that_is_replaced_stays_what_it_was_for_who_has_mapped_it()
    {
        if (OperatingSystem.IsWindows())
            return; // there a mapped file can't be replaced
        string path = _folder.File("a.safetensors");
        new SafetensorsWriter().Add<int>("numbers", new[] { 1, 2 }).WriteTo(path);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ReadOnlyMemory<int> mapped = file.Map<int>("numbers", 2);
        new SafetensorsWriter().Add<int>("numbers", new[] { 3, 4 }).WriteTo(path);
        Assert.Equal([1, 2], mapped.ToArray());
    }

    [Fact]
    public void Numbers_that_lie_across_their_size_are_not_mapped()
    {
        string path = _folder.File("a.safetensors");
        new SafetensorsWriter().Add<int>("one", new[] { 1 }).Add<long>("counts", new[] { 1L }).WriteTo(path);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Throws<InputException>(() => file.Map<long>("counts", 1));
        Assert.Equal([1L], file.Read<long>("counts"));
    }
}
