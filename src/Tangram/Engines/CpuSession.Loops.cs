using System.Diagnostics;

namespace Tangram;

/// <content>The bodies of the parallel loops: what a worker does with one item.</content>
internal sealed unsafe partial class CpuSession<TSimd>
{
    /// <summary>What the rows of an image's features may take of the first-level cache while they are combined and then multiplied by the residual.</summary>
    private const int DecodeCacheFloats = 6144;

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
        float* weights = own[Parameter.Encoder].RowPointer(panel, feature);
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
            float* weights = own[Parameter.Encoder].Panel(panel);
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
        float* weights = own[Parameter.Encoder].RowPointer(panel, first);
        float* firstMoments = own[Parameter.Encoder, Slot.FirstMoment].RowPointer(panel, first), secondMoments = own[Parameter.Encoder, Slot.SecondMoment].RowPointer(panel, first);
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

    private long Count(int worker, Phase phase, long start)
    {
        long now = Stopwatch.GetTimestamp();
        _scratch[worker].Ticks[(int)phase] += now - start;
        return now;
    }
}
