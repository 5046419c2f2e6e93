namespace Tangram.Tests;

/// <summary>What the tests compare runs by.</summary>
internal static class RunFiles
{
    public static byte[] Model(string folder) => File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));

    /// <summary>The history without what a clock said.</summary>
    public static IReadOnlyList<HistoryRow> Scores(RunRecord record) => [.. record.History.Select(row => row with { TrainSeconds = 0 })];

    public static string Checkpoint(string folder) => Path.Combine(folder, "checkpoint.safetensors");

    /// <summary>Asserts that every file of a run, finished or not, is whole: whatever has its final name was renamed there.</summary>
    public static void AssertWhole(string folder)
    {
        if (Run.Exists(folder))
        {
            using Run run = Run.Open(folder);
            Assert.True(run.Record.Options.Epochs > 0);
        }
        foreach (string name in new[] { "model.safetensors", "checkpoint.safetensors" }.Where(name => File.Exists(Path.Combine(folder, name))))
        {
            Ensemble ensemble = Ensemble.Load(Path.Combine(folder, name));
            Assert.All(ensemble, member => Assert.True(float.IsFinite(member.Feature(0)[0])));
        }
        string history = Path.Combine(folder, "history.csv");
        if (File.Exists(history))
            Assert.Single(File.ReadLines(history).Select(line => line.Count(letter => letter == ',')).Distinct());
    }
}
