using System.Reflection;

namespace Tangram.Tests;

[Trait("Needs", "opencl")]
[Collection(KernelTests.Name)]
public sealed class KernelCoverageTests(OpenClPrograms programs)
{
    [Fact]
    public void Every_kernel_is_tested_alone()
    {
        IEnumerable<string> tested = typeof(KernelTests).Assembly.GetTypes().SelectMany(type => type.GetCustomAttribute<TestsKernelsAttribute>()?.Names ?? []);
        Assert.Equal(programs.Of(64, isMixed: false).Kernels.Order(StringComparer.Ordinal), tested.Order(StringComparer.Ordinal));
    }
}
