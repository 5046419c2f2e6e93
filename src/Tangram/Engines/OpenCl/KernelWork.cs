namespace Tangram;

/// <summary>What an OpenCL kernel has to do in a training step, all its launches together.</summary>
/// <param name="Kernel">Its name.</param>
/// <param name="Launches">How often it is queued.</param>
/// <param name="Groups">Work-groups of a launch.</param>
/// <param name="Operations">Additions and multiplications of floats; a multiply-add counts two.</param>
/// <param name="Bytes">What it reads and writes, each number once.</param>
/// <param name="RequestedBytes">What its items ask the caches for, each time that they do.</param>
/// <param name="ReusedBytes">The arrays that are asked for again and again.</param>
public sealed record KernelWork(string Kernel, double Launches, double Groups, double Operations, double Bytes, double RequestedBytes, double ReusedBytes = 0)
{
    /// <summary>
    /// The kernels of a step, in their order: B images, F features, D columns (padded), M members, k active of each image and a more of an auxiliary reconstruction, which
    /// then takes every feature; s bytes a stored number, 4 or in mixed precision 2.
    /// </summary>
    internal static IEnumerable<KernelWork> OfStep(ModelOptions model, BenchmarkOptions options, bool isMixed, OpenClLayout layout)
    {
        SessionExtras extras = options.ExtrasOf(model);
        var plan = new OpenClPlan(model, options.Batch, options.WorkspaceBytes, extras, isMixed);
        double b = options.Batch, f = model.Features, d = plan.Stride, m = model.Members, k = model.MaximumNonZeros, a = extras.AuxiliaryK, s = isMixed ? sizeof(ushort) : sizeof(float);
        double streams = a > 0 ? 2 : 1, matrices = model.Untied ? 2 : 1, blocks = Math.Ceiling(d / layout.Group), words = plan.Words, active = b * (k + a);
        double weights = s * f * d, images = s * b * d, residuals = 4 * b * d, gathered = active * d, perImage = LaunchesFor(b), perFeature = LaunchesFor(f);
        double encoded = Math.Min(plan.TileImages, (double)OpenClKernel.MostRows * layout.Tile), imageTiles = Math.Ceiling(b / encoded);
        double tiles = Math.Ceiling(Math.Min(b, encoded) / layout.Tile) * Math.Ceiling(f / layout.Tile);
        bool sumsFeatures = model.PreBias || model.EncoderBias || model.UnitRows;
        double Used(double chosen) => Math.Min(1, chosen / f) * weights;

        yield return new KernelWork("read_pixels", perImage, b * blocks, 0, (b * model.Shape.Length) + images, (b * model.Shape.Length) + images);
        yield return new KernelWork("encode", m * imageTiles, tiles, 2 * b * f * d * m, m * (weights + images + (4 * b * f)),
            m * ((2 * layout.Tile * s * d * tiles * imageTiles) + (4 * b * f)), weights + images);
        // A pass for NaN, four of the radix select, three in the order of the features.
        yield return new KernelWork("select_largest", m * imageTiles * streams * LaunchesFor(Math.Min(b, encoded)), Math.Min(b, encoded), 0, m * ((4 * b * f * streams) + (12 * active)),
            m * ((8 * (a > 0 ? 12 : 4) * b * f * streams) + (12 * active)), 4 * Math.Min(b, encoded) * f);
        if (m > 1)
        {
            double pairs = m * (m - 1) * b * k;
            yield return new KernelWork("pull_together", perImage, b * m, 3 * pairs, 12 * b * k * m, (12 * b * k * m) + (4 * pairs * (1 + Math.Log2(k))), 8 * b * k * m);
            yield return new KernelWork("check_distances", m, Math.Ceiling(b / layout.Group), 0, 4 * b * m, 4 * b * m);
        }
        yield return new KernelWork("decode", m * perImage, b * blocks, 2 * b * k * d * m, m * (Used(b * k) + images + residuals),
            m * ((s * b * k * d) + images + residuals + (8 * b * k * blocks)), weights);
        yield return new KernelWork("add_errors", m * streams, Math.Ceiling(b / layout.Group), b * blocks * m * streams, 4 * b * blocks * m * streams, 4 * b * blocks * m * streams);
        if (a > 0)
        {
            yield return new KernelWork("decode_auxiliary", m * perImage, b * blocks, 2 * b * a * d * m, m * (Used(b * a) + (2 * residuals)),
                m * ((s * b * a * d) + (2 * residuals) + (8 * b * a * blocks)), weights);
        }
        yield return new KernelWork("delta", m * perImage * streams, b * k, 2 * gathered * m, m * (Used(active) + (residuals * streams)), m * (s + 4) * gathered, weights + (residuals * streams));
        yield return new KernelWork("mark_active", m * perImage * streams, b, 0, 8 * active * m, 8 * active * m, 4 * f * words);
        yield return new KernelWork("count_entries", m, Math.Ceiling(f / layout.Group), 0, 4 * f * words * m, 4 * f * words * m);
        yield return new KernelWork("find_starts", m, 1, 0, 12 * f * m, 12 * f * m);
        yield return new KernelWork("add_entries", m * perImage * streams, b, 0, m * ((40 * active) + (4 * f * words)), m * active * (40 + (2 * words)), 4 * f * words);
        if (sumsFeatures)
            yield return new KernelWork("sum_entries", m, Math.Ceiling(f / layout.Group), 2 * active * m, m * ((20 * active) + (16 * f)), m * ((20 * active) + (16 * f)));
        if (model.PreBias)
        {
            double parts = plan.BiasParts(options.Batch), read = residuals + weights + (4 * parts * d);
            yield return new KernelWork("pull_pre_bias", m * LaunchesFor(parts), parts * blocks, 2 * (b + f) * d * m, m * read, m * read);
            yield return new KernelWork("add_pre_bias_parts", m, blocks, parts * d * m, 4 * (parts + 1) * d * m, 4 * (parts + 1) * d * m);
        }
        if (options.MaximumNorm > 0)
        {
            double row = model.UnitRows ? weights : 0;
            yield return new KernelWork("square_gradient", m * matrices * perFeature, f, m * ((4 * gathered) + (2 * f * d)), m * ((residuals * streams) + images + row),
                m * (((4 + s) * gathered) + row), (residuals * streams) + images);
            yield return new KernelWork("clip", m, 1, 2 * f * m, 4 * f * m, 4 * f * m);
        }
        double adam = matrices * f * d * ((8 * (extras.Averages ? 4 : 3)) + (isMixed ? s : 0));
        yield return new KernelWork("update", m * matrices * perFeature, f * blocks, m * ((4 * gathered) + (15 * matrices * f * d)), m * ((residuals * streams) + images + adam),
            m * (((4 + s) * gathered) + (16 * active * blocks * matrices) + adam), (residuals * streams) + images);
        if (model.PreBias)
            yield return new KernelWork("update_pre_bias", m, blocks, 15 * d * m, 24 * d * m, 24 * d * m);
        yield return new KernelWork("update_features", m, Math.Ceiling(f / layout.Group), 0, m * f * ((4 * words) + 8), m * f * ((4 * words) + 8));
        if (sumsFeatures)
            yield return new KernelWork("measure", m * perFeature, f, 4 * f * d * m, m * ((4 * f * d) + weights), m * ((4 * f * d) + weights));
    }

    private static double LaunchesFor(double rows) => Math.Ceiling(rows / OpenClKernel.MostRows);
}
