namespace Tangram.Tests;

/// <summary>Training as PyTorch does: tools/make-golden.py wrote the files.</summary>
public sealed class GoldenTests
{
    private static readonly int[] Kept = [1, 10, 50];

    public static TheoryData<string> Devices => Variants.ByDevice;

    [Theory, MemberData(nameof(Devices))]
    public void Fifty_steps_of_the_plain_model_are_those_of_PyTorch(string device)
    {
        using SafetensorsFile file = Open("paper");
        int features = (int)file.Shape("initial.0")[0], inputs = (int)file.Shape("images")[1];
        ModelOptions options = Sessions.Model(inputs, features, Integer(file, "k"), members: 3);
        double rate = Number(file, "rate");
        Compare(file, device, options, default, _ => new StepSettings(rate, Number(file, "consistencyWeight")), (prefix, member, _) => $"{prefix}.{member}");
    }

    [Theory, MemberData(nameof(Devices))]
    public void Fifty_steps_with_every_option_are_those_of_PyTorch(string device)
    {
        using SafetensorsFile file = Open("modern");
        int features = (int)file.Shape("initial.0.encoder.weight")[0], inputs = (int)file.Shape("images")[1];
        ModelOptions options = Variants.Named(Variants.EverythingUntied).Model(inputs, features, Integer(file, "k"), members: 2);
        double[] rates = file.Read<double>("rate");
        StepSettings Settings(int step) => new(rates[step - 1], Number(file, "consistencyWeight"))
        {
            Auxiliary = Number(file, "auxiliaryWeight"),
            DeadAfter = Integer(file, "deadAfter"),
            MaximumNorm = Number(file, "maximumNorm"),
        };
        Compare(file, device, options, new SessionExtras(Integer(file, "auxiliaryK")), Settings,
            (prefix, member, parameter) => Ensemble.NameOf(member, parameter).Replace("members", prefix, StringComparison.Ordinal));
    }

    /// <param name="file">What PyTorch recorded.</param>
    /// <param name="device">What trains here.</param>
    /// <param name="options">The model.</param>
    /// <param name="extras">What its training needs beside it.</param>
    /// <param name="settings">Those of a step.</param>
    /// <param name="nameOf">What the file calls a member's parameter at a time.</param>
    private static void Compare(
        SafetensorsFile file, string device, ModelOptions options, SessionExtras extras, Func<int, StepSettings> settings, Func<string, int, Parameter, string> nameOf)
    {
        int capacity = Integer(file, "batch"), count = (int)file.Shape("images")[0], inputs = options.Shape.Length;
        double[] consistency = file.Read<double>("consistency");
        double[][] reconstruction = [.. Enumerable.Range(0, options.Members).Select(member => file.Read<double>($"reconstruction.{member}"))];
        double[][] auxiliary = [.. Enumerable.Range(0, options.Members).Select(member =>
            extras.AuxiliaryK > 0 ? file.Read<double>($"auxiliary.{member}") : new double[consistency.Length])];
        Assert.Equal(Kept[^1], consistency.Length);

        using TrainingSession session = Sessions.Open(device, options, capacity, extras: extras);
        foreach (var (member, parameter) in Parameters(options))
        {
            using FloatMatrix initial = Read(file, nameOf("initial", member, parameter), options, parameter);
            for (int row = 0; row < initial.Rows; row++)
                session.SetRow(member, new StateTensor(parameter), row, initial.Row(row));
        }
        using FloatMatrix pixels = new(count, inputs);
        file.Read("images", pixels);
        ImageSet images = ImageSet.FromRows("golden", inputs, Enumerable.Range(0, count).SelectMany(row => pixels.Row(row).ToArray()).ToArray());
        int batches = (count + capacity - 1) / capacity;
        for (int step = 1; step <= consistency.Length; step++)
        {
            int start = (step - 1) % batches * capacity;
            StepLosses losses = session.Step(new ImageBatch(images, Enumerable.Range(start, Math.Min(capacity, count - start)).ToArray()), settings(step));
            for (int member = 0; member < options.Members; member++)
            {
                Assert.InRange(losses.Reconstruction[member] / reconstruction[member][step - 1], 1 - 1e-5, 1 + 1e-5);
                Assert.InRange(Math.Abs(losses.Auxiliary[member] - auxiliary[member][step - 1]), 0, 1e-5 * auxiliary[member][step - 1]);
            }
            Assert.InRange(losses.Consistency / consistency[step - 1], 1 - 1e-5, 1 + 1e-5);
            if (!Kept.Contains(step))
                continue;
            foreach (var (member, parameter) in Parameters(options))
            {
                using FloatMatrix expected = Read(file, nameOf($"step{step}", member, parameter), options, parameter);
                CompareRows(expected, session, member, parameter);
            }
        }
    }

    private static void CompareRows(FloatMatrix expected, TrainingSession session, int member, Parameter parameter)
    {
        Parameter dictionary = session.Options.Untied ? Parameter.Decoder : Parameter.Encoder;
        for (int row = 0; row < expected.Rows; row++)
        {
            var actual = new float[expected.Columns];
            if (parameter == dictionary)
                session.CopyFeature(member, row, actual); // of length 1, if that is what PyTorch's have
            else
                session.CopyRow(member, new StateTensor(parameter), row, actual);
            for (int column = 0; column < expected.Columns; column++)
                Assert.Equal(expected.Row(row)[column], actual[column], 5e-6);
        }
    }

    private static IEnumerable<(int Member, Parameter Parameter)> Parameters(ModelOptions options) =>
        from member in Enumerable.Range(0, options.Members) from parameter in StateTensor.ParametersOf(options) select (member, parameter);

    private static FloatMatrix Read(SafetensorsFile file, string name, ModelOptions options, Parameter parameter)
    {
        var tensor = new StateTensor(parameter);
        var matrix = new FloatMatrix(tensor.Rows(options), tensor.Columns(options));
        if (tensor.IsMatrix)
            file.Read(name, matrix);
        else
            file.Read<float>(name).CopyTo(matrix.Row(0));
        return matrix;
    }

    private static SafetensorsFile Open(string name) => SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Golden", $"{name}.safetensors"));

    private static int Integer(SafetensorsFile file, string key) => int.Parse(file.Metadata[key]);

    private static double Number(SafetensorsFile file, string key) => double.Parse(file.Metadata[key]);
}
