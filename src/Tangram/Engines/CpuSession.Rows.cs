namespace Tangram;

/// <content>What is known of rows before a step: their lengths, what b_pre does to their pre-activations, which of them are dead.</content>
internal sealed unsafe partial class CpuSession<TSimd>
{
    private void MeasureRow(int member, int feature, PanelMatrix preBias)
    {
        for (int panel = 0; panel < _partition.Panels; panel++)
            MeasureRow(_members[member], panel, feature, preBias);
    }

    /// <summary>A panel's part of what the next step must know of a row: its norm, and how far b_pre moves its pre-activations.</summary>
    private void MeasureRow(CpuMember own, int panel, int feature, PanelMatrix preBias)
    {
        int width = _partition.Width(panel);
        if (Options.UnitRows)
        {
            float* row = own.Decoder.RowPointer(panel, feature);
            own.NormParts(panel)[feature] = Dot.Run<TSimd>(row, row, width);
        }
        if (Options.PreBias)
            own.OffsetParts(panel)[feature] = Dot.Run<TSimd>(own[Parameter.Encoder].RowPointer(panel, feature), preBias.Panel(panel), width);
    }

    /// <summary>Rows' lengths and offsets, from their panels' parts; which features are dead; what b_pre's gradient multiplies residuals by.</summary>
    private void FinishRows()
    {
        for (int member = 0; member < _members.Length; member++)
        {
            CpuMember own = _members[member];
            for (int feature = 0; _isPreBiasNew && feature < Options.Features; feature++)
                MeasureRow(member, feature, own[Parameter.PreBias]);
            if (_sumsFeatures)
                FinishRows(own);
            if (Extras.AuxiliaryK > 0)
                own.FindDead(Ages(member), _settings.Auxiliary > 0 ? Steps - _settings.DeadAfter : 0);
        }
        _isPreBiasNew = false;
        if (Options.PreBias)
            _lossScales.Span(0, _batch.Count).Fill((float)LossScale);
    }

    private void FinishRows(CpuMember own)
    {
        float* lengths = own.Lengths.Pointer, offsets = own.Offsets.Pointer, bias = Options.EncoderBias ? own.EncoderBias()!.Pointer : null;
        new Span<float>(lengths, Options.Features).Fill(1);
        new Span<float>(offsets, Options.Features).Clear();
        if (Options.UnitRows)
        {
            AddParts(own.NormParts(0), own.NormParts(1) - own.NormParts(0), lengths);
            for (int feature = 0; feature < Options.Features; feature++)
                lengths[feature] = lengths[feature] > 0 ? 1 / MathF.Sqrt(lengths[feature]) : 0;
        }
        if (Options.PreBias)
            AddParts(own.OffsetParts(0), own.OffsetParts(1) - own.OffsetParts(0), offsets);
        for (int feature = 0; feature < Options.Features; feature++)
            offsets[feature] = (bias is null ? 0 : bias[feature]) - (_scales ? lengths[feature] * offsets[feature] : offsets[feature]);
    }

    /// <summary>The sums of all panels' parts, panels ascending.</summary>
    private void AddParts(float* parts, long stride, float* sums)
    {
        for (int feature = 0; feature < Options.Features; feature++)
        {
            float sum = parts[feature];
            for (int panel = 1; panel < _partition.Panels; panel++)
                sum += parts[(panel * stride) + feature];
            sums[feature] = sum;
        }
    }
}
