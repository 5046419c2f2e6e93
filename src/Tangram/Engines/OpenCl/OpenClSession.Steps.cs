namespace Tangram;

/// <content>The kernels of a step, in their order.</content>
internal sealed partial class OpenClSession
{
    /// <summary>Which of an entry's two terms a matrix learns from; as in update.cl.</summary>
    private const int DecoderPart = 1, EncoderPart = 2;

    private int Count => _batch!.Count;

    /// <summary>Activations chosen of each image: the code's, or the auxiliary reconstruction's.</summary>
    /// <param name="Counts">How many, of all members' images.</param>
    /// <param name="Most">How many at most.</param>
    /// <param name="FirstSlot">Where they begin among an image's slots.</param>
    /// <param name="FirstRow">Where their residuals begin.</param>
    private sealed record Selection(OpenClBuffer<int> Counts, int Most, int FirstSlot, int FirstRow);

    private bool HasTiedUnitRows => Options.UnitRows && !Options.Untied;

    private Parameter DecoderParameter => Options.Untied ? Parameter.Decoder : Parameter.Encoder;

    private OpenClArgument Images => _halfImages is not null ? _halfImages : _images!;

    private OpenClBuffer<float> EncoderBias => _encoderBiases[Slot.Value];

    /// <summary>∂L/∂x̂ = 2/(BD) · e.</summary>
    private float LossScale => (float)(2.0 / ((double)Count * Options.Shape.Length));

    private OpenClBuffer<float> PreBias(OpenClMember own) => Options.PreBias ? own[Parameter.PreBias] : _noBias;

    private long FirstCode(int member) => (long)member * BatchCapacity;

    private int Blocks(int columns) => (columns + _group - 1) / _group;

    /// <summary>Runs a kernel on single items.</summary>
    private void ForItems(string kernel, long items, params ReadOnlySpan<OpenClArgument> arguments) => _context[kernel].Run([items], [_group], arguments);

    /// <summary>Runs a kernel on one work-group.</summary>
    private void ForOne(string kernel, params ReadOnlySpan<OpenClArgument> arguments) => _context[kernel].Run([_group], [_group], arguments);

    /// <summary>Runs a kernel on rows, such as images or features, a work-group each.</summary>
    private void ForRows(string kernel, long rows, params ReadOnlySpan<OpenClArgument> arguments) => _context[kernel].RunRows(rows, groups: 1, arguments);

    /// <summary>Runs a kernel on all columns of some rows.</summary>
    private void ForColumns(string kernel, long rows, params ReadOnlySpan<OpenClArgument> arguments) => _context[kernel].RunRows(rows, Blocks(_plan.Stride), arguments);

    /// <summary>Brings what the host has changed to the device, and what follows from it up to date.</summary>
    private void Prepare()
    {
        _flags.Clear();
        for (int member = 0; member < _members.Length; member++)
        {
            if (!_hasAges)
            {
                _births.Write((long)member * Options.Features, Ages(member).Births);
                _lastActive.Write((long)member * Options.Features, Ages(member).LastActive);
            }
            if (!_isMeasured)
                Measure(member);
        }
        (_hasAges, _isMeasured) = (true, true);
    }

    private void Measure(int member)
    {
        OpenClMember own = _members[member];
        ForRows("measure", Options.Features, own[DecoderParameter], Options.UnitRows, own.Stored(Parameter.Encoder), HasTiedUnitRows, EncoderBias, PreBias(own), member,
            Options.Features, _plan.Stride, _lengths, _offsets);
    }

    /// <summary>Codes of a member, a tile of images at a time.</summary>
    private void Encode(int member, StepSettings settings)
    {
        // A dead feature was last active, or born, before the last DeadAfter steps before this one.
        long deadBefore = settings.Auxiliary > 0 && Extras.AuxiliaryK > 0 ? Steps - settings.DeadAfter : 0;
        _hasDead[member] = deadBefore > 0 && Ages(member).LastActive.AsSpan().ContainsAnyInRange(0, deadBefore - 1);
        int items = _context.Layout.TileItems, tile = _context.Layout.Tile, features = Options.Features;
        int most = (int)Math.Min(_plan.TileImages, (long)OpenClKernel.MostRows * tile);
        for (int first = 0; first < Count; first += most)
        {
            int images = Math.Min(most, Count - first);
            _context["encode"].Run([(features + tile - 1L) / tile * items, (images + tile - 1L) / tile * items], [items, items],
                [Images, _members[member].Stored(Parameter.Encoder), _lengths, HasTiedUnitRows, _offsets, member, _preActivations, first, images, features, _plan.Stride]);
            Select(_code);
            if (_hasDead[member])
                Select(_auxiliary);

            void Select(Selection of) => ForRows("select_largest", images, _preActivations, _lastActive, _lengths, member, FirstCode(member), first, features, of.Most,
                Options.IsRectified, of == _auxiliary ? deadBefore : -1, _slots, of.FirstSlot, of.Counts, _chosen, _activations, _coefficients, _flags);
        }
    }

