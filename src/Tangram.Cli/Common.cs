using System.CommandLine;

namespace Tangram.Cli;

/// <summary>Arguments and options that several verbs share.</summary>
internal static class Common
{
    public static Argument<string> Data() =>
        NotAnOption(new Argument<string>("DATA") { Description = "A name of 'tangram data list', perhaps with a split (mnist:test); a folder of pictures; a .npy or .safetensors file of rows; an IDX file." });

    public static Argument<string> Run() => NotAnOption(new Argument<string>("RUN") { Description = "The folder of a run, or a model.safetensors." });

    public static Option<string?> Split() => new("--split") { Description = "The split of DATA: train, fit (train without validation), validation, test or all.", HelpName = "NAME" };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document on standard output." };

    public static Option<int> Threads() => new("--threads") { Description = "Threads; 0: one per processor.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public static Option<int> Workspace() => new("--workspace")
    {
        Description = "Mebibytes that a step's pre-activations may take; changes its speed, not its results.",
        HelpName = "MIB",
        DefaultValueFactory = _ => new Execution().Workspace,
    };

    public static Option<int> Member() => new("--member") { Description = "The member to use, from 0.", HelpName = "I", DefaultValueFactory = _ => 0 };

    public static Option<bool> NoBrowser() => new("--no-browser") { Description = "Only print the page's address; don't open it." };

    /// <summary>Opens a set, fetching it first where it has to be, and says what was found.</summary>
    public static ImageSet OpenData(string data, string? split, DataOptions options, Terminal terminal, CancellationToken cancellation) =>
        ImageSet.Open(data, split, options, Opening(terminal, cancellation));

    /// <summary>Opens a set of which <paramref name="split"/> is only meant where <paramref name="data"/> doesn't name one.</summary>
    public static ImageSet OpenUnlessNamed(string data, string? split, DataOptions? options, Terminal terminal, CancellationToken cancellation) =>
        DataCatalog.OpenUnlessNamed(data, split, options, Opening(terminal, cancellation));

    public static Opening Opening(Terminal terminal, CancellationToken cancellation) => new(new Direct<string>(terminal.Log), cancellation);

    /// <summary>What a folder is called after a set.</summary>
    public static string FolderName(string data) =>
        new([.. Path.GetFileNameWithoutExtension(data).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-')]);

    public static Ensemble OpenModel(string path) => File.Exists(path) ? Ensemble.Load(path) : Tangram.Run.Open(path).Ensemble;

    public static SparseAutoencoder OpenMember(string path, int member)
    {
        Ensemble ensemble = OpenModel(path);
        return member >= 0 && member < ensemble.Count
            ? ensemble[member]
            : throw new InputException($"'{path}' has no member {member}; its members are 0 … {ensemble.Count - 1}.");
    }

    /// <summary>A misspelt option must not be taken for the argument that it stands before; './--name' still gives a path that looks like an option.</summary>
    public static Argument<T> NotAnOption<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.StartsWith("--", StringComparison.Ordinal)))
                result.AddError("There is no such option");
        });
        return argument;
    }

    public static void AddAll(this Command command, IEnumerable<Option> options)
    {
        foreach (Option option in options)
            command.Add(option);
    }

    public static void CheckThreads(int threads) => Execution.CheckThreads(threads);
}

/// <summary>Progress that is handled on the reporting thread, in order.</summary>
internal sealed class Direct<T>(Action<T> handle) : IProgress<T>
{
    public void Report(T value) => handle(value);
}
