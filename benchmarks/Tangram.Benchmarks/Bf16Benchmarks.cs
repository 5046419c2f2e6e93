using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;

namespace Tangram.Benchmarks;

/// <summary>The encoder's product in bf16 beside the one in float32, on one thread, over a panel of 416 columns of 32 images; and what it takes to round their operands.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "The runner calls Cleanup.")]
public unsafe class Bf16Benchmarks
{
    private const int Columns = 416, Lanes = Tangram.GroupProduct.Lanes;
    private FloatMatrix _weights = null!, _images = null!, _output = null!;
    private NativeBuffer<ushort> _roundWeights = null!, _roundImages = null!;
    private Bf16Product _product = null!;

    /// <summary>The units that this machine has.</summary>
    public static IEnumerable<string> Units =>
        Enum.GetNames<Bf16Unit>().Where(unit => Bf16Product.Open(new Bf16Host(), unit).Product is not null);

    [ParamsSource(nameof(Units))]
    public string Unit { get; set; } = "";

    /// <summary>Rows that stay in the nearest caches, and those of a model.</summary>
    [Params(32, 1024)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _product = Bf16Product.Open(new Bf16Host(), Unit).Product!;
        (_weights, _images, _output) = (new FloatMatrix(Rows, Columns), new FloatMatrix(Columns, Lanes), new FloatMatrix(Rows, Lanes));
        (_roundWeights, _roundImages) = (new NativeBuffer<ushort>(Rows * Columns), new NativeBuffer<ushort>(Columns * Lanes));
        var random = new CounterRandom(1, RandomPurpose.Initialisation);
        foreach (FloatMatrix matrix in new[] { _weights, _images })
        {
            for (int index = 0; index < matrix.Rows * matrix.Columns; index++)
                matrix.Pointer[index] = (float)random.Normal((ulong)index);
        }
        RoundRows();
        RoundImages();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _weights.Dispose();
        _images.Dispose();
        _output.Dispose();
        _roundWeights.Dispose();
        _roundImages.Dispose();
    }

    /// <summary>2·32·rows·416 operations.</summary>
    [Benchmark(Baseline = true)]
    public void GroupProduct()
    {
        if (SimdTiers.Best == SimdTier.Bits512)
            Tangram.GroupProduct.Run<Simd512>(_weights.Pointer, Columns, Rows, _images.Pointer, Columns, _output.Pointer, add: false);
    }

    /// <summary>As many.</summary>
    [Benchmark]
    public void InBf16() => _product.Run(_roundWeights.Pointer, Columns, Rows, _roundImages.Pointer, Columns, _output.Pointer, add: false);

    /// <summary>All rows.</summary>
    [Benchmark]
    public void RoundRows()
    {
        for (int row = 0; row < Rows; row++)
            _product.Round(_weights.RowPointer(row), _roundWeights.Pointer + (row * Columns), Columns);
    }

    /// <summary>32 images side by side.</summary>
    [Benchmark]
    public void RoundImages() => _product.RoundPairs(_images.Pointer, Columns, _roundImages.Pointer);
}