    private void PullTogether(StepSettings settings)
    {
        float scale = (float)(settings.Consistency * 2.0 / ((double)Count * Options.Features));
        _context["pull_together"].RunRows(Count, _members.Length,
            [_code.Counts, _chosen, _activations, _pulls, _statistics, StatisticStart(Statistic.Distances), BatchCapacity, _members.Length, _slots, scale]);
        for (int member = 0; member < _members.Length; member++)
            ForItems("check_distances", Count, _statistics, Count, StatisticStart(Statistic.Distances) + FirstCode(member), _flags, member);
    }

    private long StatisticStart(Statistic statistic) => (long)statistic * _members.Length * BatchCapacity;

    private void Decode(int member)
    {
        OpenClMember own = _members[member];
        int parts = Blocks(_plan.Stride);
        ForColumns("decode", Count, own.Stored(DecoderParameter), _code.Counts, _chosen, _coefficients, PreBias(own), Images, own.Residuals, _errorParts, FirstCode(member), _slots,
            _plan.Stride);
        ForItems("add_errors", Count, _errorParts, parts, Count, _statistics, StatisticStart(Statistic.Errors) + FirstCode(member), _flags, member);
        if (!_hasDead[member])
            return;
        ForColumns("decode_auxiliary", Count, own.Stored(DecoderParameter), _auxiliary.Counts, _chosen, _coefficients, own.Residuals, _errorParts, BatchCapacity, FirstCode(member),
            _slots, _auxiliary.FirstSlot, _plan.Stride);
        ForItems("add_errors", Count, _errorParts, parts, Count, _statistics, StatisticStart(Statistic.AuxiliaryErrors) + FirstCode(member), _flags, member);
    }

    /// <summary>From a member's residuals to its new parameters; nothing of it is changed where a member spoils the step.</summary>
    private void Learn(int member, StepSettings settings)
    {
        OpenClMember own = _members[member];
        AddEntries(own, member, settings);
        if (_sumsFeatures)
        {
            ForItems("sum_entries", Options.Features, _entries, _entryRadials, _starts, _lengths, member, HasTiedUnitRows, Options.Features, _featurePulls, _alongs, _biasPulls);
        }
        if (Options.PreBias)
        {
            int parts = _plan.BiasParts(Count);
            ForColumns("pull_pre_bias", parts, own.Residuals, Count, LossScale, own.Stored(Parameter.Encoder), _biasPulls, Options.Features, _plan.BiasRows, _plan.Stride, _biasParts);
            ForItems("add_pre_bias_parts", _plan.Stride, _biasParts, parts, _plan.Stride, _biasGradient);
        }
        if (settings.MaximumNorm > 0)
            Clip(own, member, settings);
        if (Options.Untied)
        {
            Update(own, member, Parameter.Encoder, EncoderPart, isUnit: false, settings);
            Update(own, member, Parameter.Decoder, DecoderPart, Options.UnitRows, settings);
        }
        else
        {
            Update(own, member, Parameter.Encoder, EncoderPart | DecoderPart, Options.UnitRows, settings);
        }
        UpdateBiases(own, member, settings);
        if (_sumsFeatures)
            Measure(member);
    }

