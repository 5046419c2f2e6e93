using System.Diagnostics;

namespace Tangram;

/// <summary>The training loop: batches in, steps, re-initialisation, evaluation at the end of each epoch, checkpoints.</summary>
internal sealed class Trainer : IDisposable
{
    /// <summary>Images of the training set that are evaluated beside the test set: as many as that has, within these bounds.</summary>
    public const int TrainSample = 10_000;

    private const int LeastTrainSample = 1_000;

    private readonly Func<ModelOptions, TrainingSession> _open;
    private readonly TrainingOptions _options;
    private readonly ImageSet _train, _trainSample, _test;
    private readonly EpochOrder _order;
    private readonly int _threads, _imageCount;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly List<HistoryRow> _history = [];
    private readonly Stopwatch _stepWatch = new(), _wallWatch = Stopwatch.StartNew(), _sinceReport = Stopwatch.StartNew();
    private TrainingSession _session;
    private TrainerState _before = new();
    private double _reconstructionSum, _consistencySum, _auxiliarySum;
    private long _stepsInRow, _firstStep, _queued;
    private int _reinitialisedInRow;
    private (Scores Test, Scores Train)? _finalScores;

    /// <param name="open">Opens a session: the model's, or at first that of a tied one.</param>
    /// <param name="train">The images to learn from.</param>
    /// <param name="test">The images to evaluate on.</param>
    /// <param name="options">The experiment.</param>
    /// <param name="threads">Threads of initialisation and evaluation.</param>
    /// <param name="progress">Told of what happens.</param>
    public Trainer(Func<ModelOptions, TrainingSession> open, ImageSet train, ImageSet test, TrainingOptions options, int threads, IProgress<TrainingProgress>? progress)
    {
        (_open, _options, _train, _test, _threads, _progress) = (open, options, train, test, threads, progress);
        _imageCount = train.Count;
        _trainSample = train.Sample(Math.Clamp(test.Count, LeastTrainSample, TrainSample));
        _order = new EpochOrder(train, options.Batch, options.Seed);
        _session = open(ModelAt(0));
    }

    /// <summary>Least time between two reports of progress.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>What reports say of the device.</summary>
    public string? Note { get; init; }

    /// <summary>Sees each step.</summary>
    public ITrainingObserver? Observer { get; init; }

    public IReadOnlyList<HistoryRow> History => _history;

    public double TrainSeconds => _before.TrainSeconds + _stepWatch.Elapsed.TotalSeconds;

    public double WallSeconds => _before.WallSeconds + _wallWatch.Elapsed.TotalSeconds;

    public int Reinitialised => _reinitialisedInRow + _history.Sum(row => row.Reinitialised);

    public long TotalSteps => (long)_options.Epochs * _order.BatchesPerEpoch;

    public long Steps => _session.Steps;

    /// <summary>How the session cuts sums.</summary>
    public string Partition => _session.Partition;

    public Ensemble Snapshot() => _session.Snapshot();

    public void Dispose() => _session.Dispose();

    /// <summary>The first features, and their scores.</summary>
    public StartScores Initialise(CancellationToken cancellation)
    {
        Report("initialising", null);
        using var workers = new Workers(_threads, cancellation);
        Initialiser.Apply(_session, _train, _options, workers);
        return Measured(ensemble => StartScores.Of(ensemble.Evaluate(_test, ssim: false, matching: true, _threads, cancellation: cancellation)));
    }

