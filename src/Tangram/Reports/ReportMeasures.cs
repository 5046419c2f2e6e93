using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tangram;

/// <summary>What a report measures of images, for programs: numbers without the long lists that only figures need.</summary>
internal static class ReportMeasures
{
    public static JsonObject Of(ReportData data)
    {
        ImageTypes types = data.Types;
        ReconstructionQuality quality = data.ReconstructionQuality;
        Compression compression = data.Compression;
        return JsonSerializer.SerializeToNode(new
        {
            Types = new
            {
                types.Hues,
                types.UntrainedHues,
                Complexity = new { types.ComplexityRank.Trained, types.ComplexityRank.Untrained },
                types.Readouts,
                types.Separability,
                MapShare = types.Map?.Share,
            },
            data.Retrieval,
            Quality = new
            {
                quality.Images,
                quality.Above90,
                Codes = Errors(quality.Codes),
                Components = Errors(quality.Components),
                quality.ComponentCount,
                quality.ComplexityPearson,
                quality.ComplexityMse,
            },
            data.Selection,
            data.SparsityCurve,
            Compression = new
            {
                compression.Counts,
                compression.Images,
                compression.Learned,
                compression.Sharing,
                compression.Own,
                compression.Unquantised,
                compression.WhichBytes,
                compression.Comparisons,
                compression.Curves,
            },
        }, TangramJson.Compact)!.AsObject();
    }

    private static object Errors(ReconstructionErrors errors) => new { errors.MeanPearson, errors.MeanMse, errors.MeanSsim, errors.Planes, errors.Bands };
}
