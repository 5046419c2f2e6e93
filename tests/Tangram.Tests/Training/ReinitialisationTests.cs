namespace Tangram.Tests;

public sealed class ReinitialisationTests
{
    private const int Inputs = 16, Features = 40, K = 3, Members = 2, Images = 6;
    private static readonly ReinitialisationOptions Options = new() { Window = 8, Every = 4, Share = 1, From = 0.1, Until = 0.5, Scale = 0.7 };

    [Theory]
    [InlineData(8, false)]
    [InlineData(12, true)]
    [InlineData(13, false)]
    [InlineData(48, true)]
    [InlineData(50, false)]
    [InlineData(52, false)]
    [InlineData(100, false)]
    public void It_is_due_every_so_many_steps_between_two_shares_of_the_training(long steps, bool due) =>
        Assert.Equal(due, Reinitialisation.IsDue(Options, steps, totalSteps: 100));

    [Fact]
    public void The_first_and_the_last_moment_are_included_and_a_window_of_zero_means_never()
    {
        Assert.True(Reinitialisation.IsDue(Options, 8, totalSteps: 80));
        Assert.True(Reinitialisation.IsDue(Options, 52, totalSteps: 104));
        Assert.False(Reinitialisation.IsDue(Options with { Window = 0 }, 12, totalSteps: 100));
    }

    [Fact]
    public void Inactive_features_are_those_that_none_of_the_windows_steps_activated()
    {
        using TrainingSession session = Trained(steps: 10);
        using SessionState state = session.Save();
        long[] lastActive = state.Members[0].Ages.LastActive;
        (lastActive[0], lastActive[1], lastActive[2]) = (10, 3, 2); // ten steps done: the last eight are 3 … 10
        session.Load(state);
        int[] inactive = Reinitialisation.Inactive(session, 0, Options.Window);
        Assert.DoesNotContain(0, inactive);
        Assert.DoesNotContain(1, inactive);
        Assert.Contains(2, inactive);
        Assert.Empty(Reinitialisation.Inactive(session, 0, window: 11));
    }

    [Fact]
    public void Only_inactive_features_are_replaced_and_at_most_one_for_each_image()
    {
        using TrainingSession session = Trained(steps: 10);
        using SessionState before = session.Save();
        int[][] inactive = [.. Enumerable.Range(0, Members).Select(member => Reinitialisation.Inactive(session, member, Options.Window))];
        Assert.All(inactive, features => Assert.True(features.Length > Images, "The test needs more inactive features than images."));
        Assert.Equal(Members * Images, Reinitialisation.Apply(session, Options, seed: 1));
        for (int member = 0; member < Members; member++)
        {
            int[] changed = [.. Enumerable.Range(0, Features).Where(feature => Changed(before, session, member, feature))];
            Assert.Equal(inactive[member][..Images], changed);
            Assert.All(changed, feature => Assert.Equal(10, session.Save().Members[member].Ages.Births[feature]));
        }
    }

    [Fact]
    public void A_look_replaces_a_share_of_the_features_those_inactive_for_longest_first()
    {
        using TrainingSession session = Trained(steps: 10);
        using SessionState state = session.Save();
        long[] lastActive = state.Members[0].Ages.LastActive;
        Array.Fill(lastActive, 10);
        (lastActive[3], lastActive[7], lastActive[20], lastActive[31]) = (2, 1, 0, 1);
        session.Load(state);
        Reinitialisation.Apply(session, Options with { Share = 0.07 }, seed: 1); // 2.8 of 40 features: 3
        Assert.Equal([7, 20, 31], Enumerable.Range(0, Features).Where(feature => Changed(state, session, 0, feature)));
    }

