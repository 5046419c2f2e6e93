namespace Tangram.Tests;

/// <summary>What every training session promises beside its arithmetic.</summary>
public sealed class SessionTests
{
    private const int Capacity = 12;
    private static readonly ModelOptions Model = Sessions.Model(18, 26, 4, 2);
    private static readonly StepSettings Settings = new(1e-3, 0.5);

    public static TheoryData<string> Devices => Variants.ByDevice;

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
        ImageBatch batch = Sessions.BatchOf(images.Subset("short", [0, 1, 2, 3, 4]));
        using SessionState before = clean.Save();
        dirty.Step(Sessions.BatchOf(images), Settings);
        dirty.Load(before);
        Assert.Equal(clean.Step(batch, Settings).Reconstruction, dirty.Step(batch, Settings).Reconstruction);
        Sessions.SameState(clean.Save(), dirty.Save());
        Assert.Equal(5, clean.SampleErrors(0).Length);
    }

    [Theory, MemberData(nameof(Devices))]
    public void A_batch_larger_than_the_capacity_or_empty_is_refused(string device)
    {
        using TrainingSession session = Open(device);
        ImageSet images = Sessions.Images(Capacity + 1, Model.Shape.Length, 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Queue(Sessions.BatchOf(images)));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Queue(new ImageBatch(images, Array.Empty<int>())));
        Assert.Throws<InvalidOperationException>(() => session.Step(Settings));
        Assert.Equal(0, session.Steps);
    }

    [Theory, MemberData(nameof(Devices))]
    public void A_replaced_feature_starts_anew_and_its_first_step_is_the_full_rate(string device)
    {
        const int Member = 1, Feature = 20;
        using TrainingSession session = Open(device);
        ImageBatch batch = Sessions.BatchOf(Sessions.Images(Capacity, Model.Shape.Length, 3));
        for (int step = 0; step < 30; step++)
            session.Step(batch, Settings);
        // Twice an image's row: sure to be selected for every image of positive pixels.
        float[] row = Array.ConvertAll(Row(batch, 0), pixel => 2 * pixel);
        session.ReplaceFeature(Member, Feature, row);
        MemberState state = session.Save().Members[Member];
        Assert.Equal(row, session.Feature(Member, Feature));
        Assert.False(state[Parameter.Encoder, Slot.FirstMoment].Row(Feature).ContainsAnyExcept(0f));
        Assert.False(state[Parameter.Encoder, Slot.SecondMoment].Row(Feature).ContainsAnyExcept(0f));
        Assert.Equal(30, state.Ages.Births[Feature]);
        Assert.Equal(30, session.LastActive(Member)[Feature]);
        Assert.Equal(0, state.Ages.Births[Feature - 1]);

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
        ImageBatch batch = Sessions.BatchOf(Sessions.Images(Capacity, Model.Shape.Length, 3));
        for (int step = 0; step < 10; step++)
        {
            using SessionState state = reference.Save();
            cpu.Load(state);
            if (step == 5)
            {
                float[] row = Row(batch, 2);
                cpu.ReplaceFeature(0, 7, row);
                reference.ReplaceFeature(0, 7, row);
                Sessions.SameState(reference.Save(), cpu.Save());
            }
            Sessions.CloseLosses(reference.Step(batch, Settings), cpu.Step(batch, Settings));
            Sessions.CloseState(reference.Save(), cpu.Save(), Settings.LearningRate);
        }
        Assert.Equal(5, cpu.Save().Members[0].Ages.Births[7]);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(4, 3)]
    [InlineData(0, 11)]
    [InlineData(11, 11)]
    public void Ages_that_cannot_be_are_a_damaged_file(long birth, long lastActive)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("checkpoint.safetensors");
        using TrainingSession session = Open("cpu"), other = Open("cpu");
        using (SessionState state = session.Save())
        {
            (state.Members[1].Ages.Births[3], state.Members[1].Ages.LastActive[3]) = (birth, lastActive);
            session.Load(state);
        }
        var writer = new SafetensorsWriter();
        session.AddTo(writer);
        writer.WriteTo(path);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Assert.Contains(path, Assert.Throws<InputException>(() => other.ReadFrom(file, steps: 10)).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Devices))]
    public void A_snapshot_keeps_the_weights_of_its_step(string device)
    {
        using TrainingSession session = Open(device);
        ImageBatch batch = Sessions.BatchOf(Sessions.Images(Capacity, Model.Shape.Length, 3));
        float[] before = session.Feature(1, 3);
        Ensemble snapshot = session.Snapshot();
        for (int step = 0; step < 20; step++)
            session.Step(batch, Settings);
        Assert.Equal(Model, snapshot.Options);
        Assert.Equal(before, snapshot[1].Feature(3).ToArray());
    }

    private static void RefusesAndChangesNothing(string device, float value)
    {
        using TrainingSession session = Open(device);
        ImageSet images = Sessions.Images(Capacity, Model.Shape.Length, 3);
        // The rows are the array's: a set made of bad ones would be refused.
        float[] rows = [.. Enumerable.Range(0, Capacity).SelectMany(image => Row(Sessions.BatchOf(images), image))];
        ImageBatch good = Sessions.BatchOf(images), bad = Sessions.BatchOf(ImageSet.FromRows("bad", Model.Shape.Length, rows));
        rows[(7 * Model.Shape.Length) + 5] = value;
        for (int step = 0; step < 2; step++)
            session.Step(good, Settings);
        using SessionState before = session.Save();
        session.Queue(bad);
        session.Queue(good);
        var exception = Assert.Throws<ArithmeticException>(() => session.Step(Settings));
        Assert.Contains("Step 3:", exception.Message, StringComparison.Ordinal);
        Sessions.SameState(before, session.Save());

        // The session is still usable, and goes on as if nothing had happened.
        using TrainingSession other = Open(device);
        other.Load(before);
        other.Step(good, Settings);
        session.Step(good, Settings);
        Sessions.SameState(other.Save(), session.Save());
    }

    private static float[] Row(ImageBatch batch, int image)
    {
        var row = new float[batch.Images.Shape.Length];
        batch.Images.CopyTo(batch.Indices.Span[image], row);
        return row;
    }

    private static TrainingSession Open(string device)
    {
        TrainingSession session = Sessions.Open(device, Model, Capacity);
        Sessions.Initialise(session, 4);
        return session;
    }
}
