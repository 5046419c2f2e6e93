using System.Diagnostics;

namespace Tangram;

/// <summary>
/// Training on the CPU: after the encoder everything is sparse, and everything that is large lies in panels of columns. Four parallel loops a step: select (images),
/// decode and pulls (panels), feature-major entries (images), and, per panel and block of features, gradient → Adam → the next batch's pre-activations while the
/// weights are hot. Where those don't fit the workspace, a step begins with their product, a tile of images at a time. Every output is computed whole by one
/// thread, in an order that the <see cref="Partition"/> gives: bits depend neither on threads nor on the workspace.
/// </summary>
internal sealed unsafe class CpuSession<TSimd> : TrainingSession where TSimd : struct, ISimd<TSimd>
{
    private const int Lanes = GroupProduct.Lanes, SelectImages = GroupTranspose.RowBlock, BlockFeatures = 32, EntryImages = 64;

    /// <summary>What the rows of an image's features may take of the first-level cache while they are combined and then multiplied by the residual.</summary>
    private const int DecodeCacheFloats = 6144;

    private readonly MemoryPlan _plan;
    private readonly Partition _partition;
    private readonly Workers _workers;
    private readonly CpuMember[] _members;
    private readonly CpuScratch[] _scratch;
    private readonly NativeBuffer<float> _packed;
    private readonly List<(int Member, int Feature)> _replaced = [];
    private readonly Action<int, int, int> _read, _pack, _product, _select, _decode, _addEntries, _update;
    private readonly double[] _phaseMilliseconds = new double[Phases.Length];
    private readonly int _k, _blocks, _splits, _splitBlocks;
    private CpuBatch _batch, _next;
    private ImageBatch? _incoming;
    private CpuBatch _reading;
    private StepSettings _settings;
    private int _tileStart, _tileCount, _parts, _decodeChunk;
    private bool _isRead, _isPrepared;
    private readonly bool[] _notFinite;

