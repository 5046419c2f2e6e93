using System.Diagnostics;

namespace Tangram;

/// <content>From residuals to new parameters.</content>
internal sealed unsafe partial class CpuSession<TSimd>
{
    /// <summary>Columns of b_pre whose gradient is summed up at a time: whole steps of the decoder's kernel at every width.</summary>
    private const int PullColumns = 8 * FloatMatrix.StrideUnit;

    private int PullPieces => (_partition.WidestPanel + PullColumns - 1) / PullColumns;

    /// <summary>∂L/∂x̂ = 2/(BD) · e.</summary>
    private double LossScale => 2.0 / ((double)_batch.Count * Options.Shape.Length);

    /// <summary>A chunk of images' entries, each at its feature's place: activations scaled by the loss's 2/(BD), pulls summed up.</summary>
    private void AddEntries(int worker, int lane, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int chunks = Chunks(EntryImages), first = unit % chunks * EntryImages;
        CpuMember own = _members[unit / chunks];
        float scale = (float)LossScale, auxiliaryScale = (float)(LossScale * _settings.Auxiliary);
        for (int image = first; image < Math.Min(first + EntryImages, _batch.Count); image++)
        {
            long slot = (long)image * _slots;
            AddEntries(own, image, image, slot, own.Counts[image], scale, _members.Length > 1 ? own.ConsistencyPulls.Pointer : null);
            AddEntries(own, image, BatchCapacity + image, slot + _k, own.AuxiliaryCounts[image], auxiliaryScale, null);
        }
        Count(worker, Phase.Entries, start);
    }

    private void AddEntries(CpuMember own, int image, int residual, long first, int count, float scale, float* consistencyPulls)
    {
        float* pulls = own.PartialPulls(0);
        long stride = own.PartialPulls(1) - pulls;
        NativeBuffer<float>? bias = own.EncoderBias();
        for (long slot = first; slot < first + count; slot++)
        {
            int position = own.Positions.Pointer[slot], feature = own.Features.Pointer[slot];
            float pull = pulls[slot], activation = own.Activations.Pointer[slot];
            for (int shard = 1; shard < _partition.Shards; shard++)
                pull += pulls[(shard * stride) + slot];
            pull *= scale;
            if (Options.UnitRows)
            {
                // ⟨g, w⟩ of a unit row needs no pass over g: ⟨e, w⟩ is the pull, and ⟨x − b_pre, w⟩ is the activation without b_enc.
                pull *= own.Lengths.Pointer[feature];
                own.Radials.Pointer[position] = activation * pull;
            }
            if (consistencyPulls is not null)
                pull += consistencyPulls[slot];
            if (_scales)
                own.Radials.Pointer[position] += pull * (activation - (bias is null ? 0 : bias.Pointer[feature]));
            own.Entries.Pointer[position] = new GradientEntry(image, residual, activation * scale, pull);
        }
    }

    /// <summary>A block of features' sums over their entries.</summary>
    private void SumFeatures(int worker, int lane, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        CpuMember own = _members[unit / _blocks];
        int first = unit % _blocks * BlockFeatures;
        for (int feature = first; feature < Math.Min(first + BlockFeatures, Options.Features); feature++)
        {
            float pulls = 0, along = 0;
            for (int entry = own.EntryStart[feature]; entry < own.EntryStart[feature + 1]; entry++)
            {
                pulls += own.Entries.Pointer[entry].Pull;
                along += Options.UnitRows ? own.Radials.Pointer[entry] : 0;
            }
            (own.Pulls.Pointer[feature], own.Alongs.Pointer[feature]) = (pulls, along);
            // With tied unit rows, W is the row times its length.
            own.PreBiasPulls.Pointer[feature] = _scales ? -pulls * own.Lengths.Pointer[feature] : -pulls;
        }
        Count(worker, Phase.Bias, start);
    }

    /// <summary>Some columns of ∂L/∂b_pre = 2/(BD) · Σ_i e_i − Σ_f (Σ_i δ_if) w_f.</summary>
    private void PullPreBias(int worker, int panel, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        CpuMember own = _members[unit / PullPieces];
        int column = unit % PullPieces * PullColumns, width = _partition.Width(panel), columns = Math.Min(PullColumns, width - column);
        if (columns <= 0)
            return;
        float* gradient = own.PreBiasGradient.Panel(panel) + column;
        float* pulled = stackalloc float[PullColumns];
        RowCombination.Run<TSimd>(own[Parameter.Encoder].Panel(panel) + column, width, _ascending.Pointer, own.PreBiasPulls.Pointer, Options.Features, columns, pulled);
        RowCombination.Run<TSimd>(own.Residuals.Panel(panel) + column, width, _ascending.Pointer, _lossScales.Pointer, _batch.Count, columns, gradient);
        for (int index = 0; index < columns; index++)
            gradient[index] += pulled[index];
        Count(worker, Phase.Bias, start);
    }

