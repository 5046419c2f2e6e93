namespace Tangram.Tests;

/// <summary>The units that multiply bf16; tests of those that this machine lacks say so and are skipped.</summary>
internal static class Bf16Units
{
    public static TheoryData<string> All => [nameof(Bf16Unit.Avx512), nameof(Bf16Unit.Amx)];

    public static Bf16Product Open(string unit)
    {
        var (product, problem) = Bf16Product.Open(new Bf16Host(), unit);
        Assert.SkipWhen(product is null, problem ?? "");
        Assert.Equal(unit, product.Unit.ToString());
        return product;
    }
}
