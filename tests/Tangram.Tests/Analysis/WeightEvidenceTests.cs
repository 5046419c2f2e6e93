namespace Tangram.Tests;

public sealed class WeightEvidenceTests : IDisposable
{
    private readonly Workers _workers = new(2);

    public void Dispose() => _workers.Dispose();

    [Fact]
    public void The_negative_share_is_of_squares_and_a_mean_over_features_alive()
    {
        SparseAutoencoder autoencoder = Given.Autoencoder(ImageShape.Row(2), 1, [3, -4], [1, 1], [-5, -5], [0, 0]);
        ImageSet images = ImageSet.FromRows("rows", 2, new float[] { 1, 2, 3, 1 });
        Assert.Equal((16 / 25.0 + 0) / 2, WeightEvidence.Of(autoencoder, [0, 1], images, _workers).NegativeShare, 1e-12);
        Assert.Equal(1, WeightEvidence.Of(autoencoder, [2], images, _workers).NegativeShare);
        Assert.Equal(0, WeightEvidence.Of(autoencoder, [3], images, _workers).NegativeShare); // of nothing, nothing is negative
        WeightEvidence none = WeightEvidence.Of(autoencoder, [], images, _workers);
        Assert.True(double.IsNaN(none.NegativeShare) && double.IsNaN(none.MatchRank));
    }

    [Fact]
    public void Unit_rows_without_biases_rank_as_their_cosines_do_and_longer_rows_dont()
    {
        ImageSet images = Make.Images(new ImageShape(5, 4, 1), 30);
        SparseAutoencoder plain = Make.Ensemble(images.Shape, 24, 4, 1)[0];
        FloatMatrix unit = Numbers.Matrix(24, 20, 3);
        unit.NormaliseRows();
        int[] alive = [.. Enumerable.Range(0, 24)];
        Assert.Equal(1, WeightEvidence.Of(new SparseAutoencoder(plain.Options, new MemberWeights(unit)), alive, images, _workers).MatchRank, 1e-9);

        // Two images, three features: pre-activations 1, 4, 2 and cosines 1, .8, .4: ranks 1 3 2 and 3 2 1 agree by −½.
        SparseAutoencoder longer = Given.Autoencoder(ImageShape.Row(2), 1, [1, 0], [4, 3], [2, (float)Math.Sqrt(21)]);
        Assert.Equal(-0.5, WeightEvidence.Of(longer, [0, 1, 2], ImageSet.FromRows("rows", 2, new float[] { 1, 0, 5, 0 }), _workers).MatchRank, 1e-9);
    }

    [Fact]
    public void Biases_of_features_move_ranks_and_the_pre_bias_is_taken_from_images()
    {
        var options = new ModelOptions { Shape = ImageShape.Row(2), Features = 3, Rule = new SparsityRule.TopK(1), Members = 1, EncoderBias = true, PreBias = true };
        // x − b = (1, 0); products 1, .6, 0; with biases 1, 2.6, 1.5: ranks 1 3 2 against 3 2 1.
        var autoencoder = new SparseAutoencoder(options, new MemberWeights(Given.Matrix([1, 0], [0.6f, 0.8f], [0, 1]), EncoderBias: [0, 2, 1.5f], PreBias: [2, 7]));
        Assert.Equal(-0.5, WeightEvidence.Of(autoencoder, [0, 1, 2], ImageSet.FromRows("rows", 2, new float[] { 3, 7 }), _workers).MatchRank, 1e-9);
    }
}