    /// <summary>A panel of 32 features: Σ g², before clipping.</summary>
    private void SquareGradients(int worker, int lane, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int panel = lane / _splits, member = unit / _splitBlocks, block = (lane % _splits * _splitBlocks) + (unit % _splitBlocks);
        int first = block * BlockFeatures, end = Math.Min(first + BlockFeatures, Options.Features), width = _partition.Width(panel);
        if (first >= end)
            return;
        CpuMember own = _members[member];
        GradientSource source = Source(own, panel);
        float* encoder = own[Parameter.Encoder].Panel(panel), decoder = own.Decoder.Panel(panel);
        double sum = 0;
        for (int feature = first; feature < end; feature++)
        {
            GradientSource entries = source.Of(own.Entries.Pointer, own.EntryStart[feature], own.EntryStart[feature + 1], own.Pulls.Pointer[feature]);
            if (entries.Count == 0)
                continue;
            long row = (long)feature * width;
            RowStep step = DecoderStep(own, feature, new RowStep(default));
            if (Options.Untied)
            {
                sum += SparseGradient.SquaredNorm<TSimd, EncoderStream>(entries, width, encoder + row, new RowStep(default));
                sum += SparseGradient.SquaredNorm<TSimd, DecoderStream>(entries, width, decoder + row, step);
            }
            else
            {
                sum += SparseGradient.SquaredNorm<TSimd, TiedStreams>(entries, width, encoder + row, step);
            }
        }
        _squaredGradients[member][(panel * _blocks) + block] = sum;
        Count(worker, Phase.Norm, start);
    }

    /// <summary>What brings each member's gradient down to the norm allowed.</summary>
    private void Clip()
    {
        for (int member = 0; member < _members.Length; member++)
        {
            CpuMember own = _members[member];
            own.Clip = 1;
            if (_settings.MaximumNorm <= 0)
                continue;
            double sum = 0;
            foreach (double part in _squaredGradients[member])
                sum += part;
            for (int feature = 0; Options.EncoderBias && feature < Options.Features; feature++)
                sum += (double)own.Pulls.Pointer[feature] * own.Pulls.Pointer[feature];
            for (int panel = 0; Options.PreBias && panel < _partition.Panels; panel++)
            {
                float* gradient = own.PreBiasGradient.Panel(panel);
                for (int column = 0; column < _partition.Width(panel); column++)
                    sum += (double)gradient[column] * gradient[column];
            }
            double norm = Math.Sqrt(sum);
            if (norm > _settings.MaximumNorm)
                own.Clip = (float)(_settings.MaximumNorm / norm);
        }
    }

    /// <summary>b_pre after this step, beside the one that this step's gradients belong to.</summary>
    private void StepPreBiases()
    {
        for (int member = 0; Options.PreBias && member < _members.Length; member++)
        {
            CpuMember own = _members[member];
            var step = new RowStep(Adam(Steps), Clip: own.Clip, Share: (float)AverageShare(_settings, Steps));
            for (int panel = 0; panel < _partition.Panels; panel++)
            {
                int width = _partition.Width(panel);
                float* next = own.NextPreBias.Panel(panel);
                new ReadOnlySpan<float>(own[Parameter.PreBias].Panel(panel), width).CopyTo(new Span<float>(next, width));
                float* average = Extras.Averages ? own[Parameter.PreBias, Slot.Average].Panel(panel) : null;
                AdamUpdate.Run<TSimd>(next, own[Parameter.PreBias, Slot.FirstMoment].Panel(panel), own[Parameter.PreBias, Slot.SecondMoment].Panel(panel), average,
                    own.PreBiasGradient.Panel(panel), width, step);
            }
        }
    }

    private void TakePreBiases()
    {
        for (int member = 0; Options.PreBias && member < _members.Length; member++)
        {
            CpuMember own = _members[member];
            for (int panel = 0; panel < _partition.Panels; panel++)
                new ReadOnlySpan<float>(own.NextPreBias.Panel(panel), _partition.Width(panel)).CopyTo(new Span<float>(own[Parameter.PreBias].Panel(panel), _partition.Width(panel)));
        }
    }