    /// <param name="checkpoint">The file.</param>
    /// <param name="otherwise">What can be done where there is no going on from it.</param>
    /// <exception cref="InputException">It is damaged, or of another training.</exception>
    public void Resume(string checkpoint, string otherwise)
    {
        var (model, steps) = Read(() => Checkpoint.Describe(checkpoint));
        if (steps > TotalSteps)
            throw new InputException($"'{checkpoint}' is at step {steps:N0}, past the {TotalSteps:N0} steps of {_options.Epochs} epochs; give more epochs.");
        if (model != ModelAt(steps) && model != ModelAt(steps - 1))
            throw new InputException($"'{checkpoint}' is a checkpoint of another model than run.json describes; {otherwise}.");
        Reopen(model);
        _before = Read(() => Checkpoint.Read(checkpoint, _session));
        _queued = steps;
        _history.AddRange(_before.History);
        (_reconstructionSum, _consistencySum, _auxiliarySum, _stepsInRow) =
            (_before.ReconstructionSum, _before.ConsistencySum, _before.AuxiliarySum, _before.StepsInRow);
        (_reinitialisedInRow, _firstStep) = (_before.ReinitialisedInRow, _before.Steps);
        Report("resuming", null);

        T Read<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (InputException exception)
            {
                throw new InputException($"'{checkpoint}' is damaged, or no checkpoint of this version of tangram; {otherwise}.", exception);
            }
        }
    }

    /// <summary>Trains to the end; calls <paramref name="rowAdded"/> after each evaluation.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; a checkpoint of the last whole step was written.</exception>
    public void Run(string checkpoint, TimeSpan checkpointInterval, Action rowAdded, CancellationToken cancellation)
    {
        var clock = new CheckpointClock(checkpointInterval);
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                // Also where a training goes on that was stopped between an epoch's last step and its evaluation.
                if (_stepsInRow > 0 && _session.Steps % _order.BatchesPerEpoch == 0)
                {
                    AddRow(cancellation);
                    rowAdded();
                }
                if (_session.Steps >= TotalSteps)
                    break;
                if (clock.IsDue)
                    clock.Time(() => Checkpoint.Write(checkpoint, _session, State()));
                if (_options.Untied && !_session.Options.Untied && _session.Steps >= _options.UntiedFrom(TotalSteps))
                    Untie(checkpoint);
                Step();
            }
        }
        catch (OperationCanceledException)
        {
            Checkpoint.Write(checkpoint, _session, State());
            throw;
        }
        Checkpoint.Write(checkpoint, _session, State());
    }

    /// <summary>The scores at the end: those of the last epoch, unless the run was resumed after it.</summary>
    public (Scores Test, Scores Train) FinalScores(CancellationToken cancellation) => _finalScores ?? Evaluate(cancellation);

    /// <summary>The decoder goes on by itself: as if the run had been stopped here, and resumed as one of a model that isn't tied.</summary>
    private void Untie(string checkpoint)
    {
        Checkpoint.Write(checkpoint, _session, State());
        Reopen(ModelAt(_session.Steps));
        _queued = Checkpoint.Read(checkpoint, _session).Steps;
    }

    private void Reopen(ModelOptions model)
    {
        if (_session.Options == model)
            return;
        _session.Dispose();
        _session = _open(model);
    }

    private ModelOptions ModelAt(long done) => _options.ModelAt(_train.Shape, done, TotalSteps);

    private void Step()
    {
        _stepWatch.Start();
        // The first step queues its own batch too; from then on each finds its own queued by the one before.
        for (; _queued < Math.Min(_session.Steps + 2, TotalSteps); _queued++)
            _session.Queue(_order[_queued]);
        StepSettings settings = _options.SettingsOf(_session.Steps + 1, TotalSteps);
        StepLosses losses = _session.Step(settings);
        double total = losses.Total(settings);
        _reconstructionSum += losses.Reconstruction.Sum();
        _consistencySum += losses.Consistency;
        _auxiliarySum += losses.Auxiliary.Sum();
        _stepsInRow++;
        bool report = _sinceReport.Elapsed >= ReportInterval;
        double pearson = report ? BatchPearson() : double.NaN;
        if (Reinitialisation.IsDue(_options.Reinitialisation, _session.Steps, TotalSteps))
            _reinitialisedInRow += Reinitialisation.Apply(_session, _options.Reinitialisation, _options.Seed, Observer);
        _stepWatch.Stop();
        Observer?.Stepped(_session, losses, settings);
        if (report)
            Report("training", null, total, pearson);
    }

    private void AddRow(CancellationToken cancellation)
    {
        Report("evaluating", null);
        var (test, train) = Evaluate(cancellation);
        if (_session.Steps == TotalSteps)
            _finalScores = (test, train);
        double reconstruction = _reconstructionSum / _stepsInRow, consistency = _consistencySum / _stepsInRow, auxiliary = _auxiliarySum / _stepsInRow;
        var row = new HistoryRow
        {
            Epoch = (int)(_session.Steps / _order.BatchesPerEpoch),
            Step = _session.Steps,
            Loss = reconstruction + (_options.Consistency * consistency) + (_options.Auxiliary.Weight * auxiliary),
            Reconstruction = reconstruction,
            Consistency = consistency,
            TrainMse = train.Mse,
            TestMse = test.Mse,
            TrainPearson = train.Pearson,
            TestPearson = test.Pearson,
            DeadFeatures = test.DeadFraction * _options.Features,
            Reinitialised = _reinitialisedInRow,
            TrainSeconds = TrainSeconds,
            Auxiliary = auxiliary,
            LearningRate = LearningRateSchedule.Rate(_options, _session.Steps, TotalSteps),
        };
        _history.Add(row);
        (_reconstructionSum, _consistencySum, _auxiliarySum, _stepsInRow, _reinitialisedInRow) = (0, 0, 0, 0, 0);
        Report(cancellation.IsCancellationRequested ? "stopping" : "training", row, row.Loss, row.TestPearson);
    }

    /// <summary>SSIM is for the final scores only.</summary>
    private (Scores Test, Scores Train) Evaluate(CancellationToken cancellation)
    {
        bool last = _session.Steps == TotalSteps;
        return Measured(ensemble => (ensemble.Evaluate(_test, ssim: last, matching: last, _threads, cancellation: cancellation),
            ensemble.Evaluate(_trainSample, ssim: false, matching: false, _threads, cancellation: cancellation)));
    }

    private T Measured<T>(Func<Ensemble, T> measure)
    {
        Ensemble ensemble = _session.Snapshot();
        try
        {
            return measure(ensemble);
        }
        catch (InputException exception)
        {
            // The images are finite, so the weights aren't: the epoch's last step made them so.
            throw new ArithmeticException($"Step {_session.Steps:N0}: the weights are no longer finite; training diverged. Use a lower learning rate.", exception);
        }
        finally
        {
            ensemble.Free();
        }
    }

    private TrainerState State() => new()
    {
        Steps = _session.Steps,
        ReconstructionSum = _reconstructionSum,
        ConsistencySum = _consistencySum,
        AuxiliarySum = _auxiliarySum,
        StepsInRow = _stepsInRow,
        ReinitialisedInRow = _reinitialisedInRow,
        TrainSeconds = TrainSeconds,
        WallSeconds = WallSeconds,
        History = _history,
    };

    private double BatchPearson()
    {
        var (x, reconstruction) = (new float[_session.Options.Shape.Length], new float[_session.Options.Shape.Length]);
        double sum = 0;
        int correlated = 0, samples = _session.SampleErrors(0).Length;
        for (int sample = 0; sample < samples; sample++)
        {
            _session.CopyInput(sample, x);
            _session.CopyResidual(0, sample, reconstruction);
            for (int pixel = 0; pixel < reconstruction.Length; pixel++)
                reconstruction[pixel] = x[pixel] - reconstruction[pixel];
            double pearson = Correlation.Pearson(x, reconstruction);
            if (double.IsNaN(pearson))
                continue;
            sum += pearson;
            correlated++;
        }
        return sum / correlated;
    }

    private void Report(string activity, HistoryRow? evaluation, double loss = double.NaN, double pearson = double.NaN)
    {
        _sinceReport.Restart();
        if (_progress is null)
            return;
        double seconds = _stepWatch.Elapsed.TotalSeconds;
        long done = _session.Steps - _firstStep;
        int window = _order.BatchesPerEpoch;
        _progress.Report(new TrainingProgress
        {
            Activity = activity,
            Epoch = (int)Math.Min(_options.Epochs, (_session.Steps / window) + 1),
            Epochs = _options.Epochs,
            Step = _session.Steps,
            Steps = TotalSteps,
            Loss = loss,
            Pearson = pearson,
            DeadFeatures = Enumerable.Range(0, _options.Members).Average(member => Reinitialisation.Inactive(_session, member, window).Length),
            ImagesPerSecond = done == 0 ? 0 : done * ((double)_imageCount / window) / seconds,
            Remaining = done == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_wallWatch.Elapsed.TotalSeconds / done * (TotalSteps - _session.Steps)),
            Note = Note,
            Evaluation = evaluation,
        });
    }
}
