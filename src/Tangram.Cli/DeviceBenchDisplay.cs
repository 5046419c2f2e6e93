using Spectre.Console;

namespace Tangram.Cli;

/// <summary>Shows a step on an OpenCL device, kernel by kernel.</summary>
internal static class DeviceBenchDisplay
{
    public static void Write(Terminal terminal, DeviceBenchmark result)
    {
        bool isMeasured = result.Milliseconds is not null, isExpected = result.ExpectedMilliseconds is not null;
        terminal.WriteLine($"{(isMeasured ? result.Device : "On paper; nothing was measured")}: {result.Precision}, {result.Layout}");
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns(["kernel", "launches", "Mflop", "MB once", "MB asked", .. isMeasured ? ["ms", "GFLOP/s", "GB/s"] : Array.Empty<string>(), .. isExpected ? ["expected, ms", "bound by"] : Array.Empty<string>()]);
        for (int column = 1; column < table.Columns.Count - (isExpected ? 1 : 0); column++)
            table.Columns[column].RightAligned();
        foreach (KernelTime kernel in result.Kernels)
        {
            KernelWork work = kernel.Work;
            var cells = new List<string> { work.Kernel, $"{work.Launches:N0}", Number(work.Operations / 1e6), Number(work.Bytes / 1e6), Number(work.RequestedBytes / 1e6) };
            if (kernel.Milliseconds is { } time)
                cells.AddRange([$"{time:F3}", Number(work.Operations / time / 1e6), Number(work.RequestedBytes / time / 1e6)]);
            if (kernel.ExpectedMilliseconds is { } expected)
                cells.AddRange([$"{expected:F4}", kernel.Bound!]);
            table.AddRow([.. cells]);
        }
        terminal.Output.Write(table);
        if (isMeasured)
            terminal.WriteLine($"kernels: {result.Kernels.Sum(kernel => kernel.Milliseconds):F3} ms; whole step, kernels not timed: {result.Milliseconds:F3} ms");
        if (isExpected)
        {
            KernelTime slowest = result.Kernels.MaxBy(kernel => kernel.ExpectedMilliseconds)!;
            terminal.WriteLine($"expected step: {result.ExpectedMilliseconds:F3} ms, of which queueing {result.QueueingMilliseconds:F3}; the slowest kernel is {slowest.Work.Kernel}, bound by {slowest.Bound}");
        }
    }

    /// <summary>Three figures, or the whole part.</summary>
    private static string Number(double value) => value switch
    {
        0 => "",
        < 0.0995 => $"{value:F3}",
        < 9.95 => $"{value:F2}",
        < 99.5 => $"{value:F1}",
        _ => $"{value:N0}",
    };
}
