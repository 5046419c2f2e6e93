using System.Diagnostics;

namespace Tangram;

/// <summary>
/// Training on the CPU: after the encoder everything is sparse, and everything that is large lies in panels of columns. Four parallel loops a step: select (images),
/// decode and pulls (panels), feature-major entries (images), and, per panel and block of features, gradient → Adam → the next batch's pre-activations while the
/// weights are hot. Biases and unit rows need sums over a feature's entries, b_pre's gradient reads all weights once, and clipping sums up all gradients first: a loop
/// more for each. Where those don't fit the workspace, a step begins with their product, a tile of images at a time. Every output is computed whole by one
/// thread, in an order that the <see cref="Partition"/> gives: bits depend neither on threads nor on the workspace.
/// </summary>
internal sealed partial class CpuSession<TSimd> : TrainingSession where TSimd : struct, ISimd<TSimd>
{
    private const int Lanes = GroupProduct.Lanes, SelectImages = GroupTranspose.RowBlock, BlockFeatures = CpuScratch.BlockFeatures, EntryImages = 64;

    private readonly MemoryPlan _plan;
    private readonly Partition _partition;
    private readonly Workers _workers;
    private readonly CpuMember[] _members;
    private readonly CpuScratch[] _scratch;
    private readonly PackedImages _packed;
    private readonly Bf16Product? _bf16;
    private readonly List<(int Member, int Feature)> _replaced = [];
    private readonly Action<int, int, int> _read, _pack, _product, _select, _decode, _addEntries, _sum, _pull, _square, _update;
    private readonly double[] _phaseMilliseconds = new double[Phases.Length];
    private readonly int _k, _slots, _blocks, _splits, _splitBlocks;
    private readonly bool _isRectified, _sumsFeatures, _scales;
    private readonly NativeBuffer<int> _ascending;
    private readonly NativeBuffer<float> _lossScales;
    private readonly double[][] _squaredGradients;
    private CpuBatch _batch, _next;
    private ImageBatch? _incoming;
    private CpuBatch _reading;
    private StepSettings _settings;
    private int _tileStart, _tileCount, _parts, _decodeChunk;
    private bool _isRead, _isPrepared, _isPreBiasNew;
    private readonly bool[] _notFinite;

