using System.Diagnostics;

namespace Tangram;

/// <summary>
/// Training on the CPU: after the encoder everything is sparse. Four parallel loops a step: encode and select (tiles of images), decode and pull (images),
/// feature-major lists (members), gradient and Adam (blocks of features). Every output is computed whole by one thread, in the order of samples, so bits don't
/// depend on the number of threads.
/// </summary>
internal sealed unsafe class CpuSession<TSimd> : TrainingSession where TSimd : struct, ISimd<TSimd>
{
    private const int DecodeSamples = 16, UpdateFeatures = 32;
    private readonly Workers _workers;
    private readonly MemberWork[] _work;
    private readonly EncoderTile[] _tiles;
    private readonly FloatMatrix _gradients, _codeSums;
    private readonly int _k;
    private readonly double[] _phaseMilliseconds = new double[4];
    private int _samples;
    private volatile int _notFinite;

    public CpuSession(ModelOptions options, int batchCapacity, int threads) : base(options, batchCapacity)
    {
        _k = options.MaximumNonZeros;
        if ((long)batchCapacity * _k > int.MaxValue) // entries are counted in 32 bits
            throw new InputException($"A batch of {batchCapacity} images with {_k} active features each is too large (more than {int.MaxValue} activations); give a smaller batch.");
        _workers = new Workers(threads);
        _work = [.. Enumerable.Range(0, options.Members).Select(_ => new MemberWork(options, batchCapacity, _k))];
        _tiles = [.. Enumerable.Range(0, threads).Select(_ => new EncoderTile(options.Features))];
        _gradients = new FloatMatrix(threads, options.Shape.Length);
        _codeSums = new FloatMatrix(threads, options.Features);
    }

    public override IReadOnlyList<string> PhaseNames { get; } = ["encode", "decode", "sort", "update"];

    public override IReadOnlyList<double> PhaseMilliseconds => _phaseMilliseconds;

    public override ReadOnlySpan<float> SampleErrors(int member) => _work[member].Errors.AsSpan(0, _samples);

    public override void CopyResidual(int member, int sample, Span<float> destination)
    {
        ReadOnlySpan<float> error = _work[member].Residuals.Row(sample);
        for (int column = 0; column < destination.Length; column++)
            destination[column] = -error[column];
    }

    protected override StepLosses Compute(Batch batch, StepSettings settings)
    {
        _samples = batch.Count;
        long start = Stopwatch.GetTimestamp();
        Encode(batch);
        Finish(0, ref start);
        Decode(batch, settings.Consistency);
        StepLosses losses = Losses();
        ThrowIfNotFinite(losses);
        Finish(1, ref start);
        _workers.Run(Options.Members, (_, member) => _work[member].SortByFeature(_samples, _k, (float)(2.0 / ((double)_samples * Options.Shape.Length))));
        Finish(2, ref start);
        Update(batch, settings.LearningRate);
        Finish(3, ref start);
        return losses;
    }

    private void Finish(int phase, ref long start)
    {
        long now = Stopwatch.GetTimestamp();
        _phaseMilliseconds[phase] = Stopwatch.GetElapsedTime(start, now).TotalMilliseconds;
        start = now;
    }

    protected override void Dispose(bool disposing)
    {
        _workers.Dispose();
        foreach (MemberWork work in _work)
            work.Dispose();
        foreach (EncoderTile tile in _tiles)
            tile.Dispose();
        _gradients.Dispose();
        _codeSums.Dispose();
        base.Dispose(disposing);
    }

