namespace Tangram;

/// <summary>
/// Training on an OpenCL device. Parameters and moments stay there; a step sends a batch's bytes and fetches its statistics: squared errors, when features were last
/// active, and whether everything was finite. Kernels are queued in order and never write one place from two work-groups, and sums are added up in an order that the
/// <see cref="OpenClLayout"/> gives: the same device, driver and precision give the same bits.
/// </summary>
internal sealed partial class OpenClSession : TrainingSession
{
    private readonly OpenClDevice _device;
    private readonly OpenClContext _context;
    private readonly OpenClPlan _plan;
    private readonly List<IDisposable> _owned = [];
    private readonly OpenClMember[] _members;
    private readonly OpenClUploads _uploads;
    private readonly Dictionary<Slot, OpenClBuffer<float>> _encoderBiases = [];
    private readonly OpenClBuffer<float> _preActivations, _activations, _coefficients, _pulls, _radials, _entries, _entryRadials, _errorParts, _lengths, _offsets, _featurePulls,
        _alongs, _biasPulls, _biasParts, _biasGradient, _squares, _clips, _ones, _corrections, _noBias, _statistics;
    private readonly OpenClBuffer<float>? _images;
    private readonly OpenClBuffer<ushort>? _halfImages;
    private readonly OpenClBuffer<int> _chosen, _flags, _active, _entryCounts, _starts;
    private readonly OpenClBuffer<long> _births, _lastActive;
    private readonly float[] _fetched;
    private readonly Selection _code, _auxiliary;
    private readonly int _slots, _group, _lastCorrection;
    private readonly bool _sumsFeatures;
    private readonly bool[] _hasDead;
    private ImageBatch? _batch;
    private bool _isSent, _isMeasured, _hasAges;

