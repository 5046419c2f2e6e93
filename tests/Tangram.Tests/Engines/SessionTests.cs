namespace Tangram.Tests;

/// <summary>What every training session promises beside its arithmetic.</summary>
public sealed class SessionTests
{
    private const int Capacity = 12;
    private static readonly ModelOptions Model = Sessions.Model(18, 26, 4, 2);
    private static readonly StepSettings Settings = new(1e-3, 0.5);

    public static TheoryData<string> Devices => ["cpu", "reference"];

    [Theory, MemberData(nameof(Devices))]
    public void An_input_that_is_not_a_number_names_the_step_and_changes_nothing(string device) => RefusesAndChangesNothing(device, float.NaN);

    [Theory, MemberData(nameof(Devices))]
    public void An_infinite_input_names_the_step_and_changes_nothing(string device) => RefusesAndChangesNothing(device, float.PositiveInfinity);

    [Theory, MemberData(nameof(Devices))]
    public void A_loss_that_overflows_names_the_step_and_changes_nothing(string device) => RefusesAndChangesNothing(device, 1e37f);

    [Theory, MemberData(nameof(Devices))]
    public void Rows_beyond_a_short_batch_have_no_influence(string device)
    {
        ImageSet images = Sessions.Images(Capacity, Model.Shape.Length, 3);
        using TrainingSession clean = Open(device), dirty = Open(device);
        using Batch batch = Sessions.BatchOf(images.Subset("short", [0, 1, 2, 3, 4]), Capacity), stale = Sessions.BatchOf(images, Capacity);
        stale.Fill(images, [0, 1, 2, 3, 4]);
        stale.Rows.Row(5).Fill(float.NaN);
        Assert.Equal(clean.Step(batch, Settings).Reconstruction, dirty.Step(stale, Settings).Reconstruction);
        Sessions.SameState(clean.Save(), dirty.Save());
        Assert.Equal(5, clean.SampleErrors(0).Length);
    }

    [Theory, MemberData(nameof(Devices))]
    public void A_batch_larger_than_the_capacity_or_empty_is_refused(string device)
    {
        using TrainingSession session = Open(device);
        using Batch large = Sessions.BatchOf(Sessions.Images(Capacity + 1, Model.Shape.Length, 3), Capacity + 1), empty = new(Capacity, Model.Shape.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Step(large, Settings));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Step(empty, Settings));
        Assert.Equal(0, session.Steps);
    }

    [Theory, MemberData(nameof(Devices))]
    public void A_replaced_feature_starts_anew_and_its_first_step_is_the_full_rate(string device)
    {
        const int Member = 1, Feature = 20;
        using TrainingSession session = Open(device);
        using Batch batch = Sessions.BatchOf(Sessions.Images(Capacity, Model.Shape.Length, 3), Capacity);
        for (int step = 0; step < 30; step++)
            session.Step(batch, Settings);
        // Twice an image's row: sure to be selected for every image of positive pixels.
        float[] row = Array.ConvertAll(batch.Rows.Row(0).ToArray(), pixel => 2 * pixel);
        session.ReplaceFeature(Member, Feature, row);
        MemberState state = session.Save().Members[Member];
        Assert.Equal(row, session.Feature(Member, Feature).ToArray());
        Assert.False(state.FirstMoments.Row(Feature).ContainsAnyExcept(0f));
        Assert.False(state.SecondMoments.Row(Feature).ContainsAnyExcept(0f));
        Assert.Equal(30, state.Births[Feature]);
        Assert.Equal(30, session.LastActive(Member)[Feature]);
        Assert.Equal(0, state.Births[Feature - 1]);

        session.Step(batch, Settings);
        Assert.Equal(31, session.LastActive(Member)[Feature]);
        ReadOnlySpan<float> after = session.Feature(Member, Feature);
        for (int column = 0; column < row.Length; column++)
        {
            // Without a restart of the bias correction, the step would be (1 − β₁)/√(1 − β₂) times the rate.
            Assert.Equal(Settings.LearningRate, Math.Abs((double)after[column] - row[column]), 1e-6);
        }
    }

    [Theory, MemberData(nameof(Widths.All), MemberType = typeof(Widths))]
    public void After_a_replacement_the_processor_steps_like_plain_loops(int width)
    {
        using TrainingSession cpu = Sessions.Cpu(width, Model, Capacity, threads: 2), reference = Open("reference");
        using Batch batch = Sessions.BatchOf(Sessions.Images(Capacity, Model.Shape.Length, 3), Capacity);
        for (int step = 0; step < 10; step++)
        {
            cpu.Load(reference.Save());
            if (step == 5)
            {
                float[] row = batch.Rows.Row(2).ToArray();
                cpu.ReplaceFeature(0, 7, row);
                reference.ReplaceFeature(0, 7, row);
                Sessions.SameState(reference.Save(), cpu.Save());
            }
            Sessions.CloseLosses(reference.Step(batch, Settings), cpu.Step(batch, Settings));
            Sessions.CloseState(reference.Save(), cpu.Save(), Settings.LearningRate);
        }
        Assert.Equal(5, cpu.Save().Members[0].Births[7]);
    }

    [Theory, MemberData(nameof(Devices))]
    public void A_snapshot_keeps_the_weights_of_its_step(string device)
    {
        using TrainingSession session = Open(device);
        using Batch batch = Sessions.BatchOf(Sessions.Images(Capacity, Model.Shape.Length, 3), Capacity);
        float[] before = session.Feature(1, 3).ToArray();
        Ensemble snapshot = session.Snapshot();
        for (int step = 0; step < 20; step++)
            session.Step(batch, Settings);
        Assert.Equal(Model, snapshot.Options);
        Assert.Equal(before, snapshot[1].Feature(3).ToArray());
    }

    private static void RefusesAndChangesNothing(string device, float value)
    {
        using TrainingSession session = Open(device);
        using Batch batch = Sessions.BatchOf(Sessions.Images(Capacity, Model.Shape.Length, 3), Capacity);
        for (int step = 0; step < 2; step++)
            session.Step(batch, Settings);
        using SessionState before = Sessions.Copy(session);
        float original = batch.Rows.Row(7)[5];
        batch.Rows.Row(7)[5] = value;
        var exception = Assert.Throws<ArithmeticException>(() => session.Step(batch, Settings));
        Assert.Contains("Step 3:", exception.Message, StringComparison.Ordinal);
        Sessions.SameState(before, session.Save());

        // The session is still usable, and goes on as if nothing had happened.
        batch.Rows.Row(7)[5] = original;
        using TrainingSession other = Open(device);
        other.Load(before);
        other.Step(batch, Settings);
        session.Step(batch, Settings);
        Sessions.SameState(other.Save(), session.Save());
    }

    private static TrainingSession Open(string device)
    {
        TrainingSession session = Device.Parse(device).OpenTraining(Model, Capacity, threads: 2);
        Sessions.Initialise(session, 4);
        return session;
    }
}
