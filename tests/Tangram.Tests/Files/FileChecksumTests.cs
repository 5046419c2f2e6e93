using System.Text;

namespace Tangram.Tests;

/// <summary>A model or a checkpoint that isn't what was written is refused; one of an earlier version, without a checksum, still opens.</summary>
public sealed class FileChecksumTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        Ensemble ensemble = Make.Full(new ImageShape(5, 4, 1), features: 6, k: 2, members: 2);
        ensemble.Save(Path);
        byte[] good = File.ReadAllBytes(Path);
        float[] weights = Ensemble.Load(Path)[1].Feature(5);
        for (int at = 0; at < good.Length; at += 3)
        {
            byte[] damaged = [.. good];
            damaged[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(Path, damaged);
            try
            {
                Assert.Fail($"byte {at} of {good.Length}: {Ensemble.Load(Path)[1].Feature(5).SequenceEqual(weights)}");
            }
            catch (InputException exception)
            {
                Assert.Contains($"'{Path}'", exception.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_flipped_weight_names_the_file_and_the_remedy()
    {
        Make.Full(new ImageShape(5, 4, 1), features: 6, k: 2, members: 2).Save(Path);
        byte[] bytes = File.ReadAllBytes(Path);
        bytes[^40] ^= 1;
        File.WriteAllBytes(Path, bytes);
        Assert.Equal($"'{Path}' is damaged: its checksum isn't that of what was written; restore it from a copy, or make it again.",
            Assert.Throws<InputException>(() => Ensemble.Load(Path)).Message);
    }

    [Fact]
    public void A_file_of_an_earlier_version_opens()
    {
        Ensemble ensemble = Make.Full(new ImageShape(5, 4, 1), features: 6, k: 2, members: 2);
        ensemble.Save(Path);
        File.WriteAllBytes(Path, Unchecked(File.ReadAllBytes(Path)));
        using (SafetensorsFile file = SafetensorsFile.Open(Path))
            Assert.False(file.Metadata.ContainsKey("checksum"));
        Assert.Equal(ensemble[1].Feature(5), Ensemble.Load(Path)[1].Feature(5));
    }

    [Fact]
    public void The_same_model_is_the_same_file()
    {
        Ensemble ensemble = Make.Full(new ImageShape(5, 4, 1), features: 6, k: 2, members: 2);
        ensemble.Save(Path);
        ensemble.Save(_folder.File("again.safetensors"));
        Assert.Equal(File.ReadAllBytes(Path), File.ReadAllBytes(_folder.File("again.safetensors")));
    }

    /// <summary>The file as an earlier version would have written it; spaces may end a header.</summary>
    internal static byte[] Unchecked(byte[] file)
    {
        string text = Encoding.Latin1.GetString(file);
        int start = text.IndexOf("\"checksum\":\"xxh128:", StringComparison.Ordinal), length = "\"checksum\":\"xxh128:\",".Length + 32, end = 8 + (int)BitConverter.ToInt64(file);
        return Encoding.Latin1.GetBytes($"{text[..start]}{text[(start + length)..end]}{new string(' ', length)}{text[end..]}");
    }
}
