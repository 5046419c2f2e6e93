namespace Tangram.Tests;

/// <summary>A session that takes over another's state goes on as that one does, bit for bit.</summary>
public sealed class ContinuedSessionTests : IDisposable
{
    private const int Inputs = 37, Features = 45, K = 6, Members = 2, AuxiliaryK = 4, Capacity = 20, Before = 5, After = 4;
    private static readonly ImageSet Images = Sessions.Images(50, Inputs, 5); // 20 + 20 + 10

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Cases => Variants.ByDeviceAndVariant;

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Cases))]
    public void From_its_state(string device, string variant) => Continue(device, variant, (session, other) =>
    {
        using SessionState state = session.Save();
        other.Load(state);
        using SessionState loaded = other.Save();
        Sessions.SameState(state, loaded);
    });

    [Theory, MemberData(nameof(Cases))]
    public void From_a_checkpoint(string device, string variant) => Continue(device, variant, (session, other) =>
    {
        string path = _folder.File("checkpoint.safetensors");
        Checkpoint.Write(path, session, new TrainerState { Steps = session.Steps });
        Assert.Equal(Before, Checkpoint.Read(path, other).Steps);
        using SessionState state = session.Save(), read = other.Save();
        Sessions.SameState(state, read);
    });

    [Theory, MemberData(nameof(Cases))]
    public void A_checkpoint_opens_as_the_model_of_its_step(string device, string variant)
    {
        using TrainingSession session = Open(device, variant, threads: 2);
        Train(session, variant, 0, Before);
        Checkpoint.Write(_folder.File("checkpoint.safetensors"), session, new TrainerState { Steps = session.Steps });
        Ensemble expected = session.Snapshot(), opened = Ensemble.Load(_folder.File("checkpoint.safetensors"));
        Assert.Equal(session.Options, opened.Options);
        for (int member = 0; member < Members; member++)
        {
            Numbers.SameBits(expected[member].Encoder, opened[member].Encoder);
            Numbers.SameBits(expected[member].Decoder, opened[member].Decoder);
            Numbers.SameBits(expected[member].EncoderBias, opened[member].EncoderBias);
            Numbers.SameBits(expected[member].PreBias, opened[member].PreBias);
        }
    }

    public static TheoryData<string, string> TiedCases =>
        [.. Variants.ByDeviceAndVariant.Where(row => !Variants.Named(row.Data.Item2).Untied)];

    [Theory, MemberData(nameof(TiedCases))]
    public void A_tied_model_that_gets_a_decoder_of_its_own_is_the_same_model_until_it_learns(string device, string variant)
    {
        string path = _folder.File("checkpoint.safetensors");
        using TrainingSession tied = Open(device, variant, threads: 2);
        Train(tied, variant, 0, Before);
        Checkpoint.Write(path, tied, new TrainerState { Steps = tied.Steps });
        using TrainingSession own = Sessions.Open(device, tied.Options with { Untied = true }, Capacity, extras: tied.Extras);
        Train(own, variant, 11, 3);
        Assert.Equal(Before, Checkpoint.Read(path, own).Steps);
        using SessionState before = tied.Save(), after = own.Save();
        Ensemble expected = tied.Snapshot(), actual = own.Snapshot();
        for (int member = 0; member < Members; member++)
        {
            for (int feature = 0; feature < Features; feature++)
            {
                foreach (FloatMatrix matrix in new[] { actual[member].Encoder, actual[member].Decoder })
                {
                    for (int input = 0; input < Inputs; input++) // rows brought to length 1 twice differ by a rounding
                        Assert.Equal(expected[member].Encoder.Row(feature)[input], matrix.Row(feature)[input], Variants.Named(variant).UnitRows ? 1e-7f : 0);
                }
            }
            foreach (Slot moment in new[] { Slot.FirstMoment, Slot.SecondMoment })
                Numbers.SameBits(before.Members[member][new StateTensor(Parameter.Encoder, moment)], after.Members[member][new StateTensor(Parameter.Decoder, moment)]);
            Assert.Equal(tied.LastActive(member).ToArray(), own.LastActive(member).ToArray());
        }
        Train(own, variant, Before, After);
        Ensemble learned = own.Snapshot();
        Assert.Contains(Enumerable.Range(0, Features), feature => !learned[0].Encoder.Row(feature).SequenceEqual(learned[0].Decoder.Row(feature)));
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_state_loaded_back_is_stepped_from_though_a_batch_was_prepared(string device, string variant)
    {
        using TrainingSession session = Open(device, variant, threads: 2), other = Open(device, variant, threads: 1);
        Train(session, variant, 0, Before);
        using SessionState early = session.Save();
        Train(session, variant, Before, After);
        var order = new EpochOrder(Images, Capacity, seed: 9);
        session.Queue(order[0]);
        session.Queue(order[1]);
        session.Step(SettingsOf(variant)); // prepares the second
        session.Load(early);
        session.Step(SettingsOf(variant));
        other.Load(early);
        other.Step(order[1], SettingsOf(variant));
        using SessionState expected = other.Save(), actual = session.Save();
        Sessions.SameState(expected, actual);
    }

    /// <summary>Two sessions of the same options; the second takes over in the middle, with other threads and another workspace.</summary>
    private static void Continue(string device, string variant, Action<TrainingSession, TrainingSession> takeOver)
    {
        using TrainingSession session = Open(device, variant, threads: 2), other = Open(device, variant, threads: 3, workspace: 0);
        Train(session, variant, 0, Before);
        // What the other has done before must not matter.
        Train(other, variant, 11, 3);
        takeOver(session, other);
        Train(session, variant, Before, After);
        Train(other, variant, Before, After);
        using SessionState expected = session.Save(), actual = other.Save();
        Assert.Equal(Before + After, expected.Steps);
        Sessions.SameState(expected, actual);
        Variant options = Variants.Named(variant);
        if (options.UnitRows)
            Assert.Contains(Enumerable.Range(0, Features), feature => Math.Abs(Norm(expected.Members[0][options.Untied ? Parameter.Decoder : Parameter.Encoder].Row(feature)) - 1) > 1e-4);
    }

    /// <summary>Steps with the next batch queued, and features replaced.</summary>
    private static void Train(TrainingSession session, string variant, int first, int steps)
    {
        var order = new EpochOrder(Images, Capacity, seed: 2);
        for (int step = first; step < first + steps; step++)
        {
            if (step == first)
                session.Queue(order[step]);
            if (step + 1 < first + steps)
                session.Queue(order[step + 1]);
            session.Step(SettingsOf(variant));
            if (step % 3 == 1)
                session.ReplaceFeature(step % Members, step, Numbers.Row(Inputs, (ulong)step));
        }
    }

    private static double Norm(ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (float value in row)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    private static StepSettings SettingsOf(string variant) => Variants.Named(variant).Settings(1e-2, 0.4, deadAfter: 2, maximumNorm: 0.1);

    private static TrainingSession Open(string device, string variant, int threads, long workspace = MemoryPlan.DefaultBudget)
    {
        Variant options = Variants.Named(variant);
        TrainingSession session = Sessions.Open(device, options.Model(Inputs, Features, K, Members), Capacity, threads, workspace, options.Extras(AuxiliaryK));
        Sessions.Initialise(session, 4);
        return session;
    }
}