    /// <param name="device">A device without a <see cref="OpenClDevice.Problem"/>.</param>
    /// <param name="options">The model.</param>
    /// <param name="batchCapacity">Images per step at most.</param>
    /// <param name="workspace">Bytes that pre-activations may take.</param>
    /// <param name="extras">What is needed beside the model.</param>
    /// <param name="isMixed">Whether images and a copy of the weights are kept in half precision.</param>
    /// <param name="isProfiled">Whether kernels are timed, which slows a step down.</param>
    /// <exception cref="InputException">The model doesn't fit the device.</exception>
    /// <exception cref="DeviceException">The device fails, or its driver can't build the kernels.</exception>
    public OpenClSession(OpenClDevice device, ModelOptions options, int batchCapacity, long workspace, SessionExtras extras, bool isMixed, bool isProfiled = false)
        : base(options, batchCapacity, extras)
    {
        _device = device;
        _plan = new OpenClPlan(options, batchCapacity, workspace, extras, isMixed);
        if (_plan.Problem(device) is { } problem)
            throw new InputException($"{char.ToUpperInvariant(problem[0])}{problem[1..]}; give a smaller model or batch, or --device cpu.");
        _slots = _plan.SlotsPerImage;
        _sumsFeatures = options.PreBias || options.EncoderBias || options.UnitRows;
        try
        {
            _context = Own(new OpenClContext(device, OpenClLayout.For(device, _plan.TileImages, options.Features), isMixed, isProfiled));
            _group = _context.Layout.Group;
            int members = options.Members, features = options.Features, stride = _plan.Stride;
            long codes = (long)members * batchCapacity, slots = (long)batchCapacity * _slots;
            _members = [.. Enumerable.Range(0, members).Select(_ => Own(new OpenClMember(_context, options, extras, _plan, isMixed)))];
            _uploads = Own(new OpenClUploads(_context, batchCapacity, options.Shape.Length, stride));
            if (isMixed)
                _halfImages = Buffer<ushort>((long)batchCapacity * stride);
            else
                _images = Buffer<float>((long)batchCapacity * stride);
            _preActivations = Buffer<float>((long)_plan.TileImages * features);
            _code = new Selection(Buffer<int>(codes), options.MaximumNonZeros, FirstSlot: 0, FirstRow: 0);
            _auxiliary = new Selection(Buffer<int>(codes), extras.AuxiliaryK, FirstSlot: options.MaximumNonZeros, FirstRow: batchCapacity);
            _chosen = Buffer<int>(codes * _slots);
            (_activations, _coefficients, _pulls) = (Buffer<float>(codes * _slots), Buffer<float>(codes * _slots), Buffer<float>(codes * _slots));
            (_radials, _entries, _entryRadials) = (Buffer<float>(slots), Buffer<float>(4 * slots), Buffer<float>(slots));
            _errorParts = Buffer<float>(batchCapacity * (long)Blocks(stride));
            (_lengths, _offsets) = (Buffer<float>((long)members * features), Buffer<float>((long)members * features));
            (_featurePulls, _alongs, _biasPulls, _squares) = (Buffer<float>(features), Buffer<float>(features), Buffer<float>(features), Buffer<float>(features));
            _biasParts = Buffer<float>(options.PreBias ? _plan.BiasParts(batchCapacity) * (long)stride : 0);
            (_biasGradient, _noBias) = (Buffer<float>(stride), Buffer<float>(stride));
            (_clips, _ones) = (Buffer<float>(members), Buffer<float>(members));
            _ones.Write(0, [.. Enumerable.Repeat(1f, members)]);
            foreach (Slot slot in options.EncoderBias ? Enum.GetValues<Slot>() : [Slot.Value])
                _encoderBiases.Add(slot, Buffer<float>((long)members * features));
            (_flags, _active) = (Buffer<int>(members), Buffer<int>(features * _plan.Words));
            (_entryCounts, _starts) = (Buffer<int>(features), Buffer<int>(features + 1L));
            (_births, _lastActive) = (Buffer<long>((long)members * features), Buffer<long>((long)members * features));
            float[] corrections = CorrectionTable();
            _lastCorrection = corrections.Length / 2;
            _corrections = Buffer<float>(corrections.Length);
            _corrections.Write(0, corrections);
            _fetched = new float[StatisticKinds * codes];
            _statistics = Buffer<float>(_fetched.Length);
            _hasDead = new bool[members];
            _context.Api.Finish(_context.Queue); // what the device can't give, it often says only now
        }
        catch (OpenClException exception)
        {
            Dispose();
            throw Failed(exception);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The statistics of a step, each [members, images]: squared errors, those of the auxiliary reconstruction, distances between codes.</summary>
    private enum Statistic
    {
        Errors,
        AuxiliaryErrors,
        Distances,
    }

    private static int StatisticKinds => Enum.GetValues<Statistic>().Length;

    public OpenClLayout Layout => _context.Layout;

    /// <summary>How often each kernel was queued.</summary>
    public IReadOnlyDictionary<string, int> KernelRuns => _context.Kernels.ToDictionary(name => name, name => _context[name].Runs, StringComparer.Ordinal);

    public override string Partition => _context.Layout.ToString();

    public override IReadOnlyList<string> PhaseNames => _context.IsProfiled ? [.. _context.Kernels] : [];

    /// <summary>What the kernels took since this was last asked.</summary>
    public override IReadOnlyList<double> PhaseMilliseconds => [.. _context.Kernels.Select(name => _context[name].TakeMilliseconds())];

    public override ReadOnlySpan<float> SampleErrors(int member) => _batch is null ? [] : Fetched(Statistic.Errors, member);

    /// <summary>What a step queues beside kernels: a batch sent, flags and marks cleared, and statistics fetched.</summary>
    public static int HostCommands(ModelOptions model) => 4 + (2 * model.Members);

    protected override StepLosses Compute(ImageBatch batch, ImageBatch? next, StepSettings settings)
    {
        try
        {
            _batch = batch;
            _cache.Clear();
            if (!_isSent)
                _uploads.Begin(batch);
            Prepare();
            _uploads.Take(Images);
            for (int member = 0; member < _members.Length; member++)
                Encode(member, settings);
            if (_members.Length > 1)
                PullTogether(settings);
            for (int member = 0; member < _members.Length; member++)
                Decode(member);
            for (int member = 0; member < _members.Length; member++)
                Learn(member, settings);
            _context.Api.Flush(_context.Queue);
            if (next is not null)
                _uploads.Begin(next);
            _isSent = next is not null;
            return Fetch();
        }
        catch (OpenClException exception)
        {
            throw Failed(exception);
        }
    }

    protected override void Forget() => (_isSent, _isMeasured, _hasAges) = (false, false, false);

    protected override void Dispose(bool disposing)
    {
        for (int index = _owned.Count - 1; index >= 0; index--)
            _owned[index].Dispose();
        _owned.Clear();
    }

    private T Own<T>(T part) where T : IDisposable
    {
        _owned.Add(part);
        return part;
    }

    private OpenClBuffer<T> Buffer<T>(long length) where T : unmanaged => Own(new OpenClBuffer<T>(_context, length));

    private ReadOnlySpan<float> Fetched(Statistic statistic, int member) =>
        _fetched.AsSpan((((int)statistic * _members.Length) + member) * BatchCapacity, _batch!.Count);

    /// <summary>1/(1 − β₁ᵗ) and 1/√(1 − β₂ᵗ) for t = 1, 2, …, until both are 1.</summary>
    private float[] CorrectionTable()
    {
        var table = new List<float>();
        bool isOne = false;
        for (long age = 1; !isOne; age++)
        {
            var (first, second) = Corrections(age);
            table.Add((float)(1 / first));
            table.Add((float)(1 / Math.Sqrt(second)));
            isOne = table[^1] == 1 && table[^2] == 1;
        }
        return [.. table];
    }

    /// <summary>The statistics, once everything queued is done.</summary>
    private StepLosses Fetch()
    {
        Span<int> flags = stackalloc int[_members.Length];
        _flags.Read(0, flags);
        if (flags.IndexOfAnyExcept(0) is >= 0 and var spoiled)
            throw NotFinite(spoiled);
        _statistics.Read(0, _fetched);
        double pixels = (double)_batch!.Count * Options.Shape.Length, distance = 0;
        double[] reconstruction = new double[_members.Length], auxiliary = new double[_members.Length];
        for (int member = 0; member < _members.Length; member++)
        {
            _lastActive.Read((long)member * Options.Features, Ages(member).LastActive);
            reconstruction[member] = Sum(Fetched(Statistic.Errors, member)) / pixels;
            if (_hasDead[member])
                auxiliary[member] = Sum(Fetched(Statistic.AuxiliaryErrors, member)) / pixels;
            if (_members.Length > 1)
                distance += Sum(Fetched(Statistic.Distances, member));
        }
        double consistency = _members.Length == 1 ? 0 : distance / (_members.Length - 1) / ((double)_batch.Count * Options.Features);
        return new StepLosses(reconstruction, consistency, auxiliary);
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum;
    }

    private DeviceException Failed(OpenClException exception) => new(
        exception.IsOutOfMemory
            ? $"{_device.Name} has no memory left ({exception.Message}); give a smaller model or batch, end other programs that use it, or use --device cpu."
            : $"{_device.Name} was lost at step {Steps:N0} ({exception.Message}); use --device cpu unless it comes back.",
        exception);
}
