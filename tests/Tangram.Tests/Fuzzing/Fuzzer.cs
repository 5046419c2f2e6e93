using System.Diagnostics;
using System.Globalization;

namespace Tangram.Tests;

/// <summary>
/// Gives a reader damaged files by the hundred. Each must be opened, with what its header says, or be refused by an <see cref="InputException"/>: never another exception, never memory or time out
/// of proportion to the file. A failure names seed and case, and the file, made as little damaged as it can be, is kept.
/// The tests try <see cref="Cases"/>; <c>tools/fuzz</c> goes on for longer, by the variables TANGRAM_FUZZ_SECONDS (for each reader) and TANGRAM_FUZZ_SEED.
/// </summary>
/// <param name="reader">What is tried, for messages.</param>
/// <param name="whole">Good files, small ones.</param>
/// <param name="read">Reads a file, and fails an assertion where what came out isn't what the file says.</param>
internal sealed class Fuzzer(string reader, IReadOnlyList<byte[]> whole, Action<byte[]> read)
{
    /// <summary>How many damaged files a test tries.</summary>
    public int Cases { get; init; } = 400;

    /// <summary>What reading a file may allocate, however small the file is; readers of pictures need their decoder's tables.</summary>
    public long FreeBytes { get; init; } = 8 << 20;

    /// <summary>What reading may allocate for each byte of the file.</summary>
    public long BytesPerByte { get; init; } = 64;

    /// <summary>Long enough for a loaded machine.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public void Run()
    {
        foreach (byte[] good in whole)
            Assert.True(Fault(good) is not { } fault, $"{reader}: a good file of {good.Length} bytes is not read: {Fault(good)}");
        ulong seed = Number("TANGRAM_FUZZ_SEED") ?? 1;
        TimeSpan? duration = Number("TANGRAM_FUZZ_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        var watch = Stopwatch.StartNew();
        ulong number = 0;
        for (; duration is { } longest ? watch.Elapsed < longest : number < (ulong)Cases; number++)
            Try(seed, number);
        if (duration is not null)
            TestContext.Current.SendDiagnosticMessage($"{reader}: {number:N0} damaged files, seed {seed}");
    }

    private void Try(ulong seed, ulong number)
    {
        byte[] good = whole[(int)(number % (ulong)whole.Count)];
        List<ulong> edits = [.. Mutator.Edits(seed, number)];
        if (Fault(Mutator.Apply(good, edits, whole)) is null)
            return;
        // As few edits as still do it.
        for (int index = edits.Count - 1; index >= 0 && edits.Count > 1; index--)
        {
            ulong edit = edits[index];
            edits.RemoveAt(index);
            if (Fault(Mutator.Apply(good, edits, whole)) is null)
                edits.Insert(index, edit);
        }
        byte[] damaged = Mutator.Apply(good, edits, whole);
        string kept = Path.Combine(Path.GetTempPath(), $"tangram-fuzz-{reader.Replace(' ', '-')}-{seed}-{number}");
        File.WriteAllBytes(kept, damaged);
        Assert.Fail($"{reader}, seed {seed}, case {number}, {edits.Count} edits, kept as '{kept}' ({damaged.Length} bytes): {Fault(damaged) ?? "not always"}");
    }

    /// <summary>What is wrong with how a file is read; null where nothing is.</summary>
    private string? Fault(byte[] file)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        Exception? exception = Record.Exception(() => read(file));
        TimeSpan elapsed = watch.Elapsed;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return exception is not null and not InputException ? exception.ToString()
            : exception is { Message: var message } && message.Contains("unexpected failure", StringComparison.OrdinalIgnoreCase) ? message
            : allocated > FreeBytes + (BytesPerByte * file.Length) ? $"it takes {allocated:N0} bytes for {file.Length:N0}"
            : elapsed > Longest ? $"it takes {elapsed.TotalSeconds:N1} s"
            : null;
    }

    private static ulong? Number(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
        ? ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : null;
}