    private void Encode(Batch batch)
    {
        // As many tiles as threads, where that doesn't make them too small to reuse the weights.
        int size = Math.Clamp(FloatMatrix.RoundUp((_samples + _workers.Count - 1) / _workers.Count, FloatMatrix.RowUnit), 16, EncoderTile.Samples);
        int tiles = (_samples + size - 1) / size;
        _notFinite = -1;
        _workers.Run(Options.Members * tiles, (worker, item) =>
        {
            int member = item / tiles, start = item % tiles * size;
            MemberWork work = _work[member];
            bool numbers = _tiles[worker].Encode<TSimd>(State.Members[member].Weights, batch.Rows.RowPointer(start), batch.Rows.Stride,
                Math.Min(size, _samples - start), _k, work.Features.Pointer + ((long)start * _k), work.Activations.Pointer + ((long)start * _k));
            if (!numbers)
                _notFinite = member;
        });
        if (_notFinite >= 0)
            throw NotFinite(_notFinite);
    }

    private void Decode(Batch batch, double consistencyWeight)
    {
        int chunks = (_samples + DecodeSamples - 1) / DecodeSamples;
        _workers.Run(Options.Members * chunks, (worker, item) =>
        {
            int member = item / chunks, start = item % chunks * DecodeSamples;
            for (int sample = start; sample < Math.Min(start + DecodeSamples, _samples); sample++)
                Decode(batch, member, sample, consistencyWeight, _codeSums.RowPointer(worker));
        });
    }

    /// <summary>One image's residual, and the pulls ∂L/∂z of its k activations.</summary>
    private void Decode(Batch batch, int member, int sample, double consistencyWeight, float* codeSum)
    {
        MemberWork work = _work[member];
        FloatMatrix weights = State.Members[member].Weights;
        int* features = work.Features.Pointer + ((long)sample * _k);
        float* activations = work.Activations.Pointer + ((long)sample * _k), pulls = work.Pulls.Pointer + ((long)sample * _k);
        float* residual = work.Residuals.RowPointer(sample);
        RowCombination.Run<TSimd>(weights.Pointer, weights.Stride, features, activations, _k, weights.Stride, residual);
        work.Errors[sample] = Residual.Run<TSimd>(residual, batch.Rows.RowPointer(sample), weights.Stride);
        RowDots.Run<TSimd>(residual, weights.Pointer, weights.Stride, features, _k, weights.Stride, pulls);
        float scale = (float)(2.0 / ((double)_samples * weights.Columns));
        for (int slot = 0; slot < _k; slot++)
            pulls[slot] *= scale;
        if (Options.Members > 1)
            Pull(member, sample, features, activations, pulls, (float)(consistencyWeight * 2.0 / ((double)_samples * Options.Features)), codeSum);
    }

    /// <summary>
    /// Adds λ·2/(BF)·(z_a − mean_{b≠a} z_b), and leaves M‖z_a‖² − ⟨z_a, Σ_b z_b⟩, whose sum over members is half of Σ_a Σ_b ‖z_a − z_b‖².
    /// <paramref name="codeSum"/> [F] is zero before and after.
    /// </summary>
    private void Pull(int member, int sample, int* features, float* activations, float* pulls, float scale, float* codeSum)
    {
        int members = Options.Members;
        foreach (MemberWork other in _work)
        {
            long start = (long)sample * _k;
            for (int slot = 0; slot < _k; slot++)
                codeSum[other.Features.Pointer[start + slot]] += other.Activations.Pointer[start + slot];
        }
        double distance = 0;
        for (int slot = 0; slot < _k; slot++)
        {
            float sum = codeSum[features[slot]], own = activations[slot];
            distance += (double)own * (((double)members * own) - sum);
            pulls[slot] += scale * (own - ((sum - own) / (members - 1)));
        }
        _work[member].Distances[sample] = distance;
        foreach (MemberWork other in _work)
        {
            long start = (long)sample * _k;
            for (int slot = 0; slot < _k; slot++)
                codeSum[other.Features.Pointer[start + slot]] = 0;
        }
    }

