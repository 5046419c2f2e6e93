namespace Tangram;

/// <summary>One member's part of a training session: parameters, Adam's moments, and what is remembered of each feature.</summary>
internal sealed class MemberState(int features, int inputs) : IDisposable
{
    /// <summary>W [F, D].</summary>
    public FloatMatrix Weights { get; } = new(features, inputs);

    /// <summary>Adam's m [F, D].</summary>
    public FloatMatrix FirstMoments { get; } = new(features, inputs);

    /// <summary>Adam's v [F, D].</summary>
    public FloatMatrix SecondMoments { get; } = new(features, inputs);

    /// <summary>The number of steps done when each feature was initialised or last replaced.</summary>
    public long[] Births { get; } = new long[features];

    /// <summary>The number of steps done when each feature was last active, or its birth.</summary>
    public long[] LastActive { get; } = new long[features];

    public void CopyFrom(MemberState source)
    {
        Weights.CopyFrom(source.Weights);
        FirstMoments.CopyFrom(source.FirstMoments);
        SecondMoments.CopyFrom(source.SecondMoments);
        source.Births.CopyTo(Births, 0);
        source.LastActive.CopyTo(LastActive, 0);
    }

    public void Dispose()
    {
        Weights.Dispose();
        FirstMoments.Dispose();
        SecondMoments.Dispose();
    }
}

/// <summary>The raw state of a training session in logical layout: what a checkpoint holds and what makes the next step's bits.</summary>
internal sealed class SessionState : IDisposable
{
    public SessionState(ModelOptions options)
    {
        Options = options;
        Members = [.. Enumerable.Range(0, options.Members).Select(_ => new MemberState(options.Features, options.Shape.Length))];
    }

    public ModelOptions Options { get; }

    public MemberState[] Members { get; }

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    public void CopyFrom(SessionState source)
    {
        Steps = source.Steps;
        for (int member = 0; member < Members.Length; member++)
            Members[member].CopyFrom(source.Members[member]);
    }

    /// <summary>Adds everything but <see cref="Steps"/>, the weights under the names they have in a model.</summary>
    public void AddTo(SafetensorsWriter writer)
    {
        for (int member = 0; member < Members.Length; member++)
        {
            MemberState state = Members[member];
            writer.Add(Ensemble.EncoderName(member), state.Weights)
                .Add($"members.{member}.first_moment", state.FirstMoments)
                .Add($"members.{member}.second_moment", state.SecondMoments)
                .Add<long>($"members.{member}.births", state.Births)
                .Add<long>($"members.{member}.last_active", state.LastActive);
        }
    }

    public void ReadFrom(SafetensorsFile file)
    {
        for (int member = 0; member < Members.Length; member++)
        {
            MemberState state = Members[member];
            file.Read(Ensemble.EncoderName(member), state.Weights);
            file.Read($"members.{member}.first_moment", state.FirstMoments);
            file.Read($"members.{member}.second_moment", state.SecondMoments);
            ReadInto(file, $"members.{member}.births", state.Births);
            ReadInto(file, $"members.{member}.last_active", state.LastActive);
        }
    }

    private static void ReadInto(SafetensorsFile file, string name, long[] target)
    {
        long[] values = file.Read<long>(name);
        if (values.Length != target.Length)
            throw new InputException($"'{file.Path}': tensor '{name}' has {values.Length} entries, not {target.Length}.");
        values.CopyTo(target, 0);
    }

    public void Dispose()
    {
        foreach (MemberState member in Members)
            member.Dispose();
    }
}
