namespace Tangram.Tests;

/// <summary>Clipping, averaging and the auxiliary term against steps that do without them.</summary>
public sealed class StepSettingsTests
{
    private const int Inputs = 14, Features = 22, K = 4, AuxiliaryK = 3, Members = 2, Images = 12;
    private static readonly StepSettings Settings = new(1e-2, 0.5);
    private static readonly ImageBatch Batch = Sessions.BatchOf(Sessions.Images(Images, Inputs, 3));

    public static TheoryData<string, string> Cases =>
        [.. Variants.ByDeviceAndVariant.Where(row => row.Data.Item2 is Variants.Plain or Variants.EverythingUntied)];

    [Theory, MemberData(nameof(Cases))]
    public void A_gradient_is_scaled_down_to_the_maximum_norm(string device, string variant)
    {
        using TrainingSession plain = Open(device, variant), clipped = Open(device, variant);
        plain.Step(Batch, Settings);
        using SessionState whole = plain.Save();
        double[] norms = [.. whole.Members.Select(FirstGradientNorm)];
        double middle = norms.Average(); // one member is clipped, the other isn't
        Assert.True(norms.Max() > 1.001 * norms.Min());
        clipped.Step(Batch, Settings with { MaximumNorm = middle });
        using SessionState scaled = clipped.Save();
        for (int member = 0; member < Members; member++)
        {
            double scale = Math.Min(1, middle / norms[member]);
            foreach (StateTensor tensor in whole.Members[member].Tensors.Where(tensor => tensor.Slot == Slot.FirstMoment))
            {
                FloatMatrix expected = whole.Members[member][tensor], actual = scaled.Members[member][tensor];
                for (int row = 0; row < expected.Rows; row++)
                {
                    for (int column = 0; column < expected.Columns; column++)
                        Assert.Equal(scale * expected.Row(row)[column], actual.Row(row)[column], 1e-6 * norms[member]);
                }
            }
        }
        Assert.Equal(middle, FirstGradientNorm(scaled.Members[Array.IndexOf(norms, norms.Max())]), 1e-6 * middle);
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_gradient_below_the_maximum_norm_is_left_alone(string device, string variant)
    {
        using TrainingSession plain = Open(device, variant), clipped = Open(device, variant);
        for (int step = 0; step < 5; step++)
        {
            plain.Step(Batch, Settings);
            clipped.Step(Batch, Settings with { MaximumNorm = 1e6 });
        }
        using SessionState expected = plain.Save(), actual = clipped.Save();
        Sessions.SameState(expected, actual);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Averages_change_nothing_else(string device, string variant)
    {
        using TrainingSession plain = Open(device, variant), averaged = Open(device, variant, new SessionExtras(Averages: true));
        for (int step = 0; step < 5; step++)
            Assert.Equal(plain.Step(Batch, Settings).Reconstruction, averaged.Step(Batch, Settings with { AverageDecay = 0.9 }).Reconstruction);
        using SessionState expected = plain.Save(), actual = averaged.Save();
        for (int member = 0; member < Members; member++)
        {
            foreach (StateTensor tensor in expected.Members[member].Tensors)
                Numbers.SameBits(expected.Members[member][tensor], actual.Members[member][tensor]);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void At_first_an_average_is_the_mean_of_all_values(string device, string variant) =>
        CompareAverages(device, variant, decay: 0.999, values => values.Average());

    [Theory, MemberData(nameof(Cases))]
    public void Later_an_average_forgets_old_values(string device, string variant) =>
        CompareAverages(device, variant, decay: 0.5, values => values.Aggregate((average, value) => (0.5 * average) + (0.5 * value)));

    [Theory, MemberData(nameof(Cases))]
    public void A_replaced_features_average_starts_anew(string device, string variant)
    {
        const int Member = 1, Feature = 20;
        using TrainingSession session = Open(device, variant, new SessionExtras(Averages: true));
        StepSettings settings = Settings with { AverageDecay = 0.999 };
        for (int step = 0; step < 5; step++)
            session.Step(Batch, settings);
        float[] row = Numbers.Row(Inputs, 77);
        session.ReplaceFeature(Member, Feature, row);
        using (SessionState replaced = session.Save())
        {
            foreach (StateTensor tensor in replaced.Members[Member].Tensors.Where(tensor => tensor.IsMatrix))
                Assert.Equal(tensor.Slot is Slot.Value or Slot.Average ? row : new float[Inputs], replaced.Members[Member][tensor].Row(Feature).ToArray());
        }
        session.Step(Batch, settings);
        using SessionState state = session.Save();
        MemberState member = state.Members[Member];
        foreach (StateTensor tensor in member.Tensors.Where(tensor => tensor.Slot == Slot.Value && tensor.Parameter != Parameter.PreBias))
        {
            FloatMatrix average = member[tensor.Parameter, Slot.Average];
            if (tensor.IsMatrix)
            {
                Assert.Equal(member[tensor].Row(Feature).ToArray(), average.Row(Feature).ToArray());
                Assert.Contains(Enumerable.Range(0, Features), other => !member[tensor].Row(other).SequenceEqual(average.Row(other)));
            }
            else
            {
                Assert.Equal(member[tensor].Row(0)[Feature], average.Row(0)[Feature]);
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Without_a_dead_feature_the_auxiliary_term_is_nothing(string device, string variant)
    {
        using TrainingSession plain = Open(device, variant), auxiliary = Open(device, variant, new SessionExtras(AuxiliaryK));
        for (int step = 0; step < 5; step++)
        {
            plain.Step(Batch, Settings);
            Assert.All(auxiliary.Step(Batch, Settings with { Auxiliary = 1, DeadAfter = 5 }).Auxiliary, loss => Assert.Equal(0, loss));
        }
        using SessionState expected = plain.Save(), actual = auxiliary.Save();
        Sessions.SameState(expected, actual);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Only_features_that_none_of_the_last_steps_activated_are_auxiliary(string device, string variant)
    {
        using TrainingSession session = Open(device, variant, new SessionExtras(AuxiliaryK));
        using SessionState before = session.Save();
        before.Steps = 20;
        foreach (MemberState member in before.Members)
            Array.Fill(member.Ages.LastActive, 20);
        before.Members[1].Ages.LastActive[9] = 13; // the eight steps before the 21st are 13 … 20
        session.Load(before);
        StepSettings settings = Settings with { Auxiliary = 1, DeadAfter = 8 };
        Assert.Equal([0, 0], session.Step(Batch, settings).Auxiliary);

        before.Members[1].Ages.LastActive[9] = 12;
        session.Load(before);
        double[] losses = session.Step(Batch, settings).Auxiliary;
        Assert.Equal(0, losses[0]);
        Assert.True(losses[1] > 0);
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_auxiliary_activation_does_not_count_as_one(string device, string variant)
    {
        using TrainingSession plain = Open(device, variant), auxiliary = Open(device, variant, new SessionExtras(AuxiliaryK));
        StepLosses expected = plain.Step(Batch, Settings), actual = auxiliary.Step(Batch, Settings with { Auxiliary = 1, DeadAfter = 0 });
        Assert.All(actual.Auxiliary, loss => Assert.True(loss > 0)); // all features are dead
        Assert.Equal(expected.Reconstruction, actual.Reconstruction);
        Assert.Equal(expected.Consistency, actual.Consistency);
        for (int member = 0; member < Members; member++)
            Assert.Equal(plain.LastActive(member).ToArray(), auxiliary.LastActive(member).ToArray());
        using SessionState without = plain.Save(), with = auxiliary.Save();
        FloatMatrix unmoved = without.Members[0][Parameter.Encoder, Slot.FirstMoment], moved = with.Members[0][Parameter.Encoder, Slot.FirstMoment];
        Assert.Contains(Enumerable.Range(0, Features), feature => !unmoved.Row(feature).SequenceEqual(moved.Row(feature)));
    }

    private static void CompareAverages(string device, string variant, double decay, Func<double[], double> average)
    {
        using TrainingSession session = Open(device, variant, new SessionExtras(Averages: true));
        SessionState[] states = [.. Enumerable.Range(0, 6).Select(_ =>
        {
            session.Step(Batch, Settings with { AverageDecay = decay });
            return session.Save();
        })];
        for (int member = 0; member < Members; member++)
        {
            foreach (Parameter parameter in StateTensor.ParametersOf(session.Options))
            {
                FloatMatrix averages = states[^1].Members[member][parameter, Slot.Average];
                for (int row = 0; row < averages.Rows; row++)
                {
                    for (int column = 0; column < averages.Columns; column++)
                        Assert.Equal(average([.. states.Select(state => (double)state.Members[member][parameter].Row(row)[column])]), averages.Row(row)[column], 1e-6);
                }
            }
        }
        Array.ForEach(states, state => state.Dispose());
    }

    /// <summary>From Adam's first moments after the first step.</summary>
    private static double FirstGradientNorm(MemberState member)
    {
        double sum = 0;
        foreach (StateTensor tensor in member.Tensors.Where(tensor => tensor.Slot == Slot.FirstMoment))
        {
            for (int row = 0; row < member[tensor].Rows; row++)
            {
                foreach (float moment in member[tensor].Row(row))
                    sum += moment / (1 - AdamUpdate.Beta1) * (moment / (1 - AdamUpdate.Beta1));
            }
        }
        return Math.Sqrt(sum);
    }

    private static TrainingSession Open(string device, string variant, SessionExtras extras = default)
    {
        ModelOptions options = Variants.Named(variant).Model(Inputs, Features, K, Members);
        TrainingSession session = Sessions.Open(device, options, Images, extras: extras);
        Sessions.Initialise(session, 4);
        return session;
    }
}
