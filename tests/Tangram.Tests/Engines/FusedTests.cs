namespace Tangram.Tests;

/// <summary>How a step is cut and prepared must not show in what it computes.</summary>
public sealed class FusedTests
{
    private const int Capacity = 75, Steps = 12, FewSteps = 4, AuxiliaryK = 4;
    private const long Fused = MemoryPlan.DefaultBudget, Unfused = 0;

    private const double Consistency = 0.4;

    /// <summary>Several panels and shards, none of them whole: 1157 values, 75 images.</summary>
    private static readonly ModelOptions Model = Sessions.Model(1157, 71, 6, 2);

    private static readonly ImageSet Images = Sessions.Images(190, Model.Shape.Length, 1);

    public static TheoryData<string> SharedSums => [.. Variants.WithSharedSums];

    /// <summary>Vectors' width, variant, and whether images and weights meet in bf16.</summary>
    public static TheoryData<int, string, bool> Cases =>
    [
        .. from row in Variants.WithSharedSumsByWidth select (row.Data.Item1, row.Data.Item2, false),
        .. from name in Variants.WithSharedSums select ((int)SimdTiers.Best, name, true),
    ];

    [Fact]
    public void The_model_of_these_tests_has_panels_that_are_summed_up_in_shards()
    {
        Assert.InRange(new MemoryPlan(Model, Capacity, 2).Partition.Panels, 2, 8);
        Assert.True(new MemoryPlan(Model, Capacity, 2, Fused).IsFused);
        MemoryPlan unfused = new(Model, Capacity, 2, Unfused);
        Assert.False(unfused.IsFused);
        Assert.Equal(GroupProduct.Lanes, unfused.TileImages); // three tiles a batch
    }

    [Theory]
    [InlineData(Variants.EverythingTied)]
    [InlineData(Variants.EverythingUntied)]
    public void Every_option_of_these_tests_matters(string name)
    {
        Variant variant = Variants.Named(name);
        int width = (int)SimdTiers.Best;
        using SessionState all = Train(width, variant, threads: 2, Fused, ahead: true);
        foreach (Variant other in new[] { variant with { Clipped = false }, variant with { Auxiliary = false }, variant with { UnitRows = false } })
        {
            using SessionState without = Train(width, other, threads: 2, Fused, ahead: true);
            Assert.False(all.Members[0].Weights.Row(0).SequenceEqual(without.Members[0].Weights.Row(0)));
        }
        Assert.False(all.Members[0].Weights.Row(0).SequenceEqual(all.Members[0][Parameter.Encoder, Slot.Average].Row(0)));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Steps_with_and_without_room_for_the_next_batch_have_the_same_bits(int width, string name, bool isMixed)
    {
        Variant variant = Variants.Named(name);
        using SessionState fused = Train(width, variant, threads: 2, Fused, ahead: true, isMixed: isMixed), plain = Train(width, variant, threads: 1, Fused, ahead: false, isMixed: isMixed);
        Sessions.SameState(fused, plain);
        foreach (int threads in name == Variants.Plain ? [1, 3, 64] : new[] { 3 })
        {
            using SessionState unfused = Train(width, variant, threads, Unfused, ahead: true, isMixed: isMixed);
            Sessions.SameState(fused, unfused);
        }
        using SessionState unfusedPlain = Train(width, variant, threads: 2, Unfused, ahead: false, isMixed: isMixed);
        Sessions.SameState(fused, unfusedPlain);
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_feature_replaced_after_the_next_batch_was_prepared_takes_part_in_it(int width, string name, bool isMixed)
    {
        Variant variant = Variants.Named(name);
        Action<TrainingSession, int> replace = (session, step) =>
        {
            if (step % 3 != 1)
                return;
            foreach (int feature in new[] { 0, 7, 33, 70 })
            {
                var row = new float[Model.Shape.Length];
                session.CopyInput(feature % 9, row);
                session.ReplaceFeature(step % 2, feature, row);
            }
        };
        using SessionState prepared = Train(width, variant, threads: 2, Fused, ahead: true, replace, isMixed),
            plain = Train(width, variant, threads: 2, Fused, ahead: false, replace, isMixed);
        Sessions.SameState(plain, prepared);
        using SessionState untouched = Train(width, variant, threads: 2, Fused, ahead: true, isMixed: isMixed);
        int[] others = [.. Enumerable.Range(0, Model.Features).Except([0, 7, 33, 70])];
        Assert.Contains(others, feature => !untouched.Members[0].Weights.Row(feature).SequenceEqual(prepared.Members[0].Weights.Row(feature)));
    }

    [Theory, MemberData(nameof(SharedSums))]
    public void Many_panels_step_like_plain_loops(string name)
    {
        Variant variant = Variants.Named(name);
        ModelOptions options = ModelOf(variant);
        SessionExtras extras = variant.Extras(AuxiliaryK);
        StepSettings settings = SettingsOf(variant, 1e-2);
        using var reference = new ReferenceSession(options, Capacity, extras);
        Sessions.Initialise(reference, 21);
        TrainingSession[] sessions = [.. Widths.All.Select(width => Sessions.Cpu(width.Data, options, Capacity, threads: 2, extras: extras))];
        var order = new EpochOrder(Images, Capacity, seed: 9);
        for (int step = 0; step < 3; step++)
        {
            using SessionState before = reference.Save();
            StepLosses expected = reference.Step(order[step], settings);
            using SessionState after = reference.Save();
            foreach (TrainingSession session in sessions)
            {
                session.Load(before);
                Sessions.CloseLosses(expected, session.Step(order[step], settings));
                using SessionState state = session.Save();
                Sessions.CloseState(after, state, settings.LearningRate);
            }
        }
        Array.ForEach(sessions, session => session.Dispose());
    }

    [Fact]
    public void Two_batches_wait_at_most()
    {
        using TrainingSession session = Sessions.Cpu((int)SimdTiers.Best, Model, Capacity, threads: 1);
        var order = new EpochOrder(Images, Capacity, seed: 9);
        session.Queue(order[0]);
        session.Queue(order[1]);
        Assert.Throws<InvalidOperationException>(() => session.Queue(order[2]));
    }

    private static ModelOptions ModelOf(Variant variant) => variant.Model(Model.Shape.Length, Model.Features, Model.MaximumNonZeros, Model.Members);

    private static StepSettings SettingsOf(Variant variant, double rate) => variant.Settings(rate, Consistency, deadAfter: 1, maximumNorm: 0.1);

    private static SessionState Train(int width, Variant variant, int threads, long workspace, bool ahead, Action<TrainingSession, int>? afterStep = null, bool isMixed = false)
    {
        using TrainingSession session = Sessions.Cpu(width, ModelOf(variant), Capacity, threads, workspace, variant.Extras(AuxiliaryK), isMixed ? Bf16Units.Need() : null);
        Sessions.Initialise(session, 3);
        var order = new EpochOrder(Images, Capacity, seed: 2); // 75 + 75 + 40 images
        int steps = variant == new Variant() ? Steps : FewSteps;
        for (int step = 0; step < steps; step++)
        {
            if (step == 0 || !ahead)
                session.Queue(order[step]);
            if (ahead && step + 1 < steps)
                session.Queue(order[step + 1]);
            session.Step(SettingsOf(variant, 1e-3));
            afterStep?.Invoke(session, step);
        }
        return session.Save();
    }
}