    /// <param name="options">The model.</param>
    /// <param name="batchCapacity">Images per step at most.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="workspace">Bytes that pre-activations may take.</param>
    /// <param name="extras">What is needed beside the model.</param>
    /// <param name="bf16">What multiplies images and weights in mixed precision; null: they meet in float32.</param>
    public CpuSession(ModelOptions options, int batchCapacity, int threads, long workspace = MemoryPlan.DefaultBudget, SessionExtras extras = default, Bf16Product? bf16 = null)
        : base(options, batchCapacity, extras)
    {
        (_k, _isRectified, _bf16) = (options.MaximumNonZeros, options.IsRectified, bf16);
        _plan = new MemoryPlan(options, batchCapacity, threads, workspace, extras, isMixed: bf16 is not null);
        _slots = _plan.SlotsPerImage;
        if ((long)batchCapacity * _slots > int.MaxValue) // entries are counted in 32 bits
            throw new InputException($"A batch of {batchCapacity} images with {_slots} activations each, auxiliary ones included, is too large (more than {int.MaxValue}); give a smaller batch.");
        _sumsFeatures = options.PreBias || options.EncoderBias || options.UnitRows;
        _scales = options.UnitRows && !options.Untied;
        _plan.Check(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        _partition = _plan.Partition;
        _notFinite = new bool[options.Members];
        _blocks = (options.Features + BlockFeatures - 1) / BlockFeatures;
        // Where there are fewer panels than threads, each panel's features are split among several, so that all have rows of their own.
        _splits = (threads + _partition.Panels - 1) / _partition.Panels;
        _splitBlocks = (_blocks + _splits - 1) / _splits;
        _members = [.. Enumerable.Range(0, options.Members).Select(_ => new CpuMember(options, batchCapacity, extras, _plan))];
        _scratch = [.. Enumerable.Range(0, threads).Select(_ => new CpuScratch(options.Features, Phases.Length, _partition.WidestShard, _plan.RoundedColumns))];
        (_batch, _next) = (new CpuBatch(batchCapacity, _partition), new CpuBatch(batchCapacity, _partition));
        _reading = _next;
        _packed = new PackedImages(_plan.TileGroups * _partition.Panels, _partition.WidestPanel);
        _ascending = new NativeBuffer<int>(options.PreBias ? Math.Max(batchCapacity, options.Features) : 0);
        for (int index = 0; index < _ascending.Length; index++)
            _ascending.Span(index, 1)[0] = index;
        _lossScales = new NativeBuffer<float>(options.PreBias ? batchCapacity : 0);
        _squaredGradients = [.. Enumerable.Range(0, options.Members).Select(_ => new double[_partition.Panels * _blocks])];
        _workers = new Workers(threads);
        (_read, _pack, _product, _select, _decode, _addEntries) = (Read, Pack, Product, Select, Decode, AddEntries);
        (_sum, _pull, _square, _update) = (SumFeatures, PullPreBias, SquareGradients, Update);
    }

    private enum Phase
    {
        Read,
        Product,
        Select,
        Decode,
        Entries,
        Bias,
        Norm,
        Update,
        Wait,
    }

    private static Phase[] Phases { get; } = Enum.GetValues<Phase>();

    public override string Partition => _bf16 is null ? $"{_partition}" : $"{_partition}, bf16 by {_bf16.Name}";

    public override IReadOnlyList<string> PhaseNames { get; } = [.. Phases.Select(phase => phase.ToString().ToLowerInvariant())];

    public override IReadOnlyList<double> PhaseMilliseconds => _phaseMilliseconds;

    public override double ProductShare
    {
        get
        {
            int groups = Math.Min(Groups(_next.Count > 0 ? _next.Count : _batch.Count), _plan.TileGroups);
            long columns = 0;
            for (int panel = 0; panel < _partition.Panels; panel++)
            {
                for (int group = 0; group < groups; group++)
                    columns += _packed.ColumnsOf(PackedAt(panel, group));
            }
            return Math.Min(1, columns / ((double)groups * Options.Shape.Length)); // what fills the last vector may take part
        }
    }

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

    public override void CopyRow(int member, StateTensor tensor, int row, Span<float> destination)
    {
        CpuMember own = _members[member];
        if (tensor.Parameter == Parameter.EncoderBias)
            own.EncoderBias(tensor.Slot)!.Span(0, Options.Features).CopyTo(destination);
        else
            own[tensor.Parameter, tensor.Slot].CopyRow(row, destination);
    }

    protected override void WriteRow(int member, StateTensor tensor, int row, ReadOnlySpan<float> values)
    {
        CpuMember own = _members[member];
        if (tensor.Parameter == Parameter.EncoderBias)
            values.CopyTo(own.EncoderBias(tensor.Slot)!.Span(0, Options.Features));
        else
            own[tensor.Parameter, tensor.Slot].SetRow(row, values);
    }

    protected override void SetEncoderBias(int member, Slot slot, int feature, float value) => _members[member].EncoderBias(slot)!.Span(feature, 1)[0] = value;

    protected override void ValueChanged(int member, Parameter parameter, int row)
    {
        if (parameter == Parameter.Encoder && _isPrepared)
            _replaced.Add((member, row));
        if (parameter is Parameter.Encoder or Parameter.Decoder)
            MeasureRow(member, row, _members[member][Parameter.PreBias]);
        else if (parameter == Parameter.PreBias)
            _isPreBiasNew = true;
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
        FinishRows();
        Encode();
        (_reading, _incoming) = (_next, next);
        _decodeChunk = DecodeChunk();
        _workers.Run(_partition.Shards, Options.Members + Groups(_next.Count) + (Options.Members * Chunks(_decodeChunk)), _decode);
        StepLosses losses = Losses();
        ThrowIfNotFinite(losses);
        _workers.Run(1, Options.Members * Chunks(EntryImages), _addEntries);
        if (_sumsFeatures)
            _workers.Run(1, Options.Members * _blocks, _sum);
        if (Options.PreBias)
            _workers.Run(_partition.Panels, Options.Members * PullPieces, _pull);
        if (settings.MaximumNorm > 0)
            _workers.Run(_partition.Panels * _splits, Options.Members * _splitBlocks, _square);
        Clip();
        StepPreBiases();
        _workers.Run(_partition.Panels * _splits, Options.Members * _splitBlocks, _update);
        TakePreBiases();
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
        _ascending.Dispose();
        _lossScales.Dispose();
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
            int tile = feature / GroupProduct.Tile * GroupProduct.Tile;
            for (int panel = 0; panel < _partition.Panels; panel++)
                Multiply(_scratch[0], member, panel, tile, tile + GroupProduct.Tile, part: panel, Groups(_batch.Count));
        }
        _replaced.Clear();
    }

    /// <summary>As many images as leave every worker several units, so that a slow one can be helped; at least as many as make the weights' way into the cache worthwhile.</summary>
    private int DecodeChunk()
    {
        int chunks = Math.Max(1, 8 * _workers.Count / (_partition.Shards * Options.Members));
        return Math.Max(Lanes, (_batch.Count + chunks - 1) / chunks);
    }

    private StepLosses Losses()
    {
        double pixels = (double)_batch.Count * Options.Shape.Length;
        double[] reconstruction = new double[_members.Length], auxiliary = new double[_members.Length];
        double distance = 0;
        for (int member = 0; member < _members.Length; member++)
        {
            for (int image = 0; image < _batch.Count; image++)
            {
                foreach (float[] errors in _members[member].SquaredErrors)
                    reconstruction[member] += errors[image];
                if (_members[member].DeadCount > 0)
                {
                    foreach (float[] errors in _members[member].AuxiliaryErrors)
                        auxiliary[member] += errors[image];
                }
                if (_members.Length > 1)
                    distance += _members[member].Distances[image];
            }
            reconstruction[member] /= pixels;
            auxiliary[member] /= pixels;
        }
        return new StepLosses(reconstruction, _members.Length == 1 ? 0 : distance / (_members.Length - 1) / ((double)_batch.Count * Options.Features), auxiliary);
    }

    private static int Groups(int images) => (images + Lanes - 1) / Lanes;

    private int Chunks(int images) => (_batch.Count + images - 1) / images;

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
