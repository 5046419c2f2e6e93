namespace Tangram.Tests;

public sealed class ReinitialisationTests
{
    private const int Inputs = 16, Features = 40, K = 3, Members = 2, Images = 6;
    private static readonly ReinitialisationOptions Options = new() { Window = 8, Every = 4, Until = 0.5, Scale = 0.7 };

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    [InlineData(48, true)]
    [InlineData(50, false)]
    [InlineData(52, false)]
    [InlineData(100, false)]
    public void It_is_due_every_so_many_steps_until_a_share_of_the_training(long steps, bool due) =>
        Assert.Equal(due, Reinitialisation.IsDue(Options, steps, totalSteps: 100));

    [Fact]
    public void The_last_moment_is_included_and_a_window_of_zero_means_never()
    {
        Assert.True(Reinitialisation.IsDue(Options, 52, totalSteps: 104));
        Assert.False(Reinitialisation.IsDue(Options with { Window = 0 }, 4, totalSteps: 100));
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
    public void New_rows_are_residuals_scaled_to_a_share_of_the_mean_norm_of_rows_in_use()
    {
        using TrainingSession session = Trained(steps: 10);
        int[] inactive = Reinitialisation.Inactive(session, 0, Options.Window);
        double mean = Enumerable.Range(0, Features).Except(inactive).Average(feature => Norm(session.Feature(0, feature)));
        Reinitialisation.Apply(session, Options, seed: 1);
        var images = new List<int>();
        var residual = new float[Inputs];
        foreach (int feature in inactive[..Images])
        {
            float[] row = session.Feature(0, feature);
            Assert.Equal(Options.Scale * mean, Norm(row), 1e-6);
            int[] sources = [.. Enumerable.Range(0, Images).Where(image =>
            {
                session.CopyResidual(0, image, residual);
                return GroupProduct.Reference(row, residual) > (1 - 1e-6) * Norm(row) * Norm(residual);
            })];
            images.Add(Assert.Single(sources));
        }
        Assert.Equal(Images, images.Distinct().Count()); // without replacement
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
        var residual = new float[Inputs];
        const int Draws = 400;
        for (ulong seed = 0; seed < Draws; seed++)
        {
            session.Load(before);
            Reinitialisation.Apply(session, Options, seed);
            session.CopyResidual(0, 4, residual);
            float[] row = session.Feature(0, first);
            drawn[GroupProduct.Reference(row, residual) > 0.999 * Norm(row) * Norm(residual) ? 1 : 0]++;
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

    private static double Norm(ReadOnlySpan<float> row) => Math.Sqrt(GroupProduct.Reference(row, row));
}
