using System.CommandLine;
using System.Diagnostics;
using Spectre.Console;

namespace Tangram.Cli;

/// <summary><c>tangram search RUN QUERY --in DATA</c>.</summary>
internal static class SearchVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = Common.Run();
        Argument<string> query = Common.NotAnOption(new Argument<string>("QUERY")
        {
            Description = "The file of a picture of any size, or the number of an image of DATA, from 0: 12, or '#12' where a file is called 12. Such an image isn't among its own results.",
        });
        var data = new Option<string>("--in") { Description = "The images to search: a name, perhaps with a split, or a path.", HelpName = "DATA", Required = true };
        var top = new Option<int>("--top") { Description = "How many images to find.", HelpName = "N", DefaultValueFactory = _ => 10 };
        var file = new Option<string?>("--out") { Description = "Also write a picture of the query and what was found.", HelpName = "FILE.png" };
        Option<string?> split = Common.Split();
        Option<int> member = Common.Member(), threads = Common.Threads();
        Option<bool> json = Common.Json();
        var reading = new DataArguments();
        var command = new Verb("search", "Find a set's images whose codes are most like a picture's.", "tangram search runs/emoji smile.png --in emoji --split all --top 10")
        {
            run, query, data, split, top, file, member, threads, json,
        };
        command.AddAll(reading.All);
        command.SetAction((parsed, cancellation) =>
        {
            Common.CheckThreads(parsed.GetValue(threads));
            if (parsed.GetValue(top) < 1)
                throw new InputException($"--top is the number of images to find, not {parsed.GetValue(top)}; give 1 or more.");
            string? picture = parsed.GetValue(file);
            if (picture is not null)
                SearchPicture.CheckPath(picture);
            long begun = Stopwatch.GetTimestamp();
            DataOptions options = reading.Apply(parsed, DataArguments.Basis(parsed.GetValue(run)!));
            ImageSet images = Common.OpenData(parsed.GetValue(data)!, parsed.GetValue(split), options, terminal, cancellation);
            using ImageSearch search = ProgressDisplay.Show<IndexProgress, ImageSearch>(terminal, "opening", Describe, progress =>
                ImageSearch.Open(parsed.GetValue(run)!, images, parsed.GetValue(member), parsed.GetValue(threads), progress, cancellation));
            long opened = Stopwatch.GetTimestamp();
            SearchAnswer answer = search.Find(parsed.GetValue(query)!, options, parsed.GetValue(top));
            var (openSeconds, answerSeconds) = (Stopwatch.GetElapsedTime(begun, opened).TotalSeconds, Stopwatch.GetElapsedTime(opened).TotalSeconds);
            if (picture is not null)
                search.SavePicture(answer, picture);
            if (parsed.GetValue(json))
                terminal.WriteJson(Document(search, answer, picture, openSeconds, answerSeconds));
            else
                Write(terminal, search, answer, openSeconds, answerSeconds);
            return Task.FromResult(TangramCommand.Done);
        });
        return command;
    }

    internal static Standing Describe(IndexProgress progress) => new(progress.Images < progress.TotalImages && progress.Images > 0
        ? $"{progress.Activity}  {progress.ImagesPerSecond:N0} images/s  {TrainingDisplay.Duration(progress.Remaining)} left"
        : progress.Activity, progress.Images, progress.TotalImages, "images");

    private static object Document(ImageSearch search, SearchAnswer answer, string? picture, double openSeconds, double answerSeconds) => new
    {
        answer.Query,
        answer.Image,
        Class = answer.Image is { } image ? ClassOf(search.Images, image) : null,
        Data = search.Images.Name,
        answer.ActiveFeatures,
        Index = new { Path = search.IndexPath, search.IsNew, Images = search.Index.Count, search.Index.Features, search.Index.NonZeros },
        Picture = picture,
        OpenSeconds = openSeconds,
        AnswerSeconds = answerSeconds,
        Results = answer.Results.Select((result, place) => new
        {
            Rank = place + 1,
            result.Image,
            Class = ClassOf(search.Images, result.Image),
            result.Cosine,
            result.Shared,
        }),
    };

    private static void Write(Terminal terminal, ImageSearch search, SearchAnswer answer, double openSeconds, double answerSeconds)
    {
        string ownClass = answer.Image is { } number && ClassOf(search.Images, number) is { } name ? $" ({name})" : "";
        terminal.WriteLine($"{answer.Query}{ownClass}: {answer.ActiveFeatures:N0} active features; the nearest of {search.Index.Count:N0} images of {search.Images.Name}");
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("rank", "image", "class", "cosine", "shared features");
        foreach (int column in new[] { 0, 1, 3, 4 })
            table.Columns[column].RightAligned().NoWrap();
        for (int place = 0; place < answer.Results.Count; place++)
        {
            SimilarImage result = answer.Results[place];
            table.AddRow($"{place + 1}", $"{result.Image}", (ClassOf(search.Images, result.Image) ?? "").EscapeMarkup(), $"{result.Cosine:F4}", $"{result.Shared:N0}");
        }
        terminal.Output.Write(table);
        terminal.WriteLine($"{(search.IsNew ? "Built the index" : "Opened the index")} in {openSeconds:F3} s, answered in {answerSeconds:F3} s: {search.IndexPath}");
    }

    private static string? ClassOf(ImageSet images, int image) => images.HasLabels ? images.ClassNames[images.Label(image)] : null;
}
