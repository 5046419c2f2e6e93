namespace Tangram.Tests;

/// <summary>Training the plain model as PyTorch does: tools/make-golden.py wrote the file.</summary>
public sealed class GoldenTests
{
    private static readonly int[] Kept = [1, 10, 50];

    [Theory]
    [InlineData("reference")]
    [InlineData("cpu")]
    public void Fifty_steps_are_those_of_PyTorch(string device)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Golden", "paper.safetensors"));
        int capacity = int.Parse(file.Metadata["batch"]), k = int.Parse(file.Metadata["k"]);
        var settings = new StepSettings(double.Parse(file.Metadata["rate"]), double.Parse(file.Metadata["consistencyWeight"]));
        int count = (int)file.Shape("images")[0], inputs = (int)file.Shape("images")[1], features = (int)file.Shape("initial.0")[0];
        double[][] reconstruction = [.. Enumerable.Range(0, 3).Select(member => file.Read<double>($"reconstruction.{member}"))];
        double[] consistency = file.Read<double>("consistency");
        Assert.Equal(Kept[^1], consistency.Length);

        using TrainingSession session = Device.Parse(device).OpenTraining(Sessions.Model(inputs, features, k, 3), capacity, threads: 2);
        for (int member = 0; member < 3; member++)
        {
            int own = member;
            file.Read($"initial.{member}", features, inputs, (feature, row) => session.SetRow(own, new StateTensor(Parameter.Encoder), feature, row));
        }
        ImageSet images = ReadImages(file, count, inputs);
        int batches = (count + capacity - 1) / capacity;
        for (int step = 1; step <= consistency.Length; step++)
        {
            int start = (step - 1) % batches * capacity;
            StepLosses losses = session.Step(new ImageBatch(images, Enumerable.Range(start, Math.Min(capacity, count - start)).ToArray()), settings);
            for (int member = 0; member < 3; member++)
                Assert.InRange(losses.Reconstruction[member] / reconstruction[member][step - 1], 1 - 1e-5, 1 + 1e-5);
            Assert.InRange(losses.Consistency / consistency[step - 1], 1 - 1e-5, 1 + 1e-5);
            if (Kept.Contains(step))
                CompareWeights(file, session, step);
        }
    }

    private static void CompareWeights(SafetensorsFile file, TrainingSession session, int step)
    {
        for (int member = 0; member < 3; member++)
        {
            using var expected = new FloatMatrix(session.Options.Features, session.Options.Shape.Length);
            file.Read($"step{step}.{member}", expected);
            for (int feature = 0; feature < expected.Rows; feature++)
            {
                float[] actual = session.Feature(member, feature);
                for (int column = 0; column < expected.Columns; column++)
                    Assert.Equal(expected.Row(feature)[column], actual[column], 5e-6);
            }
        }
    }

    private static ImageSet ReadImages(SafetensorsFile file, int count, int inputs)
    {
        using var matrix = new FloatMatrix(count, inputs);
        file.Read("images", matrix);
        return ImageSet.FromRows("golden", inputs, Enumerable.Range(0, count).SelectMany(row => matrix.Row(row).ToArray()).ToArray());
    }
}
