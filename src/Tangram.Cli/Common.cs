using System.CommandLine;

namespace Tangram.Cli;

/// <summary>Arguments and options that several verbs share.</summary>
internal static class Common
{
    public static Argument<string> Data() => new("DATA")
    {
        Description = "An image set: a name (see 'tangram data list'), a name with a split (mnist:test), or the path of an IDX file or a folder of them.",
    };

    public static Argument<string> Run() => new("RUN") { Description = "The folder of a run, or a model.safetensors." };

    public static Option<string?> Split() => new("--split") { Description = "Which split of DATA: train, fit, validation, test or all.", HelpName = "NAME" };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output." };

    public static Option<int> Threads() => new("--threads") { Description = "Threads to use; 0: one per processor.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public static Option<int> Member() => new("--member") { Description = "Which member of the ensemble.", HelpName = "I", DefaultValueFactory = _ => 0 };

    /// <summary>Opens a set, fetching it first where it has to be.</summary>
    public static ImageSet OpenData(string data, string? split, Terminal terminal, CancellationToken cancellation)
    {
        Fetch(data, terminal, cancellation);
        return ImageSet.Open(data, split);
    }

    public static void Fetch(string data, Terminal terminal, CancellationToken cancellation) =>
        DataCatalog.EnsureHere(data, new Direct<string>(terminal.Log), cancellation);

    public static Ensemble OpenModel(string path) => File.Exists(path) ? Ensemble.Load(path) : Tangram.Run.Open(path).Ensemble;

    public static SparseAutoencoder OpenMember(string path, int member)
    {
        Ensemble ensemble = OpenModel(path);
        return member >= 0 && member < ensemble.Count
            ? ensemble[member]
            : throw new InputException($"'{path}' has no member {member}; its members are 0 … {ensemble.Count - 1}.");
    }

    public static void CheckThreads(int threads)
    {
        if (threads is < 0 or > 1024)
            throw new InputException($"{threads} threads can't be used; give 1 … 1024, or 0 for one per processor.");
    }
}

/// <summary>Progress that is handled on the reporting thread, in order.</summary>
internal sealed class Direct<T>(Action<T> handle) : IProgress<T>
{
    public void Report(T value) => handle(value);
}
