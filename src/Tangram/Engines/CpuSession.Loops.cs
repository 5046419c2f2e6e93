using System.Diagnostics;
using System.Numerics.Tensors;

namespace Tangram;

/// <content>The bodies of the parallel loops up to the residuals: what a worker does with one item.</content>
internal sealed unsafe partial class CpuSession<TSimd>
{
    /// <summary>What the rows of an image's features may take of the first-level cache while they are combined and then multiplied by the residual.</summary>
    private const int DecodeCacheFloats = 6144;

    /// <summary>A shard's columns of a group of images, each image's in one go; of the next batch, side by side as well where its product is near.</summary>
    private void Read(int worker, int shard, int group)
    {
        const int Ahead = 8; // images asked for before they are copied
        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<int> indices = _incoming!.Indices.Span;
        ImageSet images = _incoming.Images;
        int firstPanel = _partition.FirstPanel(shard), endPanel = _partition.FirstPanel(shard + 1), column = _partition.Start(firstPanel);
        Span<float> values = _scratch[worker].Values.Span(0, Math.Min(_partition.Start(endPanel), Options.Shape.Length) - column);
        int first = group * Lanes, end = Math.Min(first + Lanes, indices.Length);
        for (int image = first - Ahead; image < end; image++)
        {
            if (image + Ahead < end)
                images.Prefetch(indices[image + Ahead], column, values.Length);
            if (image < first)
                continue;
            images.CopyTo(indices[image], column, values);
            Span<float> left = values;
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                int columns = Math.Min(_partition.Width(panel), left.Length);
                left[..columns].CopyTo(new Span<float>(_reading.Images.RowPointer(panel, image), columns));
                left = left[columns..];
            }
        }
        for (int panel = firstPanel; _plan.IsFused && _reading == _next && panel < endPanel; panel++)
            Pack(_next, panel, 0, group);
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
        _packed.Pack<TSimd>(PackedAt(panel, group), batch.Images.RowPointer(panel, image), width, Math.Min(Lanes, batch.Count - image), width, _bf16);
    }

    private int PackedAt(int panel, int group) => (panel * _plan.TileGroups) + group;

    private void Product(int worker, int lane, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int member = unit / _blocks, first = unit % _blocks * BlockFeatures, groups = Groups(_tileCount);
        for (int panel = 0; panel < _partition.Panels; panel++)
            Multiply(_scratch[worker], member, panel, first, Math.Min(first + BlockFeatures, Options.Features), part: 0, groups);
        Count(worker, Phase.Product, start);
    }

    /// <summary>A panel's part of the pre-activations of at most a block of features, in whole tiles; part 0 sums up panels where they aren't held apart.</summary>
    private void Multiply(CpuScratch scratch, int member, int panel, int first, int end, int part, int groups)
    {
        CpuMember own = _members[member];
        int width = _partition.Width(panel);
        float* weights = own[Parameter.Encoder].RowPointer(panel, first);
        if (_bf16 is not null)
        {
            MultiplyRounded(scratch, own, weights, panel, first, end, part, groups);
            return;
        }
        for (int feature = first; feature < end; feature += GroupProduct.Tile, weights += GroupProduct.Tile * width)
        {
            for (int group = 0; group < groups; group++)
                _packed.Multiply<TSimd>(PackedAt(panel, group), weights, width, GroupProduct.Tile, own.PreActivations(part, group) + ((long)feature * Lanes), add: panel > part);
        }
    }

    private void MultiplyRounded(CpuScratch scratch, CpuMember own, float* weights, int panel, int first, int end, int part, int groups)
    {
        int width = _partition.Width(panel), columns = FloatMatrix.RoundUp(width, Bf16.ColumnUnit), rows = FloatMatrix.RoundUp(end - first, GroupProduct.Tile);
        ushort* rounded = scratch.Weights.Pointer;
        for (int row = 0; row < rows; row++)
            _bf16!.Round(weights + ((long)row * width), rounded + ((long)row * columns), width);
        for (int group = 0; group < groups; group++)
        {
            float* target = own.PreActivations(part, group) + ((long)first * Lanes);
            bool isSum = panel > part;
            _packed.Multiply(_bf16!, PackedAt(panel, group), rounded, columns, rows, isSum ? scratch.Sums.Pointer : target, add: false);
            if (!isSum)
                continue;
            // Added when it is whole: the same bits as where panels are held apart.
            var sums = new Span<float>(target, rows * Lanes);
            TensorPrimitives.Add(sums, scratch.Sums.Span(0, sums.Length), sums);
        }
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
            GroupTranspose.SumToRows<TSimd>(own.PreActivations(0, group) + side, own.PartStride, _parts, _plan.Features, rows.Pointer, rows.Stride);
            for (int row = 0; row < count; row++)
            {
                if (!Select(own, rows.RowPointer(row), first + row, scratch))
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

    /// <summary>An image's code, and its activations of dead features. False when a pre-activation is NaN.</summary>
    private bool Select(CpuMember own, float* row, int image, CpuScratch scratch)
    {
        long slot = (long)image * _slots;
        int* features = own.Features.Pointer + slot;
        float* activations = own.Activations.Pointer + slot;
        if (_sumsFeatures)
            PreActivations.Run<TSimd>(row, _scales ? own.Lengths.Pointer : null, own.Offsets.Pointer, Options.Features);
        if (!TopKSelection.Run<TSimd>(row, Options.Features, _k, features, activations, scratch.Selection.Pointer))
            return false;
        own.Counts[image] = _isRectified ? TopKSelection.KeepPositive(features, activations, _k) : _k;
        if (own.DeadCount > 0)
        {
            float* dead = scratch.Dead.Pointer;
            for (int index = 0; index < own.DeadCount; index++)
                dead[index] = row[own.Dead[index]];
            int count = Math.Min(own.DeadCount, Extras.AuxiliaryK);
            TopKSelection.Run<TSimd>(dead, own.DeadCount, count, features + _k, activations + _k, scratch.Selection.Pointer);
            own.AuxiliaryCounts[image] = count = _isRectified ? TopKSelection.KeepPositive(features + _k, activations + _k, count) : count;
            for (int index = _k; index < _k + count; index++)
                features[index] = own.Dead[features[index]];
        }
        else
        {
            own.AuxiliaryCounts[image] = 0;
        }
        if (Options.UnitRows)
        {
            for (int index = 0; index < _k + own.AuxiliaryCounts[image]; index++)
            {
                if (index < own.Counts[image] || index >= _k)
                    own.Coefficients.Pointer[slot + index] = activations[index] * own.Lengths.Pointer[features[index]];
            }
        }
        return true;
    }

    /// <summary>
    /// λ·2/(BF)·(z_a − mean_{b≠a} z_b) for each member a, and M‖z_a‖² − ⟨z_a, Σ_b z_b⟩, whose sum over members is half of Σ_a Σ_b ‖z_a − z_b‖².
    /// <paramref name="codeSum"/> [F] is zero before and after.
    /// </summary>
    private void PullTogether(int image, float* codeSum)
    {
        int members = _members.Length;
        long first = (long)image * _slots;
        float scale = (float)(_settings.Consistency * 2.0 / ((double)_batch.Count * Options.Features));
        foreach (CpuMember member in _members)
        {
            for (long slot = first; slot < first + member.Counts[image]; slot++)
                codeSum[member.Features.Pointer[slot]] += member.Activations.Pointer[slot];
        }
        foreach (CpuMember member in _members)
        {
            double distance = 0;
            for (long slot = first; slot < first + member.Counts[image]; slot++)
            {
                float sum = codeSum[member.Features.Pointer[slot]], own = member.Activations.Pointer[slot];
                distance += (double)own * (((double)members * own) - sum);
                member.ConsistencyPulls.Pointer[slot] = scale * (own - ((sum - own) / (members - 1)));
            }
            member.Distances[image] = distance;
        }
        foreach (CpuMember member in _members)
        {
            for (long slot = first; slot < first + member.Counts[image]; slot++)
                codeSum[member.Features.Pointer[slot]] = 0;
        }
    }

    private void Decode(int worker, int shard, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int members = Options.Members, reads = Groups(_next.Count), chunks = Chunks(_decodeChunk);
        if (unit < members)
        {
            // Each member's list is made once, by whoever comes first, while others decode.
            if (unit % _partition.Shards == shard)
                _members[unit].FindPositions(_batch.Count);
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
        if (own.DeadCount > 0)
            Array.Clear(own.AuxiliaryErrors[shard], first, end - first);
        int firstPanel = _partition.FirstPanel(shard);
        for (int panel = firstPanel; panel < _partition.FirstPanel(shard + 1); panel++)
        {
            int width = _partition.Width(panel);
            float* weights = own.Decoder.Panel(panel), bias = Options.PreBias ? own[Parameter.PreBias].Panel(panel) : null;
            for (int column = 0, columns; column < width; column += columns)
            {
                // What is left over by less than a half is better done with the last piece.
                columns = width - column < DecodeWidth * 3 / 2 ? width - column : DecodeWidth;
                for (int image = first; image < end; image++)
                {
                    long slot = (long)image * _slots;
                    int* features = own.Features.Pointer + slot;
                    int count = own.Counts[image];
                    bool add = panel > firstPanel || column > 0;
                    float* residual = own.Residuals.RowPointer(panel, image) + column;
                    RowCombination.Run<TSimd>(weights + column, width, features, own.Coefficients.Pointer + slot, count, columns, residual);
                    errors[image] += Residual.Run<TSimd>(residual, bias is null ? null : bias + column, _batch.Images.RowPointer(panel, image) + column, columns);
                    RowDots.Run<TSimd>(residual, weights + column, width, features, count, columns, pulls + slot, add);
                    if (own.DeadCount == 0)
                        continue;
                    count = own.AuxiliaryCounts[image];
                    slot += _k;
                    float* auxiliary = own.Residuals.RowPointer(panel, BatchCapacity + image) + column;
                    RowCombination.Run<TSimd>(weights + column, width, features + _k, own.Coefficients.Pointer + slot, count, columns, auxiliary);
                    own.AuxiliaryErrors[shard][image] += Residual.Add<TSimd>(auxiliary, residual, columns);
                    RowDots.Run<TSimd>(auxiliary, weights + column, width, features + _k, count, columns, pulls + slot, add);
                }
            }
        }
        Count(worker, Phase.Decode, start);
    }

    /// <summary>Columns decoded at a time, in whole steps of the decoder's kernel.</summary>
    private int DecodeWidth => Math.Max(4 * FloatMatrix.StrideUnit, DecodeCacheFloats / _k / (8 * FloatMatrix.StrideUnit) * 8 * FloatMatrix.StrideUnit);

    private long Count(int worker, Phase phase, long start)
    {
        long now = Stopwatch.GetTimestamp();
        _scratch[worker].Ticks[(int)phase] += now - start;
        return now;
    }
}
