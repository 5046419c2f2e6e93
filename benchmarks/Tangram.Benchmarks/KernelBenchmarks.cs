using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace Tangram.Benchmarks;

/// <summary>Each kernel alone, on one thread, over the data of one panel of a training step on a batch of 128 images; on each vector width of this machine.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The runner calls Cleanup.")]
public class KernelBenchmarks
{
    private PanelStep _step = null!;

    /// <summary>One of two panels of the first, one of thirty of the second; k = 50 and 128.</summary>
    public static IEnumerable<string> Models => ["784 → 1024", "12288 → 3072"];

    /// <summary>Vector widths that this machine has.</summary>
    public static IEnumerable<int> Widths => Enum.GetValues<SimdTier>().Where(tier => tier != SimdTier.Scalar && tier <= SimdTiers.Best).Select(tier => (int)tier);

    [ParamsSource(nameof(Models))]
    public string Model { get; set; } = "";

    [ParamsSource(nameof(Widths))]
    public int Bits { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var (columns, features, k) = Model == Models.First() ? (392, 1024, 50) : (416, 3072, 128);
        _step = (SimdTier)Bits switch
        {
            SimdTier.Bits512 => new PanelStep<Simd512>(columns, features, k),
            SimdTier.Bits256 => new PanelStep<Simd256>(columns, features, k),
            _ => new PanelStep<Simd128>(columns, features, k),
        };
    }

    [GlobalCleanup]
    public void Cleanup() => _step.Dispose();

    /// <summary>2·128·F·columns operations.</summary>
    [Benchmark]
    public void GroupProduct() => _step.Multiply();

    /// <summary>128 images' columns side by side.</summary>
    [Benchmark]
    public void GroupTranspose() => _step.Transpose();

    /// <summary>128 selections of k among F.</summary>
    [Benchmark]
    public void TopKSelection() => _step.Select();

    /// <summary>128 sums of k rows: 4·128·k·columns bytes read.</summary>
    [Benchmark]
    public void RowCombination() => _step.Combine();

    /// <summary>128·k products of rows: 4·128·k·columns bytes read.</summary>
    [Benchmark]
    public void RowDots() => _step.Dot();

    /// <summary>F gradients of 128·k entries, and Adam: 8·128·k·columns bytes read, 24·F·columns read and written.</summary>
    [Benchmark]
    public void GradientAndAdam() => _step.Update();
}
