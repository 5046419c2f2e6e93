namespace Tangram.Tests;

/// <summary>Where something is missing, there is no product but a reason; nothing throws.</summary>
public sealed class Bf16HostTests
{
    [Fact]
    public void This_machine_has_a_product_or_a_reason()
    {
        Assert.NotEqual(Bf16Product.ThisMachine is null, Bf16Product.Problem is null);
        Assert.Same(Bf16Product.ThisMachine, Bf16Product.ThisMachine);
    }

    [Theory]
    [InlineData("off", "TANGRAM_BF16 is off")]
    [InlineData("OFF", "TANGRAM_BF16 is off")]
    [InlineData("fast", "TANGRAM_BF16 is 'fast', which is not auto, amx, avx512 or off")]
    public void A_wish_can_rule_it_out(string wish, string problem) => Check(new PretendedMachine(), wish, problem);

    [Fact]
    public void Another_system_has_none() => Check(new PretendedMachine { LinuxX64 = false }, null, "its machine code is for Linux on x64");

    [Fact]
    public void A_runtime_without_avx512_has_none() =>
        Check(new PretendedMachine { Avx512 = false }, null, "this processor has no AVX-512, or the runtime was told not to use it");

    [Theory]
    [InlineData(false, false, null, "this processor has neither AMX nor AVX512-BF16")]
    [InlineData(false, true, null, "this processor has AMX, but not AVX512-BF16, which rounds for it")]
    [InlineData(true, false, "amx", "this processor has no AMX")]
    public void A_processor_without_the_instructions_has_none(bool bf16, bool amx, string? wish, string problem) =>
        Check(new PretendedMachine { Bf16 = bf16, Amx = amx }, wish, problem);

    [Theory]
    [InlineData(6, 1)]
    [InlineData(7, 0)]
    public void Processors_are_not_asked_for_what_they_cannot_answer(int leaves, int parts) =>
        Check(new PretendedMachine { Leaves = leaves, Parts = parts }, "avx512", "this processor has neither AMX nor AVX512-BF16");

    [Fact]
    public void Tile_registers_that_the_system_refuses_are_a_reason() =>
        Check(new PretendedMachine { Amx = true, GivesTiles = false }, "amx", "the system refuses AMX's registers");

    [Fact]
    public void Memory_that_the_system_refuses_is_a_reason()
    {
        Check(new PretendedMachine { GivesMemory = false }, null, "the system refuses memory for machine code");
        Check(new PretendedMachine { Amx = true, GivesMemory = false }, "amx", "the system refuses memory for machine code");
    }

    [Fact]
    public void Both_units_reasons_are_given() =>
        Check(new PretendedMachine { Amx = true, GivesTiles = false, GivesMemory = false }, null, "the system refuses AMX's registers, and the system refuses memory for machine code");

    [Fact]
    public void Code_that_computes_something_else_is_found_out()
    {
        Assert.SkipUnless(new Bf16Host().IsLinuxX64, "the code is for Linux on x64");
        Check(new PretendedMachine { DoesNothing = true }, "avx512", "AVX512-BF16 failed its test");
        Check(new PretendedMachine { DoesNothing = true, Amx = true }, "auto", "AMX failed its test, and AVX512-BF16 failed its test");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Auto")]
    [InlineData("avx512")]
    public void Without_amx_the_other_unit_is_taken(string? wish)
    {
        Bf16Units.Open(nameof(Bf16Unit.Avx512));
        var (product, problem) = Bf16Product.Open(new PretendedMachine { Amx = true, GivesTiles = false }, wish);
        Assert.Equal((Bf16Unit.Avx512, null), (product?.Unit, problem));
        Assert.Equal(wish == "avx512" ? null : "the system refuses AMX's registers", product!.PassedOver);
        Assert.Null(Bf16Product.Open(new PretendedMachine(), wish).Product!.PassedOver);
    }

    [Fact]
    public void This_machines_code_is_never_writable_and_executable_at_once()
    {
        Bf16Host host = new();
        Assert.SkipUnless(host.IsLinuxX64, "the code is for Linux on x64");
        nint start = host.Load(Bf16Code.Avx512);
        Assert.Contains(" r-xp ", File.ReadLines("/proc/self/maps").Single(line => Covers(line, start)), StringComparison.Ordinal);
    }

    private static bool Covers(string line, nint address)
    {
        long[] range = [.. line.Split(' ')[0].Split('-').Select(end => Convert.ToInt64(end, 16))];
        return range[0] <= address && address < range[1];
    }

    private static void Check(Bf16Host host, string? wish, string problem) => Assert.Equal((null, problem), Bf16Product.Open(host, wish));
}
