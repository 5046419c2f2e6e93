using System.Collections;

namespace Tangram;

/// <summary>Autoencoders of the same shape, trained together; an ensemble may have one. Immutable and thread-safe.</summary>
public sealed class Ensemble : IReadOnlyList<SparseAutoencoder>
{
    internal const string FormatVersion = "1";
    internal const string ModelKey = "model";
    private const string VersionKey = "formatVersion";
    private readonly SparseAutoencoder[] _members;

    internal Ensemble(ModelOptions options, IEnumerable<FloatMatrix> encoders)
    {
        Options = options;
        _members = [.. encoders.Select(encoder => new SparseAutoencoder(options, encoder))];
    }

    /// <summary>What each member is.</summary>
    public ModelOptions Options { get; }

    /// <summary>Number of members.</summary>
    public int Count => _members.Length;

    /// <summary>A member.</summary>
    public SparseAutoencoder this[int member] => _members[member];

    /// <summary>Opens a <c>model.safetensors</c>; it holds its options, so it opens alone. A checkpoint's weights open the same way.</summary>
    /// <exception cref="InputException">No such file, or not one of tangram's models.</exception>
    public static Ensemble Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return Read(file);
    }

    /// <summary>Writes <c>members.{i}.encoder.weight</c> [F, D] for each member, the options in the metadata.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Save(string path)
    {
        var writer = new SafetensorsWriter();
        Describe(writer, Options);
        for (int member = 0; member < Count; member++)
            writer.Add(EncoderName(member), _members[member].Encoder);
        writer.WriteTo(path);
    }

    /// <inheritdoc/>
    public IEnumerator<SparseAutoencoder> GetEnumerator() => _members.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Frees the weights now; for ensembles that nobody else can hold.</summary>
    internal void Free()
    {
        foreach (SparseAutoencoder member in _members)
            member.Encoder.Dispose();
    }

    internal static string EncoderName(int member) => $"members.{member}.encoder.weight";

    internal static void Describe(SafetensorsWriter writer, ModelOptions options) =>
        writer.Metadata(VersionKey, FormatVersion).Metadata(ModelKey, ModelJson.Serialize(options));

    internal static Ensemble Read(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(ModelKey, out string? model) || file.Metadata.GetValueOrDefault(VersionKey) != FormatVersion)
            throw new InputException($"'{file.Path}' is not a model of this version of tangram.");
        var options = ModelJson.Deserialize<ModelOptions>(model, $"'{file.Path}'");
        options.Check();
        var encoders = new List<FloatMatrix>(); // not as many as a damaged file may claim, but as many as it holds
        for (int member = 0; member < options.Members; member++)
            encoders.Add(ReadMatrix(file, EncoderName(member), options));
        return new Ensemble(options, encoders);
    }

    internal static FloatMatrix ReadMatrix(SafetensorsFile file, string name, ModelOptions options)
    {
        file.Require(name, options.Features, options.Shape.Length); // before memory is taken for it
        var matrix = new FloatMatrix(options.Features, options.Shape.Length);
        file.Read(name, matrix);
        return matrix;
    }
}
