namespace Tangram.Tests;

public sealed class TrainingOptionsTests
{
    private static readonly ImageShape Shape = new(28, 28, 1);

    [Fact]
    public void What_is_not_asked_for_is_the_papers_plain_model()
    {
        TrainingOptions plain = TrainingOptions.PaperMnist;
        Assert.Equal(new TrainingOptions(), plain);
        Assert.Equal(new ModelOptions { Shape = Shape }, plain.ModelFor(Shape));
        Assert.Equal(default, plain.Extras);
        Assert.True(plain.IsExtendable);
    }

    [Fact]
    public void The_modern_preset_says_what_it_is()
    {
        TrainingOptions modern = TrainingOptions.Presets["modern"];
        modern.Check(Shape);
        ModelOptions model = modern.ModelFor(Shape);
        Assert.True(model is { Untied: true, PreBias: true, EncoderBias: true, UnitRows: false, IsRectified: false, Members: 1 });
        Assert.Equal(new SessionExtras(64), modern.Extras);
        StepSettings settings = modern.SettingsOf(1, 1);
        Assert.Equal((1e-4, 50, 0.1, 0.0), (settings.Auxiliary, settings.DeadAfter, settings.EncoderBiasRate, settings.Consistency));
        Assert.Equal(0, modern.Reinitialisation.Window);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(59, false)]
    [InlineData(60, true)]
    [InlineData(100, true)]
    public void The_decoder_of_the_modern_preset_is_tied_at_first(long done, bool untied) =>
        Assert.Equal(untied, TrainingOptions.Modern.ModelAt(Shape, done, 100).Untied);

    [Fact]
    public void A_share_of_ties_says_nothing_where_weights_stay_tied()
    {
        TrainingOptions tied = TrainingOptions.PaperMnist with { TiedUntil = 0.5 };
        Assert.False(tied.ModelAt(Shape, 100, 100).Untied);
        Assert.True(tied.IsExtendable);
    }

    [Fact]
    public void The_auxiliary_term_uses_no_more_activations_than_there_are_features() =>
        Assert.Equal(16, (TrainingOptions.Modern with { Features = 16 }).Extras.AuxiliaryK);

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Options_out_of_range_are_refused_in_one_sentence_that_names_them(string named, TrainingOptions options)
    {
        string message = Assert.Throws<InputException>(() => options.Check(Shape)).Message;
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    public static TheoryData<string, TrainingOptions> Impossible()
    {
        var plain = new TrainingOptions();
        var data = new TheoryData<string, TrainingOptions>
        {
            { "tied for 1 ", plain with { TiedUntil = 1 } },
            { "add up to at most 1", plain with { WarmUp = 0.5, Decay = 0.6 } },
            { "no start 7", plain with { PreBias = (PreBiasStart)7 } },
            { "no initialisation 7", plain with { Initialisation = (Initialisation)7 } },
            { "from 0 activations", plain with { Auxiliary = new AuxiliaryOptions { K = 0 } } },
            { "after 0 steps", plain with { Auxiliary = new AuxiliaryOptions { DeadAfter = 0 } } },
            { "average's decay 1 ", plain with { AverageDecay = 1 } },
        };
        foreach (double value in new[] { double.NaN, double.PositiveInfinity, -0.1 })
        {
            data.Add("The warm-up", plain with { WarmUp = value });
            data.Add("The decay", plain with { Decay = value });
            data.Add("gradients' norm", plain with { MaximumNorm = value });
            data.Add("average's decay", plain with { AverageDecay = value });
            data.Add("auxiliary weight", plain with { Auxiliary = new AuxiliaryOptions { Weight = value } });
        }
        data.Add("The warm-up 1.1", plain with { WarmUp = 1.1 });
        data.Add("The decay 2", plain with { Decay = 2 });
        return data;
    }
}