    private void Update(Batch batch, double rate)
    {
        int blocks = (Options.Features + UpdateFeatures - 1) / UpdateFeatures;
        for (int member = 0; member < _work.Length; member++)
        {
            for (int feature = 0; feature < Options.Features; feature++)
            {
                var (first, second) = Corrections(State.Members[member], feature);
                _work[member].Scales[feature] = new AdamScale((float)(rate / first), (float)(1 / Math.Sqrt(second)));
            }
        }
        int stride = batch.Rows.Stride;
        _workers.Run(Options.Members * blocks, (worker, item) =>
        {
            int member = item / blocks, start = item % blocks * UpdateFeatures;
            MemberWork work = _work[member];
            MemberState state = State.Members[member];
            float* gradient = _gradients.RowPointer(worker);
            for (int feature = start; feature < Math.Min(start + UpdateFeatures, Options.Features); feature++)
            {
                int first = work.EntryStart[feature], count = work.EntryStart[feature + 1] - first;
                if (count > 0)
                    state.LastActive[feature] = State.Steps;
                SparseGradient.Run<TSimd>(work.Entries.Pointer + first, count, work.Residuals.Pointer, batch.Rows.Pointer, stride, stride, gradient);
                AdamUpdate.Run<TSimd>(state.Weights.RowPointer(feature), state.FirstMoments.RowPointer(feature), state.SecondMoments.RowPointer(feature),
                    gradient, stride, work.Scales[feature]);
            }
        });
    }

    private StepLosses Losses()
    {
        double pixels = (double)_samples * Options.Shape.Length;
        double[] reconstruction = [.. _work.Select(work => work.Errors.Take(_samples).Sum(error => (double)error) / pixels)];
        double distance = Options.Members == 1 ? 0 : _work.Sum(work => work.Distances.Take(_samples).Sum());
        double consistency = Options.Members == 1 ? 0 : distance / (Options.Members - 1) / ((double)_samples * Options.Features);
        return new StepLosses(reconstruction, consistency);
    }

    /// <summary>A member's buffers for one batch.</summary>
    private sealed class MemberWork(ModelOptions options, int samples, int k) : IDisposable
    {
        /// <summary>Codes, k entries per image.</summary>
        public NativeBuffer<int> Features { get; } = new((long)samples * k);

        public NativeBuffer<float> Activations { get; } = new((long)samples * k);

        /// <summary>∂L/∂z of each entry.</summary>
        public NativeBuffer<float> Pulls { get; } = new((long)samples * k);

        /// <summary>x̂ − x [batch, D].</summary>
        public FloatMatrix Residuals { get; } = new(samples, options.Shape.Length);

        public float[] Errors { get; } = new float[samples];

        public double[] Distances { get; } = new double[samples];

        /// <summary>The same entries by feature: those of feature f are EntryStart[f] … EntryStart[f + 1] − 1, samples ascending.</summary>
        public NativeBuffer<GradientEntry> Entries { get; } = new((long)samples * k);

        public int[] EntryStart { get; } = new int[options.Features + 1];

        public AdamScale[] Scales { get; } = new AdamScale[options.Features];

        /// <summary>A counting sort; stable, so samples ascend within a feature. Activations are scaled by the loss's 2/(BD).</summary>
        public void SortByFeature(int samples, int k, float scale)
        {
            int* features = Features.Pointer;
            int count = samples * k;
            Array.Clear(EntryStart);
            for (int entry = 0; entry < count; entry++)
                EntryStart[features[entry] + 1]++;
            for (int feature = 0; feature + 1 < EntryStart.Length; feature++)
                EntryStart[feature + 1] += EntryStart[feature];
            // Each feature's start moves to its end, which is the next one's start; shift back afterwards.
            for (int entry = 0; entry < count; entry++)
                Entries.Pointer[EntryStart[features[entry]]++] = new GradientEntry(entry / k, Activations.Pointer[entry] * scale, Pulls.Pointer[entry]);
            Array.Copy(EntryStart, 0, EntryStart, 1, EntryStart.Length - 1);
            EntryStart[0] = 0;
        }

        public void Dispose()
        {
            Features.Dispose();
            Activations.Dispose();
            Pulls.Dispose();
            Residuals.Dispose();
            Entries.Dispose();
        }
    }
}
