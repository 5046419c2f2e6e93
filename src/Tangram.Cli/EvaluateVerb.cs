using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tangram.Cli;

/// <summary><c>tangram evaluate RUN DATA</c>.</summary>
internal static class EvaluateVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> run = Common.Run(), data = Common.Data();
        Option<string?> split = Common.Split();
        Option<int> threads = Common.Threads();
        Option<bool> json = Common.Json();
        var reading = new DataArguments();
        var perFeature = new Option<bool>("--per-feature") { Description = "With --json: add each feature's frequency and mean activation." };
        var command = new Verb("evaluate", "Measure reconstructions and codes on a set.", "tangram evaluate runs/mnist mnist:test --json")
        {
            run, data, split, threads, perFeature, json,
        };
        command.AddAll(reading.All);
        command.SetAction((parsed, cancellation) =>
        {
            Common.CheckThreads(parsed.GetValue(threads));
            if (parsed.GetValue(perFeature) && !parsed.GetValue(json))
                throw new InputException("--per-feature adds to the JSON document; give --json too.");
            Ensemble ensemble = Common.OpenModel(parsed.GetValue(run)!);
            ImageSet images = Common.OpenData(parsed.GetValue(data)!, parsed.GetValue(split), reading.Apply(parsed, DataArguments.Basis(parsed.GetValue(run)!)), terminal, cancellation);
            int count = parsed.GetValue(threads);
            Scores scores = ScoresDisplay.Measure(terminal, images, progress => ensemble.Evaluate(images, threads: count, progress: progress, cancellation: cancellation));
            ConsistencyScores? untrained = ensemble.Count > 1
                ? ensemble.Untrained(members: 2, cancellation).Evaluate(images, ssim: false, threads: count, cancellation: cancellation).Consistency : null;
            if (parsed.GetValue(json))
                terminal.WriteJson(Document(ensemble, images, scores, untrained, parsed, cancellation));
            else
                ScoresDisplay.Write(terminal, scores, untrained, "untrained");
            return Task.FromResult(TangramCommand.Done);
        });
        return command;

        JsonObject Document(Ensemble ensemble, ImageSet images, Scores scores, ConsistencyScores? untrained, ParseResult parsed, CancellationToken cancellation)
        {
            JsonObject document = ScoresDisplay.Document(scores, parsed.GetValue(perFeature));
            int count = parsed.GetValue(threads);
            document["consistencyUntrained"] = JsonSerializer.SerializeToNode(untrained, Json.Options);
            document["dictionary"] = JsonSerializer.SerializeToNode(new
            {
                Members = ensemble.Select(member => member.Analyse(images, count, cancellation)),
                Untrained = ensemble.Untrained(cancellation: cancellation)[0].Analyse(images, count, cancellation),
            }, Json.Options);
            return document;
        }
    }
}
