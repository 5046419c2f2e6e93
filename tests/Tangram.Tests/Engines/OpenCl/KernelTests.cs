using System.Reflection;

namespace Tangram.Tests;

/// <summary>Kernels alone, each against its formula in plain loops, cut into work-groups of several sizes.</summary>
[Trait("Needs", "opencl")]
[Collection(Name)]
public abstract class KernelTests(OpenClPrograms programs)
{
    public const string Name = "OpenCL kernels";

    /// <summary>Items of a work-group.</summary>
    public static TheoryData<int> Groups => [.. OpenClPrograms.Layouts.Select(layout => layout.Group)];

    /// <summary>Items of a work-group, and whether images and weights are stored in half precision.</summary>
    public static TheoryData<int, bool> GroupsAndPrecisions =>
        [.. from layout in OpenClPrograms.Layouts from isMixed in new[] { false, true } select (layout.Group, isMixed)];

    /// <summary>With <paramref name="isHalf"/>, of a device that calculates in half precision.</summary>
    private protected KernelBench Bench(int group, bool isMixed = false, bool isHalf = false) =>
        new(programs.Of(group, isMixed, isHalf), isMixed, GetType().GetCustomAttribute<TestsKernelsAttribute>()!.Names);
}

/// <summary>Which kernels a class tests.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TestsKernelsAttribute(params string[] names) : Attribute
{
    public IReadOnlyList<string> Names => names;
}

/// <summary>All tests of kernels share the programs, and follow each other: a kernel has one set of arguments.</summary>
[CollectionDefinition(KernelTests.Name)]
public sealed class KernelCollection : ICollectionFixture<OpenClPrograms>;

/// <summary>The kernels, built once for each layout and precision.</summary>
public sealed class OpenClPrograms : IDisposable
{
    private const int Many = 1 << 20;

    private readonly Dictionary<(int Group, bool IsMixed, bool IsHalf), OpenClContext> _contexts = [];

    /// <summary>Work-groups of one item, of few, and the largest.</summary>
    internal static OpenClLayout[] Layouts => [new(1, 1, 1), new(8, 2, 2), new(64, 16, 4)];

    public void Dispose()
    {
        foreach (OpenClContext context in _contexts.Values)
            context.Dispose();
    }

    internal OpenClContext Of(int group, bool isMixed, bool isHalf = false)
    {
        if (_contexts.TryGetValue((group, isMixed, isHalf), out OpenClContext? context))
            return context;
        // Local memory limits what an item of the encoder computes.
        OpenClDevice device = isHalf ? PoCl.DeviceWithHalfArithmetic : PoCl.Device;
        device = group switch
        {
            1 => device with { LargestWorkGroup = 1, LocalMemory = 600 },
            8 => device with { LargestWorkGroup = 8, LocalMemory = 2000 },
            _ => device,
        };
        context = new OpenClContext(device, OpenClLayout.For(device, Many, Many), isMixed, isProfiled: false);
        _contexts.Add((group, isMixed, isHalf), context);
        Assert.Equal(Array.Find(Layouts, layout => layout.Group == group), context.Layout);
        return context;
    }
}
