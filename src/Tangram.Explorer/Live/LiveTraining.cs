using System.Collections.Concurrent;

namespace Tangram.Explorer;

/// <summary>
/// A training that pages look on. It keeps a state, not a queue: each page takes what is new to it when it can, so that none, however slow, holds up the training or fills the
/// memory. Features are read only where a page waits for them, between two steps, and become pictures on the page's own thread. Thread-safe.
/// </summary>
internal sealed class LiveTraining : ITrainingObserver, IProgress<TrainingProgress>, IProgress<ReportProgress>
{
    /// <summary>Features that a page shows.</summary>
    public const int Shown = 64;

    private readonly string _folder;
    private readonly ConcurrentQueue<Look> _looks = new();
    private readonly long[] _born;
    private readonly Lock _lock = new();

    // Of the training's thread alone: what happened since the last point.
    private double _loss, _reconstruction, _consistency, _learningRate;
    private long _stepsInPoint, _reinitialisedInPoint;
    private int _reports;

    // Under the lock.
    private readonly LiveCurve _curve = new();
    private readonly List<LiveEvaluation> _evaluations = [];
    private LiveStanding _standing;
    private LiveEnd? _end;
    private bool _isLast;
    private Run? _trained;
    private TaskCompletionSource _changed = NewSignal();

