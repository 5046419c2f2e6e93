namespace Tangram;

/// <summary>A kernel's part of a training step.</summary>
/// <param name="Work">What it has to do.</param>
/// <param name="Milliseconds">Measured by the device's own clock, median over the steps; null where nothing was measured.</param>
/// <param name="ExpectedMilliseconds">What the roofline allows; null without one.</param>
/// <param name="Bound">What bounds it there: arithmetic, memory, cache or launch; null without a roofline.</param>
public sealed record KernelTime(KernelWork Work, double? Milliseconds, double? ExpectedMilliseconds, string? Bound);

/// <summary>A training step on an OpenCL device, kernel by kernel: measured, set beside what a roofline allows, or both.</summary>
/// <param name="Device">Where it was measured; null: nowhere.</param>
/// <param name="Precision"><c>fp32</c> or <c>mixed</c>.</param>
/// <param name="Layout">How work is cut.</param>
/// <param name="Kernels">In their order.</param>
/// <param name="Milliseconds">Median of whole steps, kernels not timed meanwhile; null where nothing was measured.</param>
/// <param name="ExpectedMilliseconds">The kernels' sum, and what the host queues beside them; null without a roofline.</param>
/// <param name="QueueingMilliseconds">What of that is queueing; null without a roofline.</param>
public sealed record DeviceBenchmark(string? Device, string Precision, string Layout, IReadOnlyList<KernelTime> Kernels, double? Milliseconds, double? ExpectedMilliseconds,
    double? QueueingMilliseconds)
{
    /// <summary>What a step should take on a GPU that isn't at hand.</summary>
    /// <param name="model">The model; TopK.</param>
    /// <param name="options">What would be measured; <c>auto</c> is mixed precision, as on any GPU.</param>
    /// <param name="roofline">The GPU.</param>
    /// <exception cref="InputException">An option is out of range.</exception>
    public static DeviceBenchmark Expect(ModelOptions model, BenchmarkOptions options, DeviceRoofline roofline)
    {
        options.Check(model);
        bool isMixed = (Precisions.Parse(options.Precision) ?? Tangram.Precision.Mixed) == Tangram.Precision.Mixed;
        return Of(null, model, options, isMixed, OpenClLayout.For(roofline.Units, options.Batch, model.Features), null, null, roofline);
    }

    /// <summary>Measures a step, first with kernels timed, then without.</summary>
    /// <param name="choice">An OpenCL device, and its precision.</param>
    /// <param name="model">The model; TopK.</param>
    /// <param name="options">What is measured; threads have no say.</param>
    /// <param name="roofline">What the device can do; null where that isn't known.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="InputException">An option is out of range, the device isn't one of OpenCL's, or the model doesn't fit it.</exception>
    /// <exception cref="DeviceException">The device fails.</exception>
    public static DeviceBenchmark Measure(DeviceChoice choice, ModelOptions model, BenchmarkOptions options, DeviceRoofline? roofline = null,
        CancellationToken cancellation = default)
    {
        options.Check(model);
        Device device = choice.Device;
        if (device.OpenCl is null)
            throw new InputException($"{device.Name} has no kernels to measure one by one; name a GPU or another OpenCL device.");
        bool isMixed = choice.Arithmetic == Tangram.Precision.Mixed;
        ImageSet images = TimedSteps.Images(model, options);
        TimedSteps Steps(bool isProfiled, out OpenClLayout layout, out Dictionary<string, double> kernels)
        {
            using var session = new OpenClSession(device.OpenCl, model, options.Batch, options.WorkspaceBytes, options.ExtrasOf(model), isMixed, isProfiled);
            layout = session.Layout;
            TimedSteps steps = TimedSteps.Measure(session, images, options, cancellation);
            kernels = session.PhaseNames.Zip(steps.Phases).ToDictionary(phase => phase.First, phase => phase.Second, StringComparer.Ordinal);
            return steps;
        }
        Steps(isProfiled: true, out OpenClLayout layout, out Dictionary<string, double> kernels);
        double whole = Steps(isProfiled: false, out _, out _).Milliseconds;
        return Of(device, model, options, isMixed, layout, kernels, whole, roofline);
    }

    private static DeviceBenchmark Of(Device? device, ModelOptions model, BenchmarkOptions options, bool isMixed, OpenClLayout layout, Dictionary<string, double>? measured, double? whole,
        DeviceRoofline? roofline)
    {
        var plan = new OpenClPlan(model, options.Batch, options.WorkspaceBytes, options.ExtrasOf(model), isMixed);
        double working = (double)plan.ParameterBytes + plan.WorkspaceBytes;
        KernelTime[] kernels = [.. KernelWork.OfStep(model, options, isMixed, layout).Select(work =>
        {
            (double Milliseconds, string Bound)? expected = roofline?.Expect(work, working);
            return new KernelTime(work, measured?[work.Kernel], expected?.Milliseconds, expected?.Bound);
        })];
        double host = OpenClSession.HostCommands(model), launches = host + kernels.Sum(kernel => kernel.Work.Launches);
        return new DeviceBenchmark(device?.Name, (isMixed ? Tangram.Precision.Mixed : Tangram.Precision.Fp32).Word(), layout.Description, kernels, whole,
            kernels.Sum(kernel => kernel.ExpectedMilliseconds) + (1e3 * host * roofline?.Launch), 1e3 * launches * roofline?.Launch);
    }
}
