namespace Tangram;

/// <summary>What goes on beside the opening of an image set, which may take long.</summary>
/// <param name="Progress">Told what is fetched, decoded and found, a line at a time; null: nobody.</param>
/// <param name="Cancellation">Stops it; nothing half done is left.</param>
public sealed record Opening(IProgress<string>? Progress = null, CancellationToken Cancellation = default);