    [Fact]
    public void New_rows_are_residuals_less_the_mean_image_scaled_to_a_share_of_the_mean_norm_of_rows_in_use()
    {
        using TrainingSession session = Trained(steps: 10);
        int[] inactive = Reinitialisation.Inactive(session, 0, Options.Window);
        double norm = Enumerable.Range(0, Features).Except(inactive).Average(feature => Norm(session.Feature(0, feature)));
        Reinitialisation.Apply(session, Options, seed: 1);
        float[] mean = Mean(session);
        var images = new List<int>();
        foreach (int feature in inactive[..Images])
        {
            float[] row = session.Feature(0, feature);
            Assert.Equal(Options.Scale * norm, Norm(row), 1e-6);
            Assert.Equal(0, GroupProduct.Reference(row, mean), 1e-6);
            images.Add(Assert.Single(Enumerable.Range(0, Images), image => Comes(session, row, image)));
        }
        Assert.Equal(Images, images.Distinct().Count()); // without replacement
    }

    [Fact]
    public void A_row_of_an_image_keeps_what_is_near_the_pixel_of_largest_energy_over_all_channels()
    {
        var shape = new ImageShape(9, 6, 2); // radii 3 and 2
        float[] row = [.. Enumerable.Repeat(1f, shape.Length)];
        row[(2 * 9) + 4] = 1.5f;
        row[54 + (3 * 9) + 5] = -2; // the largest energy: 1 + 4
        row[(3 * 9) + 6] = 1.9f; // 3.61 + 1
        float[] before = [.. row];
        Reinitialisation.Localise(row, shape);
        for (int channel = 0; channel < 2; channel++)
        {
            for (int y = 0; y < 6; y++)
            {
                for (int x = 0; x < 9; x++)
                {
                    int at = (channel * 54) + (y * 9) + x;
                    double inside = Math.Max(0, 1 - (((x - 5) * (x - 5)) / 9.0) - (((y - 3) * (y - 3)) / 4.0));
                    Assert.Equal(before[at] * inside * inside, row[at], 1e-6);
                }
            }
        }
    }

    [Fact]
    public void A_row_that_is_not_an_image_stays_whole()
    {
        float[] row = [1, -3, 2];
        Reinitialisation.Localise(row, ImageShape.Row(3));
        Assert.Equal([1, -3, 2], row);
    }

    [Fact]
    public void A_new_row_of_an_image_is_local()
    {
        var shape = new ImageShape(8, 8, 1);
        using var session = new ReferenceSession(new ModelOptions { Shape = shape, Features = Features, Rule = new SparsityRule.TopK(K), Members = 1 }, Images);
        Sessions.Initialise(session, 30);
        ImageSet rows = Sessions.Images(Images, shape.Length, 31);
        for (int step = 0; step < 10; step++)
            session.Step(Sessions.BatchOf(rows), new StepSettings(1e-3, 0));
        int[] inactive = Reinitialisation.Inactive(session, 0, Options.Window);
        Assert.Equal(Images, Reinitialisation.Apply(session, Options, seed: 1));
        foreach (int feature in inactive[..Images])
            Assert.Single(Enumerable.Range(0, Images), image => Comes(session, session.Feature(0, feature), image));
    }

    [Fact]
    public void The_same_seed_draws_the_same_and_another_seed_draws_otherwise()
    {
        using TrainingSession first = Trained(steps: 10), second = Trained(steps: 10), other = Trained(steps: 10);
        Reinitialisation.Apply(first, Options, seed: 1);
        Reinitialisation.Apply(second, Options, seed: 1);
        Reinitialisation.Apply(other, Options, seed: 2);
        Sessions.SameState(first.Save(), second.Save());
        Assert.Contains(Enumerable.Range(0, Features), feature => Changed(first.Save(), other, 0, feature));
    }

