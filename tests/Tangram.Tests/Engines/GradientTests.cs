namespace Tangram.Tests;

/// <summary>The first step's gradient, read from Adam's first moments, against differences of the loss itself.</summary>
public sealed class GradientTests
{
    private const int Inputs = 7, Features = 9, K = 3, AuxiliaryK = 2, Images = 5;

    /// <summary>Steps that count as done before the one that is looked at, so that features can be dead.</summary>
    private const int StepsBefore = 20, DeadAfter = 8;

    public static TheoryData<string, string> Cases => Variants.ByDeviceAndVariant;

    [Theory, MemberData(nameof(Cases))]
    public void One_members_gradient_is_the_losss_derivative(string device, string variant) => CompareWithDifferences(device, variant, 1, 0);

    [Theory, MemberData(nameof(Cases))]
    public void Members_that_ignore_each_other_have_the_losss_derivative(string device, string variant) => CompareWithDifferences(device, variant, 3, 0);

    [Theory, MemberData(nameof(Cases))]
    public void Three_members_that_shall_agree_have_the_losss_derivative(string device, string variant) => CompareWithDifferences(device, variant, 3, 2.5);

    [Theory, MemberData(nameof(Cases))]
    public void Two_members_that_shall_agree_above_all_have_the_losss_derivative(string device, string variant) =>
        CompareWithDifferences(device, variant, 2, 20);

    private static void CompareWithDifferences(string device, string name, int members, double consistency)
    {
        Variant variant = Variants.Named(name);
        StepSettings settings = variant.Settings(1e-3, consistency, DeadAfter, maximumNorm: 0.05);
        using TrainingSession session = Sessions.Open(device, variant.Model(Inputs, Features, K, members), Images, extras: variant.Extras(AuxiliaryK));
        using SessionState before = Prepare(session);
        ImageSet images = Sessions.Images(Images, Inputs, 8);
        double[][] x = [.. Enumerable.Range(0, Images).Select(image => Doubles(images, image))];
        DenseMember[] model = [.. before.Members.Select(member => new DenseMember(session.Options, member))];
        if (variant.UnitRows)
            Array.ForEach(model, member => member.Normalise(variant.Untied ? Parameter.Decoder : Parameter.Encoder));
        // The step that is looked at is the 21st; the eight before it are 13 … 20.
        var loss = new DenseLoss(x, model, new DenseTerms(K, variant.Rectified, variant.UnitRows, consistency)
        {
            Auxiliary = settings.Auxiliary,
            AuxiliaryK = AuxiliaryK,
            Dead = variant.Auxiliary ? [.. before.Members.Select(member => Array.ConvertAll(member.Ages.LastActive, step => step < 13))] : null,
        });

        StepLosses losses = session.Step(Sessions.BatchOf(images), settings);
        Assert.Equal(loss.At(model), losses.Total(settings), 1e-6);
        Assert.Equal(Enumerable.Range(0, members).Select(member => loss.Auxiliary(model, member)), losses.Auxiliary, (expected, actual) => Math.Abs(expected - actual) < 1e-6);
        using SessionState after = session.Save();
        for (int member = 0; member < members; member++)
        {
            double[][][] expected = [.. model[member].Parameters.Select(parameter => Derivatives(loss, model, model[member][parameter]))];
            double norm = Math.Sqrt(expected.Sum(rows => rows.Sum(row => row.Sum(value => value * value))));
            if (variant.Clipped)
                Assert.True(norm > 0.05, "The test needs a gradient to clip.");
            double scale = variant.Clipped ? 0.05 / norm : 1;
            foreach (var (parameter, rows) in model[member].Parameters.Zip(expected))
                Compare(rows, scale, after.Members[member][parameter, Slot.FirstMoment]);
        }
    }

    /// <summary>A beginning in which some features are dead, and some only just not.</summary>
    private static SessionState Prepare(TrainingSession session)
    {
        Sessions.Initialise(session, 6);
        SessionState state = session.Save();
        state.Steps = StepsBefore;
        foreach (MemberState member in state.Members)
            new long[] { 13, 12, 20, 0, 12, 19, 11, 13, 12 }.CopyTo(member.Ages.LastActive, 0);
        session.Load(state);
        return state;
    }

    private static double[][] Derivatives(DenseLoss loss, DenseMember[] model, double[][] rows) =>
        [.. rows.Select(row => Enumerable.Range(0, row.Length).Select(column => loss.Derivative(model, row, column)).ToArray())];

    private static void Compare(double[][] expected, double scale, FloatMatrix firstMoment)
    {
        double largest = 0, difference = 0;
        for (int row = 0; row < expected.Length; row++)
        {
            for (int column = 0; column < expected[row].Length; column++)
            {
                double derivative = scale * expected[row][column];
                largest = Math.Max(largest, Math.Abs(derivative));
                difference = Math.Max(difference, Math.Abs((firstMoment.Row(row)[column] / (1 - AdamUpdate.Beta1)) - derivative));
            }
        }
        Assert.True(largest > 1e-2 * scale);
        Assert.InRange(difference, 0, 2e-6 * largest);
    }

    private static double[] Doubles(ImageSet images, int image)
    {
        var pixels = new float[Inputs];
        images.CopyTo(image, pixels);
        return Array.ConvertAll(pixels, value => (double)value);
    }
}
