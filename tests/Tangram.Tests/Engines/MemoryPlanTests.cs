using System.Reflection;

namespace Tangram.Tests;

public sealed class MemoryPlanTests
{
    [Theory]
    [InlineData(784, 1024, 50, 1, 128, false)]
    [InlineData(784, 1024, 50, 5, 128, false)]
    [InlineData(12288, 3072, 128, 1, 128, false)]
    [InlineData(64, 4096, 8, 2, 1024, false)]
    [InlineData(100, 300, 300, 3, 37, false)]
    [InlineData(784, 1024, 50, 1, 128, true)]
    [InlineData(12288, 3072, 128, 1, 128, true)]
    [InlineData(64, 4096, 8, 2, 1024, true)]
    public void A_session_takes_what_the_formula_says(int inputs, int features, int k, int members, int batch, bool isMixed)
    {
        ModelOptions model = Sessions.Model(inputs, features, k, members);
        var plan = new MemoryPlan(model, batch, threads: 2, isMixed: isMixed);
        using TrainingSession session = Sessions.Cpu((int)SimdTiers.Best, model, batch, threads: 2, bf16: isMixed ? Bf16Units.Need() : null);
        long taken = BuffersOf(session, new HashSet<object>(ReferenceEqualityComparer.Instance));
        long expected = plan.ParameterBytes + plan.WorkspaceBytes;
        Assert.InRange(taken, 0.9 * expected, (1.02 * expected) + (1 << 20)); // the rest: ages of features, sums per image, ends of buffers
    }

    [Theory]
    [InlineData(784, 1024, 50, 1, 128, true)]
    [InlineData(784, 1024, 50, 1, 128, false)]
    [InlineData(64, 4096, 8, 2, 1024, true)]
    [InlineData(100, 300, 300, 3, 37, true)]
    public void A_session_with_every_option_takes_what_the_formula_says(int inputs, int features, int k, int members, int batch, bool biases)
    {
        ModelOptions model = Sessions.Model(inputs, features, k, members) with { Untied = true, UnitRows = true, EncoderBias = biases, PreBias = biases };
        var extras = new SessionExtras(AuxiliaryK: 64, Averages: true);
        var plan = new MemoryPlan(model, batch, threads: 2, extras: extras);
        using TrainingSession session = Sessions.Cpu((int)SimdTiers.Best, model, batch, threads: 2, extras: extras);
        long taken = BuffersOf(session, new HashSet<object>(ReferenceEqualityComparer.Instance));
        long expected = plan.ParameterBytes + plan.WorkspaceBytes;
        Assert.InRange(taken, 0.9 * expected, (1.02 * expected) + (1 << 20));
    }

    [Fact]
    public void Weights_and_moments_are_twelve_bytes_each_in_whole_tiles_and_vectors() =>
        Assert.Equal(12L * 2 * 1032 * 800, new MemoryPlan(Sessions.Model(785, 1025, 3, 2), 16, 1).ParameterBytes);

    [Theory]
    [InlineData(784, 1024, 128, 2)]
    [InlineData(12288, 3072, 128, 30)]
    [InlineData(64, 65536, 128, 1)]
    [InlineData(49152, 256, 128, 119)]
    [InlineData(784, 1024, 8192, 13)]
    [InlineData(784, 1024, 32, 2)]
    public void Panels_follow_from_shape_and_batch(int inputs, int features, int batch, int panels)
    {
        Partition partition = new MemoryPlan(Sessions.Model(inputs, features, 8, 1), batch, 2).Partition;
        Assert.Equal(panels, partition.Panels);
        Assert.Equal(FloatMatrix.RoundUp(inputs, 16), partition.Columns);
        int column = 0;
        for (int panel = 0; panel < panels; panel++)
        {
            Assert.Equal(column, partition.Start(panel));
            Assert.True(partition.Width(panel) > 0 && partition.Width(panel) % 16 == 0 && partition.Width(panel) <= partition.WidestPanel);
            column += partition.Width(panel);
        }
        Assert.Equal(partition.Columns, column);
        Assert.Equal((0, panels), (partition.FirstPanel(0), partition.FirstPanel(partition.Shards)));
    }

    [Fact]
    public void More_than_sixty_percent_of_memory_for_parameters_is_refused_with_the_formula()
    {
        var plan = new MemoryPlan(Sessions.Model(49152, 8192, 50, 1), 128, 2);
        plan.Check((plan.ParameterBytes / 6 * 10) + 10);
        var exception = Assert.Throws<InputException>(() => plan.Check((plan.ParameterBytes / 6 * 10) - 10));
        Assert.Contains("12 bytes × 1 members × 8192 features × 49152 values", exception.Message, StringComparison.Ordinal);
        Assert.Contains("4.5 GiB", exception.Message, StringComparison.Ordinal);
        Assert.Contains("60 %", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_workspace_that_does_not_fit_beside_the_parameters_is_refused()
    {
        var plan = new MemoryPlan(Sessions.Model(784, 1024, 50, 1), 1 << 20, 2);
        plan.Check((plan.ParameterBytes + plan.WorkspaceBytes) * 2);
        var exception = Assert.Throws<InputException>(() => plan.Check(plan.ParameterBytes + plan.WorkspaceBytes));
        Assert.Contains("smaller batch", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_refuses_a_model_beyond_memory_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        string run = folder.File("run");
        string error = await CommandRun.RefuseAsync("train", "sample", "--features", "10000000", "--out", run);
        Assert.Contains("12 bytes × 5 members × 10000000 features × 784 values", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run));
    }

    /// <summary>Bytes of all native and large managed arrays that can be reached from an object.</summary>
    private static long BuffersOf(object item, HashSet<object> seen)
    {
        if (item is string || item is Delegate || item is Thread || item.GetType().IsPrimitive || !seen.Add(item))
            return 0;
        Type type = item.GetType();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(NativeBuffer<>))
            return (long)type.GetField("_bytes", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(item)!;
        if (item is Array array)
            return array.GetType().GetElementType()!.IsPrimitive ? Buffer.ByteLength(array) : array.Cast<object?>().Sum(one => one is null ? 0 : BuffersOf(one, seen));
        long sum = 0;
        for (Type? level = type; level is not null && level.Namespace?.StartsWith("Tangram", StringComparison.Ordinal) == true; level = level.BaseType)
        {
            foreach (FieldInfo field in level.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer && field.GetValue(item) is { } value)
                    sum += BuffersOf(value, seen);
            }
        }
        return sum;
    }
}
