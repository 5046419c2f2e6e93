using System.Collections.Concurrent;

namespace Tangram.Tests;

/// <summary>A real run on few, small images, and its report: ordinary, or degenerate in one way. Made once for all tests, which only read it; a report written again is the same.</summary>
internal sealed class SmallRun
{
    private static readonly ConcurrentDictionary<string, Lazy<SmallRun>> s_runs = new(StringComparer.Ordinal);

    private static readonly TemporaryFolder s_folder = new();

    static SmallRun() => AppDomain.CurrentDomain.ProcessExit += (_, _) => s_folder.Dispose();

    private SmallRun(ImageSet images, int members, int epochs, int window = 500, bool allOptions = false)
    {
        TrainingOptions options = allOptions
            ? TrainingOptions.Modern with
            {
                Rule = new SparsityRule.TopK(6, Rectified: true),
                Untied = true,
                Initialisation = Initialisation.DataPoints,
                WarmUp = 0.02,
                Decay = 0.6,
            }
            : TrainingOptions.PaperMnist with { Rule = new SparsityRule.TopK(6), Reinitialisation = new ReinitialisationOptions { Window = window, Every = Math.Min(window, 100) } };
        options = options with { Members = members, Epochs = epochs, Features = 40, Batch = 16 };
        Run = Run.TrainAsync(s_folder.File(Guid.NewGuid().ToString("N")), images, options, execution: new Execution { Threads = 1 }).GetAwaiter().GetResult();
        Images = images;
        RunReport report = Run.Report(images, threads: 1);
        Files = [report.Page, .. report.Figures];
    }

    /// <summary>All of them, for what must hold of any run.</summary>
    public static TheoryData<string> Kinds =>
        ["digits", "all options", "replaced", "colour", "no labels", "one class", "few classes", "one image", "all dead", "rows", "rows of any scale", "tiny rows", "strange names", "large"];

    /// <summary>Of which some are no XML, some look like it, and some run on.</summary>
    private static string Strange => "a\u0000b\u001b[31m<&>\"'\uFFFE\uD800\u202E" + new string('N', 200);

    private static string[] StrangeClasses => ["<script>&amp;]]>\u0001\u0085\uFFFF\uDC00", new('W', 200), "字" + string.Concat(Enumerable.Repeat("🦔漢", 60))];

    public Run Run { get; }

    public ImageSet Images { get; }

    /// <summary>The report, then the figures.</summary>
    public IReadOnlyList<string> Files { get; }

    public static SmallRun Of(string kind) => s_runs.GetOrAdd(kind, _ => new Lazy<SmallRun>(() => Create(kind))).Value;

    private static SmallRun Create(string kind)
    {
        ImageSet sample = ImageSet.Open("sample:test");
        int side = 12, images = 30;
        byte[] noise = [.. Enumerable.Range(0, images * side * side * 3).Select(index => (byte)new CounterRandom(1, RandomPurpose.Shuffle).Below(256, (ulong)index))];
        int[] even = [.. Enumerable.Range(0, images).Select(index => index % 3)];
        return kind switch
        {
            "digits" => new SmallRun(sample, members: 2, epochs: 2),
            "colour" => new SmallRun(ImageSet.FromBytes("noise", new ImageShape(side, side, 3), noise, even, ["red <1>", "green", "blue"]), 1, 1),
            "all options" => new SmallRun(sample, members: 1, epochs: 2, allOptions: true),
            "replaced" => new SmallRun(sample, members: 2, epochs: 3, window: 2),
            "no labels" => new SmallRun(ImageSet.FromBytes("noise", new ImageShape(side, side, 1), noise.AsMemory(0, images * side * side)), 2, 1),
            "one class" => new SmallRun(ImageSet.FromBytes("noise", new ImageShape(side, side, 1), noise.AsMemory(0, images * side * side), new int[images]), 1, 1),
            "few classes" => new SmallRun(sample.Subset("few",
                [.. Enumerable.Range(0, sample.Count).Where(image => sample.Label(image) is 1 or 3 or 7)]), 1, 1),
            "one image" => new SmallRun(sample.Subset("one", [0]), 1, 1),
            "all dead" => new SmallRun(ImageSet.FromBytes("black", new ImageShape(side, side, 1), new byte[images * side * side], even), 2, 1),
            "strange names" => new SmallRun(ImageSet.FromBytes(Strange, new ImageShape(side, side, 3), noise, even, StrangeClasses), 1, 1),
            "large" => new SmallRun(ImageSet.FromBytes("large", new ImageShape(120, 90, 1), Enumerable.Range(0, images * 120 * 90).Select(index => noise[index % noise.Length]).ToArray(), even), 1, 1),
            "rows" => new SmallRun(ImageSet.FromRows("rows", 20, Array.ConvertAll(noise[..(20 * images)], value => value / 100f - 1), even), 2, 1),
            "rows of any scale" => new SmallRun(ImageSet.FromRows("rows", 20, Array.ConvertAll(noise[..(20 * images)], value => (value - 99) * 1e7f), even), 2, 1),
            "tiny rows" => new SmallRun(ImageSet.FromRows("rows", 20, Array.ConvertAll(noise[..(20 * images)], value => (value - 99) * 1e-8f), even), 2, 1),
            _ => throw new ArgumentException(kind, nameof(kind)),
        };
    }
}