    public CpuSession(ModelOptions options, int batchCapacity, int threads, long workspace = MemoryPlan.DefaultBudget) : base(options, batchCapacity)
    {
        _k = options.MaximumNonZeros;
        if ((long)batchCapacity * _k > int.MaxValue) // entries are counted in 32 bits
            throw new InputException($"A batch of {batchCapacity} images with {_k} active features each is too large (more than {int.MaxValue} activations); give a smaller batch.");
        _plan = new MemoryPlan(options, batchCapacity, threads, workspace);
        _plan.Check(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _partition = _plan.Partition;
        _notFinite = new bool[options.Members];
        _blocks = (options.Features + BlockFeatures - 1) / BlockFeatures;
        // Where there are fewer panels than threads, each panel's features are split among several, so that all have rows of their own.
        _splits = (threads + _partition.Panels - 1) / _partition.Panels;
        _splitBlocks = (_blocks + _splits - 1) / _splits;
        _members = [.. Enumerable.Range(0, options.Members).Select(_ => new CpuMember(options, batchCapacity, _plan))];
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new CpuScratch(options.Features, Phases.Length))];
        (_batch, _next) = (new CpuBatch(batchCapacity, _partition), new CpuBatch(batchCapacity, _partition));
        _reading = _next;
        _packed = new NativeBuffer<float>((long)_plan.TileImages * _partition.Columns);
        _workers = new Workers(threads);
        (_read, _pack, _product, _select, _decode, _addEntries, _update) = (Read, Pack, Product, Select, Decode, AddEntries, Update);
    }

    private enum Phase
    {
        Read,
        Product,
        Select,
        Decode,
        Entries,
        Update,
        Wait,
    }

    private static Phase[] Phases { get; } = Enum.GetValues<Phase>();

    public override IReadOnlyList<string> PhaseNames { get; } = [.. Phases.Select(phase => phase.ToString().ToLowerInvariant())];

    public override IReadOnlyList<double> PhaseMilliseconds => _phaseMilliseconds;

    public override ReadOnlySpan<float> SampleErrors(int member)
    {
        var sums = new float[_batch.Count];
        foreach (float[] errors in _members[member].SquaredErrors)
        {
            for (int image = 0; image < sums.Length; image++)
                sums[image] += errors[image];
        }
        return sums;
    }

    public override void CopyInput(int sample, Span<float> destination) => _batch.Images.CopyRow(sample, destination);

    public override void CopyResidual(int member, int sample, Span<float> destination)
    {
        _members[member].Residuals.CopyRow(sample, destination);
        for (int column = 0; column < destination.Length; column++)
            destination[column] = -destination[column];
    }

    public override void CopyRow(int member, StateMatrix matrix, int feature, Span<float> destination) => _members[member][matrix].CopyRow(feature, destination);

    protected override void WriteRow(int member, StateMatrix matrix, int feature, ReadOnlySpan<float> values) => _members[member][matrix].SetRow(feature, values);

    protected override void WeightsChanged(int member, int feature)
    {
        if (_isPrepared)
            _replaced.Add((member, feature));
    }

    protected override void Forget()
    {
        (_isRead, _isPrepared) = (false, false);
        _replaced.Clear();
    }

    protected override StepLosses Compute(ImageBatch batch, ImageBatch? next, StepSettings settings)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (CpuScratch scratch in _scratch)
            Array.Clear(scratch.Ticks);
        _settings = settings;
        (_batch, _next) = (_next, _batch);
        (_batch.Count, _next.Count) = (batch.Count, next?.Count ?? 0);
        if (!_isRead)
        {
            (_reading, _incoming) = (_batch, batch);
            _workers.Run(_partition.Shards, Groups(batch.Count), _read);
        }
        Encode();
        (_reading, _incoming) = (_next, next);
        _decodeChunk = DecodeChunk();
        _workers.Run(_partition.Shards, Options.Members + Groups(_next.Count) + (Options.Members * Chunks(_decodeChunk)), _decode);
        StepLosses losses = Losses();
        ThrowIfNotFinite(losses);
        _workers.Run(1, Options.Members * Chunks(EntryImages), _addEntries);
        _workers.Run(_partition.Panels * _splits, Options.Members * _splitBlocks, _update);
        (_isRead, _isPrepared) = (next is not null, next is not null && _plan.IsFused);
        Measure(start);
        return losses;
    }

    protected override void Dispose(bool disposing)
    {
        _workers.Dispose();
        foreach (CpuMember member in _members)
            member.Dispose();
        foreach (CpuScratch scratch in _scratch)
            scratch.Dispose();
        _batch.Dispose();
        _next.Dispose();
        _packed.Dispose();
    }

    /// <summary>Codes of the batch, a tile of images at a time.</summary>
    private void Encode()
    {
        Array.Clear(_notFinite);
        for (_tileStart = 0; _tileStart < _batch.Count; _tileStart += _plan.TileImages)
        {
            _tileCount = Math.Min(_plan.TileImages, _batch.Count - _tileStart);
            if (_isPrepared)
            {
                Refresh();
            }
            else
            {
                _parts = 1;
                _workers.Run(1, Groups(_tileCount), _pack);
                _workers.Run(1, Options.Members * _blocks, _product);
            }
            _workers.Run(1, (_tileCount + SelectImages - 1) / SelectImages, _select);
            if (Array.IndexOf(_notFinite, true) is >= 0 and var member)
                throw NotFinite(member);
        }
    }

    /// <summary>Pre-activations of features replaced since they were computed, in whole tiles: those of their neighbours get the bits that they have.</summary>
    private void Refresh()
    {
        _parts = _partition.Panels;
        foreach (var (member, feature) in _replaced)
        {
            for (int panel = 0; panel < _partition.Panels; panel++)
                MultiplyTile(member, panel, feature / GroupProduct.Tile * GroupProduct.Tile, part: panel, Groups(_batch.Count));
        }
        _replaced.Clear();
    }

    /// <summary>A shard's columns of a group of images; of the next batch, side by side as well where its product is near.</summary>
    private void Read(int worker, int shard, int group)
    {
        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<int> indices = _incoming!.Indices.Span;
        for (int panel = _partition.FirstPanel(shard); panel < _partition.FirstPanel(shard + 1); panel++)
        {
            int column = _partition.Start(panel), columns = Math.Min(_partition.Width(panel), Options.Shape.Length - column);
            for (int image = group * Lanes; image < Math.Min((group + 1) * Lanes, indices.Length); image++)
                _incoming.Images.CopyTo(indices[image], column, new Span<float>(_reading.Images.RowPointer(panel, image), columns));
            if (_plan.IsFused && _reading == _next)
                Pack(_next, panel, 0, group);
        }
        Count(worker, Phase.Read, start);
    }

    /// <summary>A group of the tile's images, side by side.</summary>
    private void Pack(int worker, int lane, int group)
    {
        long start = Stopwatch.GetTimestamp();
        for (int panel = 0; panel < _partition.Panels; panel++)
            Pack(_batch, panel, _tileStart, group);
        Count(worker, Phase.Read, start);
    }

    private void Pack(CpuBatch batch, int panel, int tileStart, int group)
    {
        int image = tileStart + (group * Lanes), width = _partition.Width(panel);
        GroupTranspose.FromRows(batch.Images.RowPointer(panel, image), width, Math.Min(Lanes, batch.Count - image), width, Packed(panel, group));
    }

    private float* Packed(int panel, int group) => _packed.Pointer + ((long)_plan.TileImages * _partition.Start(panel)) + ((long)group * Lanes * _partition.Width(panel));

    private void Product(int worker, int lane, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int member = unit / _blocks, first = unit % _blocks * BlockFeatures, groups = Groups(_tileCount);
        for (int panel = 0; panel < _partition.Panels; panel++)
        {
            for (int feature = first; feature < Math.Min(first + BlockFeatures, Options.Features); feature += GroupProduct.Tile)
                MultiplyTile(member, panel, feature, part: 0, groups);
        }
        Count(worker, Phase.Product, start);
    }

    /// <summary>A panel's part of the pre-activations of 8 features; part 0 sums up panels where they aren't held apart.</summary>
    private void MultiplyTile(int member, int panel, int feature, int part, int groups)
    {
        CpuMember own = _members[member];
        int width = _partition.Width(panel);
        float* weights = own[StateMatrix.Weights].RowPointer(panel, feature);
        for (int group = 0; group < groups; group++)
            GroupProduct.Run<TSimd>(weights, width, GroupProduct.Tile, Packed(panel, group), width, own.PreActivations(part, group) + ((long)feature * Lanes), add: panel > part);
    }

    /// <summary>Codes of 16 images in every member, and their consistency.</summary>
    private void Select(int worker, int lane, int block)
    {
        long start = Stopwatch.GetTimestamp();
        CpuScratch scratch = _scratch[worker];
        FloatMatrix rows = scratch.PreActivations;
        int group = block * SelectImages / Lanes, side = block * SelectImages % Lanes;
        int first = _tileStart + (block * SelectImages), count = Math.Min(SelectImages, _tileStart + _tileCount - first);
        for (int member = 0; member < _members.Length; member++)
        {
            CpuMember own = _members[member];
            GroupTranspose.SumToRows(own.PreActivations(0, group) + side, own.PartStride, _parts, _plan.Features, rows.Pointer, rows.Stride);
            for (int row = 0; row < count; row++)
            {
                long slot = (long)(first + row) * _k;
                if (!TopKSelection.Run<TSimd>(rows.RowPointer(row), Options.Features, _k, own.Features.Pointer + slot, own.Activations.Pointer + slot, scratch.Selection.Pointer))
                    _notFinite[member] = true;
            }
        }
        if (_members.Length > 1 && !_notFinite.Contains(true))
        {
            for (int image = first; image < first + count; image++)
                PullTogether(image, scratch.CodeSum.Pointer);
        }
        Count(worker, Phase.Select, start);
    }

    /// <summary>
    /// λ·2/(BF)·(z_a − mean_{b≠a} z_b) for each member a, and M‖z_a‖² − ⟨z_a, Σ_b z_b⟩, whose sum over members is half of Σ_a Σ_b ‖z_a − z_b‖².
    /// <paramref name="codeSum"/> [F] is zero before and after.
    /// </summary>
    private void PullTogether(int image, float* codeSum)
    {
        int members = _members.Length;
        long first = (long)image * _k;
        float scale = (float)(_settings.Consistency * 2.0 / ((double)_batch.Count * Options.Features));
        foreach (CpuMember member in _members)
        {
            for (long slot = first; slot < first + _k; slot++)
                codeSum[member.Features.Pointer[slot]] += member.Activations.Pointer[slot];
        }
        foreach (CpuMember member in _members)
        {
            double distance = 0;
            for (long slot = first; slot < first + _k; slot++)
            {
                float sum = codeSum[member.Features.Pointer[slot]], own = member.Activations.Pointer[slot];
                distance += (double)own * (((double)members * own) - sum);
                member.ConsistencyPulls.Pointer[slot] = scale * (own - ((sum - own) / (members - 1)));
            }
            member.Distances[image] = distance;
        }
        foreach (CpuMember member in _members)
        {
            for (long slot = first; slot < first + _k; slot++)
                codeSum[member.Features.Pointer[slot]] = 0;
        }
    }

    /// <summary>As many images as leave every worker several units, so that a slow one can be helped; at least as many as make the weights' way into the cache worthwhile.</summary>
    private int DecodeChunk()
    {
        int chunks = Math.Max(1, 8 * _workers.Count / (_partition.Shards * Options.Members));
        return Math.Max(Lanes, (_batch.Count + chunks - 1) / chunks);
    }

    private void Decode(int worker, int shard, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int members = Options.Members, reads = Groups(_next.Count), chunks = Chunks(_decodeChunk);
        if (unit < members)
        {
            // Each member's list is made once, by whoever comes first, while others decode.
            if (unit % _partition.Shards == shard)
                _members[unit].FindPositions(_batch.Count * _k);
            Count(worker, Phase.Entries, start);
            return;
        }
        if (unit < members + reads)
        {
            Read(worker, shard, unit - members);
            return;
        }
        int member = (unit - members - reads) / chunks, first = (unit - members - reads) % chunks * _decodeChunk;
        CpuMember own = _members[member];
        int end = Math.Min(first + _decodeChunk, _batch.Count);
        float* pulls = own.PartialPulls(shard);
        float[] errors = own.SquaredErrors[shard];
        Array.Clear(errors, first, end - first);
        int firstPanel = _partition.FirstPanel(shard);
        for (int panel = firstPanel; panel < _partition.FirstPanel(shard + 1); panel++)
        {
            int width = _partition.Width(panel);
            float* weights = own[StateMatrix.Weights].Panel(panel);
            for (int column = 0, columns; column < width; column += columns)
            {
                // What is left over by less than a half is better done with the last piece.
                columns = width - column < DecodeWidth * 3 / 2 ? width - column : DecodeWidth;
                for (int image = first; image < end; image++)
                {
                    long slot = (long)image * _k;
                    int* features = own.Features.Pointer + slot;
                    float* residual = own.Residuals.RowPointer(panel, image) + column;
                    RowCombination.Run<TSimd>(weights + column, width, features, own.Activations.Pointer + slot, _k, columns, residual);
                    errors[image] += Residual.Run<TSimd>(residual, _batch.Images.RowPointer(panel, image) + column, columns);
                    RowDots.Run<TSimd>(residual, weights + column, width, features, _k, columns, pulls + slot, add: panel > firstPanel || column > 0);
                }
            }
        }
        Count(worker, Phase.Decode, start);
    }

    /// <summary>Columns decoded at a time, in whole steps of the decoder's kernel.</summary>
    private int DecodeWidth => Math.Max(4 * FloatMatrix.StrideUnit, DecodeCacheFloats / _k / (8 * FloatMatrix.StrideUnit) * 8 * FloatMatrix.StrideUnit);

    /// <summary>A chunk of images' entries, each at its feature's place: activations scaled by the loss's 2/(BD), pulls summed up.</summary>
    private void AddEntries(int worker, int lane, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int chunks = Chunks(EntryImages), first = unit % chunks * EntryImages;
        CpuMember own = _members[unit / chunks];
        float scale = (float)(2.0 / ((double)_batch.Count * Options.Shape.Length));
        float* pulls = own.PartialPulls(0);
        long stride = own.PartialPulls(1) - pulls;
        for (int image = first; image < Math.Min(first + EntryImages, _batch.Count); image++)
        {
            for (long slot = (long)image * _k; slot < (image + 1L) * _k; slot++)
            {
                float pull = pulls[slot];
                for (int shard = 1; shard < _partition.Shards; shard++)
                    pull += pulls[(shard * stride) + slot];
                pull *= scale;
                if (_members.Length > 1)
                    pull += own.ConsistencyPulls.Pointer[slot];
                own.Entries.Pointer[own.Positions.Pointer[slot]] = new GradientEntry(image, image, own.Activations.Pointer[slot] * scale, pull);
            }
        }
        Count(worker, Phase.Entries, start);
    }

    /// <summary>A panel of 32 features: gradient, Adam, and their part of the next batch's pre-activations.</summary>
    private void Update(int worker, int lane, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int panel = lane / _splits, member = unit / _splitBlocks, block = (lane % _splits * _splitBlocks) + (unit % _splitBlocks);
        int first = block * BlockFeatures, end = Math.Min(first + BlockFeatures, Options.Features), width = _partition.Width(panel);
        if (first >= end)
            return;
        CpuMember own = _members[member];
        FeatureAges ages = Ages(member);
        float* residuals = own.Residuals.Panel(panel), images = _batch.Images.Panel(panel);
        float* weights = own[StateMatrix.Weights].RowPointer(panel, first);
        float* firstMoments = own[StateMatrix.FirstMoments].RowPointer(panel, first), secondMoments = own[StateMatrix.SecondMoments].RowPointer(panel, first);
        long age = -1;
        AdamScale scale = default;
        for (int feature = first; feature < end; feature++)
        {
            int entry = own.EntryStart[feature], count = own.EntryStart[feature + 1] - entry;
            if (count > 0 && panel == 0)
                ages.LastActive[feature] = Steps;
            if (Steps - ages.Births[feature] != age)
            {
                age = Steps - ages.Births[feature];
                var (correction1, correction2) = Corrections(age);
                scale = new AdamScale((float)(_settings.LearningRate / correction1), (float)(1 / Math.Sqrt(correction2)));
            }
            long row = (long)(feature - first) * width;
            SparseGradient.Run<TSimd>(own.Entries.Pointer + entry, count, residuals, images, width, width, weights + row, firstMoments + row, secondMoments + row, scale);
        }
        long updated = Count(worker, Phase.Update, start);
        if (_next.Count == 0 || !_plan.IsFused)
            return;
        int groups = Groups(_next.Count);
        for (int feature = first; feature < end; feature += GroupProduct.Tile)
            MultiplyTile(member, panel, feature, part: panel, groups);
        Count(worker, Phase.Product, updated);
    }

    private StepLosses Losses()
    {
        double pixels = (double)_batch.Count * Options.Shape.Length;
        var reconstruction = new double[_members.Length];
        double distance = 0;
        for (int member = 0; member < _members.Length; member++)
        {
            for (int image = 0; image < _batch.Count; image++)
            {
                foreach (float[] errors in _members[member].SquaredErrors)
                    reconstruction[member] += errors[image];
                if (_members.Length > 1)
                    distance += _members[member].Distances[image];
            }
            reconstruction[member] /= pixels;
        }
        return new StepLosses(reconstruction, _members.Length == 1 ? 0 : distance / (_members.Length - 1) / ((double)_batch.Count * Options.Features));
    }

    private static int Groups(int images) => (images + Lanes - 1) / Lanes;

    private int Chunks(int images) => (_batch.Count + images - 1) / images;

    private long Count(int worker, Phase phase, long start)
    {
        long now = Stopwatch.GetTimestamp();
        _scratch[worker].Ticks[(int)phase] += now - start;
        return now;
    }

    private void Measure(long start)
    {
        double scale = 1000.0 / Stopwatch.Frequency, rest = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        for (int phase = 0; phase < (int)Phase.Wait; phase++)
        {
            long ticks = 0;
            foreach (CpuScratch scratch in _scratch)
                ticks += scratch.Ticks[phase];
            _phaseMilliseconds[phase] = ticks * scale / _scratch.Length;
            rest -= _phaseMilliseconds[phase];
        }
        _phaseMilliseconds[(int)Phase.Wait] = rest;
    }
}
