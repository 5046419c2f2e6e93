using Microsoft.AspNetCore.OpenApi;

namespace Tangram.Explorer;

/// <summary>The API's OpenAPI document. The pages' types are made from it (web/openapi.json, which a test compares with it).</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    public static void Describe(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new() { Title = "Tangram explorer", Version = "1", Description = "A run of a sparse autoencoder, its features and images." };
        document.Servers?.Clear();
        return Task.CompletedTask;
    });
}