    [Fact]
    public void Images_without_error_are_never_drawn()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            // Black images are rebuilt exactly.
            using TrainingSession session = Trained(steps: 10, black: [0, 2, 3, 5]);
            Assert.Equal(0, session.SampleErrors(0)[2]);
            Assert.Equal(Members * 2, Reinitialisation.Apply(session, Options, seed));
            for (int feature = 0; feature < Features; feature++)
                Assert.True(double.IsFinite(Norm(session.Feature(0, feature))));
        }
    }

    [Fact]
    public void Images_of_large_error_are_drawn_more_often()
    {
        int[] drawn = new int[2];
        using TrainingSession session = Trained(steps: 10, black: [0, 2, 3, 5]);
        using SessionState before = session.Save();
        // Image 4's error against image 1's decides how often it comes first; make that lopsided by scaling the images.
        float[] errors = session.SampleErrors(0).ToArray();
        double share = errors[4] / ((double)errors[1] + errors[4]);
        int first = Reinitialisation.Inactive(session, 0, Options.Window)[0];
        const int Draws = 400;
        for (ulong seed = 0; seed < Draws; seed++)
        {
            session.Load(before);
            Reinitialisation.Apply(session, Options, seed);
            drawn[Comes(session, session.Feature(0, first), 4) ? 1 : 0]++;
        }
        double deviation = Math.Sqrt(share * (1 - share) / Draws);
        Assert.InRange(drawn[1] / (double)Draws, share - (4 * deviation), share + (4 * deviation));
    }

    [Fact]
    public void Nothing_is_replaced_while_every_feature_is_in_use()
    {
        using TrainingSession session = Trained(steps: 5); // fewer than the window
        using SessionState before = session.Save();
        Assert.Equal(0, Reinitialisation.Apply(session, Options, seed: 1));
        Sessions.SameState(before, session.Save());
    }

    private static ReferenceSession Trained(int steps, params int[] black)
    {
        var session = new ReferenceSession(Sessions.Model(Inputs, Features, K, Members), Images);
        Sessions.Initialise(session, 30);
        ImageSet images = Sessions.Images(Images, Inputs, 31);
        var rows = new float[Images * Inputs];
        for (int image = 0; image < Images; image++)
            images.CopyTo(image, rows.AsSpan(image * Inputs, Inputs));
        foreach (int image in black)
            rows.AsSpan(image * Inputs, Inputs).Clear();
        if (black.Length > 0)
            Scale(rows.AsSpan(4 * Inputs, Inputs), 2);
        ImageSet changed = ImageSet.FromRows("changed", Inputs, rows);
        for (int step = 0; step < steps; step++)
            session.Step(Sessions.BatchOf(changed), new StepSettings(1e-3, 0));
        return session;
    }

    private static void Scale(Span<float> row, float factor)
    {
        for (int column = 0; column < row.Length; column++)
            row[column] *= factor;
    }

    private static bool Changed(SessionState before, TrainingSession session, int member, int feature) =>
        !before.Members[member].Weights.Row(feature).SequenceEqual(session.Feature(member, feature));

    /// <summary>Whether a row points where the residual of an image does, around its largest pixel and less its part along the mean image.</summary>
    private static bool Comes(TrainingSession session, float[] row, int image)
    {
        float[] residual = new float[row.Length], mean = Mean(session);
        session.CopyResidual(0, image, residual);
        Reinitialisation.Localise(residual, session.Options.Shape);
        double along = GroupProduct.Reference(residual, mean) / (Norm(mean) * Norm(mean));
        for (int column = 0; column < residual.Length; column++)
            residual[column] = (float)(residual[column] - (along * mean[column]));
        return GroupProduct.Reference(row, residual) > (1 - 1e-5) * Norm(row) * Norm(residual);
    }

    private static float[] Mean(TrainingSession session)
    {
        float[] sum = new float[session.Options.Shape.Length], image = new float[sum.Length];
        for (int sample = 0; sample < Images; sample++)
        {
            session.CopyInput(sample, image);
            for (int column = 0; column < sum.Length; column++)
                sum[column] += image[column] / Images;
        }
        return sum;
    }

    private static double Norm(ReadOnlySpan<float> row) => Math.Sqrt(GroupProduct.Reference(row, row));
}
