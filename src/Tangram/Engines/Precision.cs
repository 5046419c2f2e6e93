namespace Tangram;

/// <summary>How numbers are kept while a session trains; sums, gradients and the weights that they change are float32 in both.</summary>
internal enum Precision
{
    /// <summary>Everything in float32.</summary>
    Fp32,

    /// <summary>On OpenCL devices images, and the copy of the weights that products read, in half precision; on a CPU the encoder's product of both in bf16.</summary>
    Mixed,
}

internal static class Precisions
{
    public const string Auto = "auto";

    /// <summary>What <c>--precision</c> and run.json call it.</summary>
    public static string Word(this Precision precision) => precision == Precision.Mixed ? "mixed" : "fp32";

    /// <summary>The precision that is named, or the CPU's best.</summary>
    /// <exception cref="InputException">Another word, or mixed precision where the CPU has none.</exception>
    public static Precision OnCpu(string word)
    {
        Precision precision = Parse(word) ?? Device.Cpu.BestPrecision;
        return Device.Cpu.Has(precision)
            ? precision
            : throw new InputException($"Mixed precision can't be had here ({Bf16Product.Problem}); give fp32 or auto.");
    }

    /// <summary>Null for <c>auto</c>: what the device is best at.</summary>
    /// <exception cref="InputException">Another word.</exception>
    public static Precision? Parse(string word)
    {
        if (word == Auto)
            return null;
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            if (precision.Word() == word)
                return precision;
        }
        throw new InputException($"There is no precision '{word}'; choose {Auto}, {Precision.Fp32.Word()} or {Precision.Mixed.Word()}.");
    }
}
