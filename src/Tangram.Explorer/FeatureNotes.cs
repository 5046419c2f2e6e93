using System.Collections.Concurrent;

namespace Tangram.Explorer;

/// <summary>What a user calls a feature, and says of it.</summary>
internal sealed record FeatureNote(string Name, string Note);

/// <summary>Names and notes that users gave to features, kept in the run as <c>notes.json</c>.</summary>
internal sealed class FeatureNotes
{
    private readonly ConcurrentDictionary<(int Member, int Feature), FeatureNote> _notes = new();

    public FeatureNotes(Exploration exploration) => _ = exploration;

    public string? NameOf(int member, int feature) => _notes.TryGetValue((member, feature), out FeatureNote? note) && note.Name.Length > 0 ? note.Name : null;
}
