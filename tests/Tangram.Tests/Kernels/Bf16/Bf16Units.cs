namespace Tangram.Tests;

/// <summary>The units that multiply bf16; tests of those that this machine lacks say so and are skipped.</summary>
internal static class Bf16Units
{
    public static TheoryData<string> All => [nameof(Bf16Unit.Avx512), nameof(Bf16Unit.Amx)];

    /// <summary>The one that sessions use; without one the test is skipped.</summary>
    public static Bf16Product Need()
    {
        Assert.SkipWhen(Bf16Product.ThisMachine is null, Bf16Product.Problem ?? "");
        return Bf16Product.ThisMachine;
    }

    public static Bf16Product Open(string unit)
    {
        var (product, problem) = Bf16Product.Open(new Bf16Host(), unit);
        Assert.SkipWhen(product is null, problem ?? "");
        Assert.Equal(unit, product.Unit.ToString());
        return product;
    }

    /// <summary>AMX's product as far as it isn't AMX: a stand-in computes, in the order of the other unit.</summary>
    public static Bf16Product OpenStandIn()
    {
        Open(nameof(Bf16Unit.Avx512));
        Assembler.Need();
        byte[] code = Assembler.Assemble(Listing.TestPathOf("amx-stand-in.s")).Code;
        var (product, problem) = Bf16Product.Open(new PretendedMachine { Amx = true, AmxCode = code }, wish: null);
        Assert.Equal((Bf16Unit.Amx, null), (product?.Unit, problem));
        return product!;
    }
}
