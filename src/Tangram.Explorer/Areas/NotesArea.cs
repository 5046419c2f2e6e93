namespace Tangram.Explorer;

/// <summary>A name and a note, as they come.</summary>
/// <param name="Name">One line of at most 80 characters; empty: none.</param>
/// <param name="Note">At most 4,000 characters; empty: none.</param>
/// <param name="Was">What they shall replace, as it was shown; where something else is kept by now, that stays, and the answer is 409. Null: whatever is kept.</param>
internal sealed record NoteChange(string? Name, string? Note, NoteAnswer? Was = null);

/// <summary>What a user calls a feature, and says of it.</summary>
/// <param name="Name">Empty: nothing.</param>
/// <param name="Note">Empty: nothing.</param>
internal sealed record NoteAnswer(string Name, string Note)
{
    public static NoteAnswer Of(FeatureNote note) => new(note.Name, note.Note);
}

/// <summary>Names and notes that the user gives to features.</summary>
internal static class NotesArea
{
    public static void MapNotes(this IEndpointRouteBuilder api)
    {
        const string Address = "/members/{member:int}/features/{feature:int}/note";
        api.MapPut(Address, Put).WithSummary("Names a feature and notes something of it; kept in the run.");
        api.MapDelete(Address, Delete).WithSummary("Forgets a feature's name and note.");
    }

    private static Ok<NoteAnswer> Put(int member, int feature, NoteChange change, Exploration exploration, FeatureNotes notes) =>
        Keep(member, feature, FeatureNote.Of(change.Name, change.Note), exploration, notes, change.Was is { } was ? FeatureNote.Of(was.Name, was.Note) : null);

    private static Ok<NoteAnswer> Delete(int member, int feature, Exploration exploration, FeatureNotes notes) => Keep(member, feature, FeatureNote.None, exploration, notes);

    private static Ok<NoteAnswer> Keep(int member, int feature, FeatureNote note, Exploration exploration, FeatureNotes notes, FeatureNote? was = null)
    {
        exploration.Member(member).CheckFeature(feature);
        notes.Set(member, feature, note, was);
        return TypedResults.Ok(NoteAnswer.Of(note));
    }
}
