namespace Tangram.Tests;

public sealed class ContentDigestTests
{
    [Fact]
    public void A_digest_depends_on_every_number_and_not_on_the_threads()
    {
        var values = new float[700_001]; // three pieces, the last one short
        string whole = Of(values, 1);
        Assert.Equal(32, whole.Length);
        Assert.Equal(whole, Of(values, 3), StringComparer.Ordinal);
        foreach (int place in new[] { 0, (1 << 18) - 1, 1 << 18, 600_000, values.Length - 1 })
        {
            values[place] = 1;
            Assert.NotEqual(whole, Of(values, 2), StringComparer.Ordinal);
            values[place] = 0;
        }
        Assert.NotEqual(whole, Of(values[..^1], 2), StringComparer.Ordinal);
    }

    [Fact]
    public void A_model_s_fingerprint_changes_with_each_of_its_parts()
    {
        using var workers = new Workers(2);
        string Print(Action<SparseAutoencoder>? change = null, SparsityRule? rule = null)
        {
            SparseAutoencoder autoencoder = Make.Full(new ImageShape(4, 3, 1), 10, 3, 1)[0];
            change?.Invoke(autoencoder);
            return ModelFingerprint.Of(rule is null ? autoencoder : autoencoder.WithRule(rule), workers);
        }
        string[] all =
        [
            Print(), Print(one => one.Encoder.Row(9)[11]++), Print(one => one.Decoder.Row(0)[0]++), Print(one => one.EncoderBias![3]++), Print(one => one.PreBias![3]++),
            Print(rule: new SparsityRule.TopK(4, Rectified: true)),
        ];
        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(all[0], Print());
    }

    private static string Of(float[] values, int threads)
    {
        using var workers = new Workers(threads);
        return new ContentDigest().Add<float>(values).Compute(workers);
    }
}