    /// <summary>A panel of 32 features: gradient, Adam, and their part of the next batch's pre-activations.</summary>
    private void Update(int worker, int lane, int unit)
    {
        long start = Stopwatch.GetTimestamp();
        int panel = lane / _splits, member = unit / _splitBlocks, block = (lane % _splits * _splitBlocks) + (unit % _splitBlocks);
        int first = block * BlockFeatures, end = Math.Min(first + BlockFeatures, Options.Features);
        if (first >= end)
            return;
        CpuMember own = _members[member];
        FeatureAges ages = Ages(member);
        PanelRows encoder = Rows(own, Parameter.Encoder, panel), decoder = Options.Untied ? Rows(own, Parameter.Decoder, panel) : encoder;
        GradientSource source = Source(own, panel);
        long age = -1;
        RowStep step = default;
        for (int feature = first; feature < end; feature++)
        {
            if (Steps - ages.Births[feature] != age)
            {
                age = Steps - ages.Births[feature];
                step = new RowStep(Adam(age), Clip: own.Clip, Share: (float)AverageShare(_settings, age));
            }
            GradientSource entries = source.Of(own.Entries.Pointer, own.EntryStart[feature], own.EntryStart[feature + 1], own.Pulls.Pointer[feature]);
            RowStep decoderStep = DecoderStep(own, feature, step);
            if (Options.Untied)
            {
                UpdateRow<EncoderStream>(encoder, feature, entries, step);
                UpdateRow<DecoderStream>(decoder, feature, entries, decoderStep);
            }
            else
            {
                UpdateRow<TiedStreams>(encoder, feature, entries, decoderStep);
            }
            // A row behind: what has just been divided isn't there yet.
            if (feature > first)
                MeasureRow(own, panel, feature - 1, own.NextPreBias);
            if (panel > 0)
                continue;
            if (IsActive(entries))
                ages.LastActive[feature] = Steps;
            if (Options.EncoderBias)
            {
                AdamUpdate.Run<SimdScalar>(own.EncoderBias()!.Pointer + feature, own.EncoderBias(Slot.FirstMoment)!.Pointer + feature,
                    own.EncoderBias(Slot.SecondMoment)!.Pointer + feature, Extras.Averages ? own.EncoderBias(Slot.Average)!.Pointer + feature : null,
                    own.Pulls.Pointer + feature, 1, step with { Adam = step.Adam with { Rate = step.Adam.Rate * (float)_settings.EncoderBiasRate } });
            }
        }
        MeasureRow(own, panel, end - 1, own.NextPreBias);
        long updated = Count(worker, Phase.Update, start);
        if (_next.Count == 0 || !_plan.IsFused)
            return;
        int groups = Groups(_next.Count);
        Multiply(_scratch[worker], member, panel, first, end, part: panel, groups);
        Count(worker, Phase.Product, updated);
    }

    private static void UpdateRow<TStreams>(PanelRows rows, int feature, GradientSource source, RowStep step) where TStreams : struct, IGradientStreams
    {
        long row = (long)feature * source.Stride;
        SparseGradient.Run<TSimd, TStreams>(source, source.Stride, rows.Weights + row, rows.FirstMoments + row, rows.SecondMoments + row,
            rows.Averages is null ? null : rows.Averages + row, step);
    }

    private PanelRows Rows(CpuMember own, Parameter parameter, int panel) => new(own[parameter].Panel(panel), own[parameter, Slot.FirstMoment].Panel(panel),
        own[parameter, Slot.SecondMoment].Panel(panel), Extras.Averages ? own[parameter, Slot.Average].Panel(panel) : null);

    /// <summary>A panel's residuals and images, without entries.</summary>
    private GradientSource Source(CpuMember own, int panel) => new(null, 0, own.Residuals.Panel(panel), _batch.Images.Panel(panel), _partition.Width(panel),
        Options.PreBias ? own[Parameter.PreBias].Panel(panel) : null, 0);

    /// <summary>A panel of a matrix and of what is kept beside it.</summary>
    private readonly struct PanelRows(float* weights, float* firstMoments, float* secondMoments, float* averages)
    {
        public readonly float* Weights = weights, FirstMoments = firstMoments, SecondMoments = secondMoments;

        /// <summary>Null where there are none.</summary>
        public readonly float* Averages = averages;
    }

    private RowStep DecoderStep(CpuMember own, int feature, RowStep step) =>
        Options.UnitRows ? step with { Length = own.Lengths.Pointer[feature], Along = own.Alongs.Pointer[feature] } : step;

    private AdamScale Adam(long age)
    {
        var (first, second) = Corrections(age);
        return new AdamScale((float)(_settings.LearningRate / first), (float)(1 / Math.Sqrt(second)));
    }

    /// <summary>Whether an entry isn't one of the auxiliary reconstruction's.</summary>
    private bool IsActive(GradientSource source)
    {
        for (int entry = 0; entry < source.Count; entry++)
        {
            if (source.Entries[entry].Residual < BatchCapacity)
                return true;
        }
        return false;
    }
}
