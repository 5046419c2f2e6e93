using System.CommandLine;
using Tangram.Cli;

namespace Tangram.Tests;

/// <summary>What the options of <c>train</c> make of a preset.</summary>
public sealed class TrainArgumentsTests
{
    [Fact]
    public void Without_options_a_preset_is_what_it_is()
    {
        Assert.Equal(TrainingOptions.PaperMnist, Options("sample"));
        Assert.Equal(TrainingOptions.Modern, Options("sample", "--preset", "modern"));
    }

    [Fact]
    public void Every_option_has_its_effect() => Assert.Equal(
        TrainingOptions.PaperMnist with
        {
            Rule = new SparsityRule.TopK(7, Rectified: true),
            Untied = true,
            PreBias = PreBiasStart.GeometricMedian,
            EncoderBias = true,
            EncoderBiasRate = 0.25,
            UnitRows = true,
            Initialisation = Initialisation.DataPoints,
            Auxiliary = new AuxiliaryOptions { Weight = 0.5, K = 9, DeadAfter = 11 },
            WarmUp = 0.1,
            Decay = 0.2,
            MaximumNorm = 3,
            AverageDecay = 0.99,
        },
        Options("--untied", "sample", "--k", "7", "--relu", "--pre-bias", "median", "--encoder-bias", "--encoder-bias-rate", "0.25", "--unit-rows", "--initialisation", "data", "--auxiliary", "0.5",
            "--auxiliary-k", "9", "--dead-after", "11", "--warm-up", "0.1", "--decay", "0.2", "--clip", "3", "--average", "0.99"));

    [Fact]
    public void What_a_preset_turns_on_can_be_turned_off()
    {
        TrainingOptions options = Options("sample", "--preset", "modern", "--pre-bias", "none", "--encoder-bias=false", "--auxiliary", "0", "--decay", "0", "--untied", "false");
        Assert.Equal(new ModelOptions { Shape = new ImageShape(28, 28, 1), Members = 1 }, options.ModelFor(new ImageShape(28, 28, 1)));
        Assert.True(options.IsExtendable);
        Assert.Equal(default, options.Extras);
    }

    [Theory]
    [InlineData(true, 0.6, "--preset", "modern")]
    [InlineData(true, 0, "--preset", "modern", "--untied")]
    [InlineData(true, 0.3, "--preset", "modern", "--tied-until", "0.3")]
    [InlineData(false, 0, "--preset", "modern", "--untied", "false")]
    [InlineData(true, 0.3, "--tied-until", "0.3")]
    [InlineData(true, 0.3, "--untied", "--tied-until", "0.3")]
    [InlineData(false, 0)]
    public void How_long_the_decoder_is_tied_goes_with_whether_it_gets_weights(bool untied, double until, params string[] args)
    {
        TrainingOptions options = Options(["sample", .. args]);
        Assert.Equal((untied, until), (options.Untied, options.TiedUntil));
    }

    [Fact]
    public void Another_k_leaves_the_rectification_as_it_is() =>
        Assert.Equal(new SparsityRule.TopK(20, Rectified: true), Options("sample", "--preset", "modern", "--relu", "--k", "20").Rule);

    private static TrainingOptions Options(params string[] args)
    {
        var arguments = new TrainArguments(DeviceCatalog.ThisMachine);
        var command = new Command("train");
        arguments.AddTo(command);
        ParseResult parsed = command.Parse(args);
        Assert.Empty(parsed.Errors);
        Assert.Equal("sample", parsed.GetValue(arguments.Data));
        return arguments.Apply(parsed, arguments.Preset(parsed) ?? TrainingOptions.PaperMnist);
    }
}
