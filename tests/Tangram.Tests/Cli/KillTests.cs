using System.Globalization;

namespace Tangram.Tests;

/// <summary>kill -9, again and again, in every part of a training: what is there is always whole, and what comes out in the end is the same bits.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 30;

    /// <summary>What the kills of a run are meant for, one after the other; then another run begins.</summary>
    private static readonly Moment[] s_moments = [Moment.Start, Moment.Steps, Moment.Checkpoint, Moment.Steps, Moment.Steps, Moment.Checkpoint, Moment.End, Moment.End];

    private readonly TemporaryFolder _folder = new();
    private readonly CounterRandom _random = new(2026, RandomPurpose.Shuffle);

    /// <summary>Parts of a training that a kill is meant for.</summary>
    private enum Moment
    {
        /// <summary>From before the folder exists on.</summary>
        Start,

        /// <summary>Among steps and evaluations, which take about as long as each other.</summary>
        Steps,

        /// <summary>While a checkpoint lies beside its place.</summary>
        Checkpoint,

        /// <summary>From when the model is being written on, through the last renames.</summary>
        End,
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_modern_training_killed_thirty_times_ends_with_the_same_bits()
    {
        string whole = _folder.File("whole");
        await CommandRun.SucceedAsync([.. Line(whole), "--threads", "2"]);
        using Run expected = Run.Open(whole);
        var longest = TimeSpan.FromSeconds(expected.Record.WallSeconds / s_moments.Length);
        Dictionary<string, int> found = new(StringComparer.Ordinal);
        int runs = 0;
        for (int kill = 0; kill < Kills; runs++)
        {
            string folder = _folder.File($"run-{runs}");
            // A process that came to its end before it was to be killed isn't counted.
            for (int moment = 0; moment < s_moments.Length && kill < Kills && !IsFinished(folder); moment++)
            {
                using var process = new TangramProcess([.. Line(folder), "--threads", $"{1 + (kill % 2)}", .. Run.Exists(folder) ? (string[])["--resume"] : []]);
                await WaitForAsync(s_moments[moment], _random.Uniform((ulong)kill) * longest, folder, process);
                process.Kill();
                CommandRun ended = await process.EndAsync();
                if (ended.ExitCode == 0)
                    break;
                kill++;
                if (Directory.Exists(folder))
                    RunFiles.AssertWhole(folder);
                string place = PlaceOf(folder);
                found[place] = found.GetValueOrDefault(place) + 1;
            }
            if (!IsFinished(folder))
                await CommandRun.SucceedAsync([.. Line(folder), "--threads", "1", .. Run.Exists(folder) ? (string[])["--resume"] : []]);
            using Run actual = Run.Open(folder);
            Assert.Equal(RunFiles.Model(whole), RunFiles.Model(folder));
            Assert.Equal(RunFiles.Scores(expected.Record), RunFiles.Scores(actual.Record));
            Assert.DoesNotContain(Directory.GetFiles(folder), path => path.Contains(".tmp-", StringComparison.Ordinal));
        }
        string told = string.Join(", ", found.Select(one => $"{one.Key}: {one.Value}"));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{runs} runs; killed {told}"));
        Assert.True(found.ContainsKey("in a write") && found.ContainsKey("between checkpoints") && found.ContainsKey("at the end"), told);
    }

    /// <summary>The decoder goes its own way after half of it; checkpoints as often as writing them may cost.</summary>
    private static string[] Line(string folder) => ["train", "sample", "--preset", "modern", "--features", "64", "--k", "8", "--epochs", "12", "--batch", "40", "--out", folder,
        "--checkpoint-seconds", "0", "--no-report"];

    private static bool IsFinished(string folder)
    {
        if (!Run.Exists(folder))
            return false;
        using Run run = Run.Open(folder);
        return run.Record.Finished;
    }

    /// <summary>What the kill found, by what it left.</summary>
    private static string PlaceOf(string folder)
    {
        if (!Run.Exists(folder))
            return "before the record";
        string[] names = [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))];
        return names.Any(name => name.StartsWith("model.safetensors", StringComparison.Ordinal)) ? "at the end"
            : names.Any(name => name.Contains(".tmp-", StringComparison.Ordinal)) ? "in a write"
            : names.Contains("checkpoint.safetensors", StringComparer.Ordinal) ? "between checkpoints" : "before a checkpoint";
    }

    /// <summary>Until the seeded moment; or until the process has ended.</summary>
    private static async Task WaitForAsync(Moment moment, TimeSpan delay, string folder, TangramProcess process)
    {
        switch (moment)
        {
            case Moment.Start:
                await Task.Delay(2 * delay, TestContext.Current.CancellationToken);
                break;
            case Moment.Steps:
                DateTime before = File.GetLastWriteTimeUtc(RunFiles.Checkpoint(folder));
                Watch(process, () => File.GetLastWriteTimeUtc(RunFiles.Checkpoint(folder)) != before);
                await Task.Delay(delay, TestContext.Current.CancellationToken);
                break;
            case Moment.Checkpoint:
                Watch(process, () => IsThere(folder, "checkpoint.safetensors.tmp-*"));
                break;
            default:
                Watch(process, () => IsThere(folder, "model.safetensors*"));
                Thread.Sleep(delay / 20);
                break;
        }
    }

    private static bool IsThere(string folder, string pattern) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, pattern).Any();

    /// <summary>Looks often: a file that is being written lies there for a few milliseconds.</summary>
    private static void Watch(TangramProcess process, Func<bool> isTime)
    {
        while (!isTime() && !process.HasExited)
            Thread.Sleep(1);
    }
}