    public LiveTraining(string folder, ImageSet train, ImageSet heldOut, TrainingOptions options)
    {
        (_folder, Shape) = (folder, train.Shape);
        ImageShape drawn = Pictures.Drawn(train.Shape);
        Subject = new LiveSubject(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), train.Name, train.Count, heldOut.Name, heldOut.Count,
            new ShapeAnswer(drawn.Width, drawn.Height, drawn.Channels), train.Shape.IsImage, options.Preset, options.Features, options.Members, options.Rule is SparsityRule.TopK top ? $"k = {top.K}" : options.Rule.ToString(), options.Consistency);
        _standing = new LiveStanding(LiveActivity.Starting, 1, options.Epochs, 0, 0, null, null, 0);
        _born = new long[Math.Max(0, options.Features)];
    }

    /// <summary>What is trained.</summary>
    public LiveSubject Subject { get; }

    public ImageShape Shape { get; }

    /// <summary>The same execution, looked on.</summary>
    public Execution Watch(Execution execution) => execution with { Observer = this };

    void ITrainingObserver.Reinitialised(long step, int member, int feature)
    {
        _reinitialisedInPoint++;
        if (member == 0)
            _born[feature] = step;
    }

    void ITrainingObserver.Stepped(TrainingSession session, StepLosses losses, StepSettings settings)
    {
        _loss += losses.Total(settings);
        _reconstruction += losses.Reconstruction.Average();
        _consistency += losses.Consistency;
        _learningRate = settings.LearningRate;
        _stepsInPoint++;
        while (_looks.TryDequeue(out Look? look))
            look.Answer(session.Steps, session.CopyFeature, feature => (_born[feature], session.Steps - session.LastActive(0)[feature]), Shape.Length);
    }

    /// <summary>Called by the training's thread.</summary>
    public void Report(TrainingProgress value)
    {
        LivePoint? point = PointOf(value);
        lock (_lock)
        {
            bool isUnderWay = value.ImagesPerSecond > 0;
            _standing = new LiveStanding(ActivityOf(value), value.Epoch, value.Epochs, value.Step, value.Steps, isUnderWay ? Numbers.Finite(value.ImagesPerSecond) : null,
                isUnderWay ? value.Remaining.TotalSeconds : null, _standing.Reinitialised + (point?.Reinitialised ?? 0));
            if (point is not null)
                _curve.Add(point);
            if (value.Evaluation is { } row)
            {
                _evaluations.Add(new LiveEvaluation(row.Epoch, row.Step, Numbers.Finite(row.TrainMse), Numbers.Finite(row.TestMse), Numbers.Finite(row.TrainPearson),
                    Numbers.Finite(row.TestPearson), Numbers.Finite(row.DeadFeatures)));
            }
            Changed();
        }
    }

    /// <summary>The report that follows a training.</summary>
    public void Report(ReportProgress value) => Change(() => _standing = _standing with { Activity = LiveActivity.Reporting });

    /// <summary>The training ended whole. Until the returned one is disposed, which must be before the run is, pages still see its features.</summary>
    public IDisposable Trained(Run run)
    {
        Scores scores = run.Record.Evaluation!;
        Change(() =>
        {
            _trained = run;
            _standing = _standing with { Activity = LiveActivity.Ended, RemainingSeconds = 0 };
            _end = new LiveEnd(LiveOutcome.Finished, null, $"tangram explore {Quote(_folder)}", Numbers.Finite(scores.Mse), Numbers.Finite(scores.Pearson),
                Numbers.Finite(scores.DeadFraction), run.Record.WallSeconds, run.Record.TrainSeconds);
            AnswerFromRun();
        });
        return new Released(this);
    }

    /// <summary>The training was stopped, or failed.</summary>
    /// <param name="outcome">Which.</param>
    /// <param name="message">What the terminal says of it.</param>
    public void Stopped(LiveOutcome outcome, string message) => Change(() =>
    {
        _standing = _standing with { Activity = LiveActivity.Ended, RemainingSeconds = null };
        _end ??= new LiveEnd(outcome, message, null, null, null, null, null, null);
    });

    /// <summary>The program ends: pages are told, and their requests come to an end.</summary>
    public void Close() => Change(() =>
    {
        _standing = _standing with { Activity = LiveActivity.Ended };
        _isLast = true;
    });

    /// <summary>Asks for features of the first member as they are after the step in progress, or as they ended.</summary>
    public Task<Looked> LookAt(int[] features)
    {
        var look = new Look(features);
        _looks.Enqueue(look);
        lock (_lock)
            AnswerFromRun();
        return look.Looked;
    }

    /// <summary>What is new since a page's last frame, and what ends when there is more.</summary>
    public (LiveFrame Frame, Task Changed) Since(LiveCursor cursor)
    {
        lock (_lock)
        {
            bool isFirst = cursor.ReportsPerPoint == 0, isWhole = cursor.ReportsPerPoint != _curve.ReportsPerPoint;
            LivePoint[] points = [.. _curve.Points.Skip(isWhole ? 0 : cursor.Points)];
            (cursor.ReportsPerPoint, cursor.Points) = (_curve.ReportsPerPoint, _curve.Points.Count);
            return (new LiveFrame(isFirst ? Subject : null, isWhole, _standing, points, [.. _evaluations], null, _end, _isLast), _changed.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Quote(string argument) => argument.Contains(' ', StringComparison.Ordinal) ? $"\"{argument}\"" : argument;

    private static LiveActivity ActivityOf(TrainingProgress progress) => progress.Activity switch
    {
        "initialising" or "resuming" => LiveActivity.Initialising,
        "evaluating" => LiveActivity.Evaluating,
        _ => LiveActivity.Training,
    };

    /// <summary>A point of the steps since the last one, when it is time for one: now and then, and at the end of an epoch.</summary>
    private LivePoint? PointOf(TrainingProgress progress)
    {
        bool isEpochs = progress.Evaluation is not null;
        if (_stepsInPoint == 0 || !(isEpochs || (progress.Activity == "training" && ++_reports % _curve.ReportsPerPoint == 0)))
            return null;
        var point = new LivePoint(progress.Step, _loss / _stepsInPoint, _reconstruction / _stepsInPoint, _consistency / _stepsInPoint,
            isEpochs ? null : Numbers.Finite(progress.Pearson), progress.DeadFeatures, _learningRate, _reinitialisedInPoint);
        (_loss, _reconstruction, _consistency, _stepsInPoint, _reinitialisedInPoint) = (0, 0, 0, 0, 0);
        return point;
    }

    /// <summary>Answers looks that no step will; under the lock.</summary>
    private void AnswerFromRun()
    {
        while (_trained is { } run && _looks.TryDequeue(out Look? look))
            look.Answer(run.Record.Steps, (member, feature, row) => run.Ensemble[member].Feature(feature).CopyTo(row), feature => (_born[feature], 0), Shape.Length);
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            Changed();
        }
    }

    private void Changed()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }

    private sealed class Released(LiveTraining training) : IDisposable
    {
        public void Dispose()
        {
            lock (training._lock)
                training._trained = null;
        }
    }
}

/// <summary>What a page was told already.</summary>
internal sealed class LiveCursor
{
    public int ReportsPerPoint { get; set; }

    public int Points { get; set; }
}
