using System.Collections;

namespace Tangram;

/// <summary>Autoencoders of the same shape, trained together; an ensemble may have one. Immutable and thread-safe.</summary>
public sealed class Ensemble : IReadOnlyList<SparseAutoencoder>
{
    internal const string FormatVersion = "1";
    internal const string ModelKey = "model";
    private const string VersionKey = "formatVersion";

    /// <summary>What follows a parameter's name in a checkpoint that holds the average of its values too.</summary>
    internal const string AverageSuffix = ".average";

    private readonly SparseAutoencoder[] _members;

    internal Ensemble(ModelOptions options, IEnumerable<MemberWeights> weights)
    {
        Options = options;
        _members = [.. weights.Select(member => new SparseAutoencoder(options, member))];
    }

    private Ensemble(ModelOptions options, SparseAutoencoder[] members) => (Options, _members) = (options, members);

    /// <summary>What each member is.</summary>
    public ModelOptions Options { get; }

    /// <summary>Number of members.</summary>
    public int Count => _members.Length;

    /// <summary>A member.</summary>
    public SparseAutoencoder this[int member] => _members[member];

    /// <summary>Opens a <c>model.safetensors</c>; it holds its options, so it opens alone. A checkpoint's weights open the same way.</summary>
    /// <exception cref="InputException">No such file, not one of tangram's models, or a damaged one.</exception>
    public static Ensemble Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        file.CheckWhole();
        ModelOptions options = ReadOptions(file);
        var weights = new List<MemberWeights>(); // not as many as a damaged file may claim, but as many as it holds
        for (int member = 0; member < options.Members; member++)
        {
            FloatMatrix encoder = ReadMatrix(file, member, Parameter.Encoder, options);
            FloatMatrix? decoder = options.Untied ? ReadMatrix(file, member, Parameter.Decoder, options) : null;
            weights.Add(new MemberWeights(encoder, decoder,
                options.EncoderBias ? ReadVector(file, member, Parameter.EncoderBias, options.Features) : null,
                options.PreBias ? ReadVector(file, member, Parameter.PreBias, options.Shape.Length) : null));
            if (options.UnitRows)
                (decoder ?? encoder).NormaliseRows();
        }
        return new Ensemble(options, weights);
    }

    /// <summary>
    /// Writes <c>members.{i}.encoder.weight</c> [F, D] for each member and, where the model has them, <c>decoder.weight</c> [F, D], <c>encoder.bias</c> [F] and
    /// <c>pre_bias</c> [D] beside it; the options in the metadata.
    /// </summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Save(string path)
    {
        var writer = new SafetensorsWriter();
        Describe(writer, Options);
        for (int member = 0; member < Count; member++)
        {
            SparseAutoencoder own = _members[member];
            writer.Add(NameOf(member, Parameter.Encoder), own.Encoder);
            if (Options.Untied)
                writer.Add(NameOf(member, Parameter.Decoder), own.Decoder);
            if (own.EncoderBias is not null)
                writer.Add<float>(NameOf(member, Parameter.EncoderBias), own.EncoderBias);
            if (own.PreBias is not null)
                writer.Add<float>(NameOf(member, Parameter.PreBias), own.PreBias);
        }
        writer.WriteTo(path);
    }

    /// <inheritdoc/>
    public IEnumerator<SparseAutoencoder> GetEnumerator() => _members.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The same weights under another rule of selection.</summary>
    /// <exception cref="InputException">The rule is impossible with these features.</exception>
    internal Ensemble WithRule(SparsityRule rule) => new(Options with { Rule = rule }, [.. _members.Select(member => member.WithRule(rule))]);

    /// <summary>Frees the weights now; for ensembles that nobody else can hold.</summary>
    internal void Free()
    {
        foreach (SparseAutoencoder member in _members)
            member.Free();
    }

    /// <summary>A parameter's name in a file.</summary>
    internal static string NameOf(int member, Parameter parameter) => parameter switch
    {
        Parameter.Decoder => $"members.{member}.decoder.weight",
        Parameter.EncoderBias => $"members.{member}.encoder.bias",
        Parameter.PreBias => $"members.{member}.pre_bias",
        _ => $"members.{member}.encoder.weight",
    };

    internal static void Describe(SafetensorsWriter writer, ModelOptions options) =>
        writer.Metadata(VersionKey, FormatVersion).Metadata(ModelKey, TangramJson.Serialize(options)).Checksum();

    /// <summary>What a model or a checkpoint says that it is.</summary>
    /// <exception cref="InputException">It isn't one of this version's, or says what can't be.</exception>
    internal static ModelOptions ReadOptions(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue(ModelKey, out string? model) || file.Metadata.GetValueOrDefault(VersionKey) != FormatVersion)
            throw new InputException($"'{file.Path}' is not a model of this version of tangram; give a model.safetensors that 'tangram train' wrote.");
        var options = TangramJson.Deserialize<ModelOptions>(model, $"'{file.Path}'");
        TangramJson.CheckContent(options.Check, $"'{file.Path}'");
        return options;
    }

    /// <summary>In a checkpoint of a training that averages them, the averages.</summary>
    private static string Trained(SafetensorsFile file, string name) => file.Contains(name + AverageSuffix) ? name + AverageSuffix : name;

    private static FloatMatrix ReadMatrix(SafetensorsFile file, int member, Parameter parameter, ModelOptions options)
    {
        string name = Trained(file, NameOf(member, parameter));
        file.Require(name, options.Features, options.Shape.Length); // before memory is taken for it
        var matrix = new FloatMatrix(options.Features, options.Shape.Length);
        file.Read(name, matrix);
        return matrix;
    }

    private static float[] ReadVector(SafetensorsFile file, int member, Parameter parameter, int length)
    {
        var vector = new float[length];
        file.Read(Trained(file, NameOf(member, parameter)), vector);
        return vector;
    }
}
