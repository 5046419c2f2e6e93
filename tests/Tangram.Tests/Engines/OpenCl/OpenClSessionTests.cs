namespace Tangram.Tests;

/// <summary>What is the OpenCL session's own: how its work is cut, what it says of itself, and how it fails.</summary>
[Trait("Needs", "opencl")]
public sealed class OpenClSessionTests
{
    private static readonly StepSettings Settings = new(1e-2, 0.4) { Auxiliary = 0.5, DeadAfter = 2, MaximumNorm = 0.2, AverageDecay = 0.9 };

    /// <summary>D, F, k, images: below, at and beyond the borders of tiles, groups and words of bits.</summary>
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 1, 1, 1 },
        { 3, 2, 2, 2 },
        { 16, 64, 1, 64 },
        { 17, 65, 64, 65 },
        { 63, 130, 3, 33 },
        { 130, 100, 20, 3 },
        { 65, 513, 40, 31 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Every_shape_steps_like_plain_loops(int inputs, int features, int k, int images)
    {
        ModelOptions options = Variants.Named(Variants.EverythingUntied).Model(inputs, features, k, members: 2) with { UnitRows = inputs > 3 }; // of a short row nothing is left without its part along itself
        CompareWithOracle(options, images, isMixed: false, PoCl.Device, steps: 4);
        CompareWithOracle(options with { Untied = false }, images, isMixed: true, PoCl.Device, steps: 4);
    }

    [Theory]
    [InlineData(1, 1 << 20)]
    [InlineData(2, 1 << 20)]
    [InlineData(8, 1 << 20)]
    [InlineData(32, 1 << 20)]
    [InlineData(100, 1 << 20)]
    [InlineData(4096, OpenClLayout.LeastLocalMemory)]
    public void Every_size_of_work_groups_steps_like_plain_loops(int largestGroup, int localMemory)
    {
        OpenClDevice device = PoCl.Device with { LargestWorkGroup = largestGroup, LocalMemory = localMemory };
        ModelOptions options = Variants.Named(Variants.EverythingTied).Model(37, 45, 7, members: 2);
        CompareWithOracle(options, 20, isMixed: false, device, steps: 4);
        CompareWithOracle(options, 20, isMixed: false, device with { LargestHeight = 1 }, steps: 1); // some devices have work-groups in one dimension only
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bits_depend_on_no_chance_and_on_no_workspace(bool isMixed)
    {
        ModelOptions options = Variants.Named(Variants.EverythingUntied).Model(70, 90, 9, members: 3);
        var extras = new SessionExtras(AuxiliaryK: 4, Averages: true);
        using OpenClSession session = PoCl.Open(options, 40, extras, isMixed), other = PoCl.Open(options, 40, extras, isMixed, workspace: 1);
        var order = new EpochOrder(Sessions.Images(100, 70, 3), 40, seed: 1);
        foreach (OpenClSession each in new[] { session, other })
        {
            Sessions.Initialise(each, 5);
            each.Queue(order[0]);
            for (int step = 0; step < 9; step++)
            {
                each.Queue(order[step + 1]);
                each.Step(Settings);
            }
        }
        using SessionState expected = session.Save(), actual = other.Save();
        Sessions.SameState(expected, actual);
    }

    [Fact]
    public void A_batch_of_pixels_is_the_same_as_of_their_numbers()
    {
        byte[] pixels = [.. Enumerable.Range(0, 7 * 300).Select(index => (byte)(index * 37))];
        float[] numbers = Array.ConvertAll(pixels, pixel => pixel / 255f);
        ModelOptions options = Sessions.Model(300, 40, 5, 1);
        using OpenClSession ofPixels = PoCl.Open(options, 7), ofNumbers = PoCl.Open(options, 7);
        Sessions.Initialise(ofPixels, 5);
        Sessions.Initialise(ofNumbers, 5);
        ofPixels.Step(Sessions.BatchOf(ImageSet.FromBytes("pixels", ImageShape.Row(300), pixels)), Settings);
        ofNumbers.Step(Sessions.BatchOf(ImageSet.FromRows("numbers", 300, numbers)), Settings);
        using SessionState expected = ofNumbers.Save(), actual = ofPixels.Save();
        Sessions.SameState(expected, actual);
    }

    [Fact]
    public void Lengths_of_features_are_those_of_their_rows()
    {
        foreach (string variant in new[] { Variants.Plain, Variants.EverythingTied, Variants.EverythingUntied })
        {
            ModelOptions options = Variants.Named(variant).Model(21, 30, 3, members: 2);
            using OpenClSession session = PoCl.Open(options, 5, new SessionExtras(AuxiliaryK: 2, Averages: true));
            Sessions.Initialise(session, 8);
            session.SetRow(1, new StateTensor(options.Untied ? Parameter.Decoder : Parameter.Encoder), 7, new float[21]);
            var row = new float[21];
            for (int feature = 0; feature < options.Features; feature++)
            {
                session.CopyFeature(1, feature, row);
                Assert.Equal(Math.Sqrt(row.Sum(value => (double)value * value)), session.FeatureNorms(1)[feature], 1e-6);
            }
        }
    }

    [Fact]
    public void Kernels_are_timed_where_that_is_asked_for()
    {
        using var session = new OpenClSession(PoCl.Device, Sessions.Model(20, 30, 4, 1), 8, MemoryPlan.DefaultBudget, default, isMixed: false, isProfiled: true);
        Sessions.Initialise(session, 8);
        session.Step(Sessions.BatchOf(Sessions.Images(8, 20, 2)), new StepSettings(1e-3, 0));
        Dictionary<string, double> times = session.PhaseNames.Zip(session.PhaseMilliseconds).ToDictionary(phase => phase.First, phase => phase.Second, StringComparer.Ordinal);
        foreach (string kernel in new[] { "encode", "select_largest", "decode", "delta", "update" })
            Assert.True(times[kernel] > 0, kernel);
        Assert.Equal(0, times["clip"]);
        Assert.All(session.PhaseMilliseconds, time => Assert.Equal(0, time)); // what was told isn't told again
    }

    [Fact]
    public void A_model_that_does_not_fit_is_refused_with_the_formula()
    {
        ModelOptions options = Sessions.Model(12288, 3072, 128, 5);
        string message = Assert.Throws<InputException>(() => PoCl.Open(options, 128, device: PoCl.Device with { Name = "Small", Memory = 1L << 30 })).Message;
        Assert.Equal("Weights and moments take 2.1 GiB (12 bytes × 5 members × 3072 features × 12288 values) and a step's workspace 0.1 GiB: more than 90 % of Small's 1.0 GiB; " +
            "give a smaller model or batch, or --device cpu.", message);
        message = Assert.Throws<InputException>(() => PoCl.Open(options, 128, device: PoCl.Device with { Name = "Narrow", LargestBuffer = 100 << 20 })).Message;
        Assert.Equal("One of the arrays takes 0.1 GiB; Narrow allows 0.1 GiB in one piece; give a smaller model or batch, or --device cpu.", message);
    }

    [Fact]
    public void A_batch_that_kernels_can_not_count_is_refused() =>
        Assert.StartsWith("A batch of 60000 images with 40000 activations each is more than 2147483647 activations",
            Assert.Throws<InputException>(() => PoCl.Open(Sessions.Model(2, 40_000, 40_000, 1), 60_000)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_batch_of_more_images_than_a_grid_has_rows_steps_like_the_processors()
    {
        const int Images = 70_000; // so many sums differ in their last bits, and one or another choice of features with them
        ModelOptions options = Variants.Named(Variants.EverythingUntied).Model(5, 150, 2, members: 2);
        var extras = new SessionExtras(AuxiliaryK: 4, Averages: true);
        using TrainingSession cpu = Device.Cpu.OpenTraining(options, Images, threads: 2, extras: extras);
        using OpenClSession session = PoCl.Open(options, Images, extras);
        ImageBatch batch = Sessions.BatchOf(Sessions.Images(Images, options.Shape.Length, 6));
        foreach (TrainingSession each in new[] { cpu, session })
        {
            Sessions.Initialise(each, 21);
            for (int step = 0; step < 4; step++)
                each.Step(batch, Settings);
        }
        float[] expected = cpu.SampleErrors(1).ToArray(), actual = session.SampleErrors(1).ToArray();
        int far = expected.Zip(actual).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-3 * (1 + pair.First));
        Assert.Equal(Images, actual.Length);
        Assert.InRange(far, 0, Images / 1000);
    }

    [Fact]
    public void A_wide_device_gets_smaller_tiles_where_large_ones_are_few()
    {
        OpenClDevice wide = PoCl.Device with { ComputeUnits = 132, LargestWorkGroup = 1024, LargestHeight = 1024, LocalMemory = 48 << 10 };
        Assert.Equal(new OpenClLayout(64, 16, 2), OpenClLayout.For(wide, 128, 1024));
        Assert.Equal(new OpenClLayout(64, 16, 4), OpenClLayout.For(wide, 128, 3072));
        Assert.Equal(new OpenClLayout(64, 16, 1), OpenClLayout.For(wide, 16, 64));
        Assert.Equal(new OpenClLayout(64, 16, 4), OpenClLayout.For(wide with { ComputeUnits = 28 }, 128, 1024));
    }

    private static void CompareWithOracle(ModelOptions options, int images, bool isMixed, OpenClDevice device, int steps)
    {
        var extras = new SessionExtras(AuxiliaryK: Math.Min(4, options.Features), Averages: true);
        using var reference = new ReferenceSession(options, images, extras, isMixed ? ReferenceRounding.Stored : ReferenceRounding.None);
        using OpenClSession session = PoCl.Open(options, images, extras, isMixed, device);
        Sessions.Initialise(reference, 21);
        ImageBatch batch = Sessions.BatchOf(Sessions.Images(images, options.Shape.Length, 6));
        for (int step = 0; step < steps; step++)
        {
            using SessionState before = reference.Save();
            session.Load(before);
            Sessions.CloseLosses(reference.Step(batch, Settings), session.Step(batch, Settings));
            using SessionState expected = reference.Save(), actual = session.Save();
            Sessions.CloseState(expected, actual, Settings.LearningRate);
        }
    }
}