    /// <summary>Pulls first, and marks who is active where; then, once all lists' places are known, the entries.</summary>
    private void AddEntries(OpenClMember own, int member, StepSettings settings)
    {
        int words = (int)_plan.Words;
        (Selection Of, float Scale)[] selections = _hasDead[member] ? [(_code, LossScale), (_auxiliary, AuxiliaryScale(settings))] : [(_code, LossScale)];
        _active.Clear();
        foreach (var (of, scale) in selections)
        {
            bool hasPulls = of == _code && _members.Length > 1;
            _context["delta"].RunRows(Count, of.Most, [own.Stored(DecoderParameter), of.Counts, _chosen, _activations, own.Residuals, _lengths, EncoderBias, member, Options.Features,
                scale, hasPulls, HasTiedUnitRows, _pulls, _radials, FirstCode(member), of.FirstRow, _slots, of.FirstSlot, _plan.Stride]);
            ForRows("mark_active", Count, of.Counts, _chosen, FirstCode(member), _slots, of.FirstSlot, of.FirstRow, _active, words);
        }
        ForItems("count_entries", Options.Features, _active, words, Options.Features, _entryCounts);
        ForOne("find_starts", _entryCounts, _starts, Options.Features);
        foreach (var (of, scale) in selections)
        {
            ForRows("add_entries", Count, _active, words, _starts, of.Counts, _chosen, _activations, _pulls, _radials, FirstCode(member), _slots, of.FirstSlot, of.FirstRow, scale,
                _entries, _entryRadials);
        }
    }

    private float AuxiliaryScale(StepSettings settings) => (float)(2.0 / ((double)Count * Options.Shape.Length) * settings.Auxiliary);

    private void Clip(OpenClMember own, int member, StepSettings settings)
    {
        void Square(Parameter parameter, int parts, bool isUnit, bool isAdded) => ForRows("square_gradient", Options.Features, parts, isUnit, _entries, _starts, own.Residuals,
            Images, PreBias(own), _lengths, _alongs, member, Options.Features, _plan.Stride, own.Stored(parameter), isAdded, _squares);
        if (Options.Untied)
        {
            Square(Parameter.Encoder, EncoderPart, isUnit: false, isAdded: false);
            Square(Parameter.Decoder, DecoderPart, Options.UnitRows, isAdded: true);
        }
        else
        {
            Square(Parameter.Encoder, EncoderPart | DecoderPart, Options.UnitRows, isAdded: false);
        }
        ForOne("clip", _squares, _featurePulls, Options.EncoderBias, Options.Features, _biasGradient, Options.PreBias, _plan.Stride, (float)settings.MaximumNorm, _clips,
            member);
    }

    private void Update(OpenClMember own, int member, Parameter parameter, int parts, bool isUnit, StepSettings settings)
    {
        OpenClBuffer<float> weights = own[parameter];
        ForColumns("update", Options.Features, parts, isUnit, _entries, _starts, own.Residuals, Images, PreBias(own), _lengths, _alongs, Clips(settings), _births,
            Steps, _corrections, _lastCorrection, (float)settings.LearningRate, (float)settings.AverageDecay, Extras.Averages, _flags, _members.Length, member, Options.Features,
            _plan.Stride, weights, own[parameter, Slot.FirstMoment], own[parameter, Slot.SecondMoment], Extras.Averages ? own[parameter, Slot.Average] : weights,
            own.Stored(parameter));
    }

    private OpenClBuffer<float> Clips(StepSettings settings) => settings.MaximumNorm > 0 ? _clips : _ones;

    private void UpdateBiases(OpenClMember own, int member, StepSettings settings)
    {
        OpenClBuffer<float> EncoderBiasOf(Slot slot) => _encoderBiases.GetValueOrDefault(slot, EncoderBias);
        float rate = (float)settings.LearningRate, decay = (float)settings.AverageDecay;
        if (Options.PreBias)
        {
            OpenClBuffer<float> biases = own[Parameter.PreBias];
            ForItems("update_pre_bias", _plan.Stride, _biasGradient, Clips(settings), Steps, _corrections, _lastCorrection, rate, decay, Extras.Averages, _flags,
                _members.Length, member, _plan.Stride, biases, own[Parameter.PreBias, Slot.FirstMoment], own[Parameter.PreBias, Slot.SecondMoment],
                Extras.Averages ? own[Parameter.PreBias, Slot.Average] : biases);
        }
        ForItems("update_features", Options.Features, _active, (int)_plan.Words, BatchCapacity, _featurePulls, Options.EncoderBias, Clips(settings), _births, Steps, _corrections,
            _lastCorrection, rate * (float)settings.EncoderBiasRate, decay, Extras.Averages, _flags, _members.Length, member, Options.Features, _lastActive, EncoderBias,
            EncoderBiasOf(Slot.FirstMoment), EncoderBiasOf(Slot.SecondMoment), EncoderBiasOf(Slot.Average));
    }
}
