using System.Globalization;

namespace Tangram;

/// <summary>What a search found.</summary>
/// <param name="Query">The query: a picture's path, or <c>image 12 of emoji</c>.</param>
/// <param name="Image">The image of the set that the query is; null for a picture.</param>
/// <param name="ActiveFeatures">Features that the query activates.</param>
/// <param name="Results">Images of the set, the most similar first; the query itself, where it is one of them, is left out.</param>
public sealed record SearchAnswer(string Query, int? Image, int ActiveFeatures, IReadOnlyList<SimilarImage> Results)
{
    /// <summary>The query as the model sees it, D values.</summary>
    internal float[] Values { get; init; } = [];
}

/// <summary>Searches a set for images whose codes are like that of an image or a picture.</summary>
public sealed class ImageSearch : IDisposable
{
    private readonly SparseAutoencoder _autoencoder;
    private readonly Workers _workers;

    private ImageSearch(SparseAutoencoder autoencoder, ImageSet images, FeatureIndex index, string path, bool built, Workers workers)
    {
        (_autoencoder, Images, Index, _workers) = (autoencoder, images, index, workers);
        (IndexPath, IsNew) = (path, built);
    }

    /// <summary>The images that are searched.</summary>
    public ImageSet Images { get; }

    /// <summary>The index of their codes.</summary>
    public FeatureIndex Index { get; }

    /// <summary>The index's file.</summary>
    public string IndexPath { get; }

    /// <summary>Whether the index was built now, not found.</summary>
    public bool IsNew { get; }

    /// <summary>
    /// Opens a model and the index of its codes of a set, in <c>indexes/</c> beside the model. The index is built first where there is none, or one of another model or
    /// other images, or a damaged one.
    /// </summary>
    /// <param name="run">The folder of a run, or a <c>model.safetensors</c>.</param>
    /// <param name="images">The images to be searched.</param>
    /// <param name="member">The member whose codes are compared.</param>
    /// <param name="threads">Threads to use; 0: one per processor. Results don't depend on it.</param>
    /// <param name="progress">Told a few times a second where an index is built, by any thread, one at a time.</param>
    /// <param name="cancellation">Stops the building; nothing is left of it.</param>
    /// <exception cref="InputException">No such run or member, or the images have another shape than the model's.</exception>
    /// <exception cref="IOException">The index can't be written.</exception>
    public static ImageSearch Open(string run, ImageSet images, int member = 0, int threads = 0, IProgress<IndexProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        bool alone = File.Exists(run);
        var workers = new Workers(Workers.CountFor(threads));
        try
        {
            Ensemble ensemble = alone ? Ensemble.Load(run) : Run.Open(run).Ensemble;
            if (member < 0 || member >= ensemble.Count)
                throw new InputException($"'{run}' has no member {member}; its members are 0 … {ensemble.Count - 1}.");
            ensemble.Options.CheckShape(images);
            SparseAutoencoder autoencoder = ensemble[member];
            // The first answer shall wait neither for sums over the weights nor for compilers.
            autoencoder.Encode(new float[autoencoder.Options.Shape.Length], workers);
            string folder = alone ? Path.GetDirectoryName(Path.GetFullPath(run))! : run;
            FeatureIndex index = FeatureIndexFile.OpenFor(autoencoder, ModelFingerprint.Of(autoencoder, workers), member, images, folder, workers, progress, out bool built,
                cancellation);
            string path = FeatureIndexFile.PathIn(folder, member, images);
            return new ImageSearch(autoencoder, images, index, path, built, workers);
        }
        catch
        {
            workers.Dispose();
            throw;
        }
    }

    /// <summary>Finds images like the query.</summary>
    /// <param name="query">The file of a picture of any size, or the number of an image of the set: <c>12</c> where no file has that name, or <c>#12</c>.</param>
    /// <param name="reading">How a picture is made an image.</param>
    /// <param name="count">How many images.</param>
    /// <exception cref="InputException">No such picture or image, the picture is broken or too small, or its code is empty.</exception>
    public SearchAnswer Find(string query, DataOptions reading, int count = 10)
    {
        if (ImageNumber(query) is { } image)
            return Like(image, count);
        if (!File.Exists(query))
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"There is no picture '{query}'; give the file of one, or the number of an image of {Images.Name}, 0 … {Images.Count - 1}."));
        }
        float[] values = QueryPicture.Read(query, _autoencoder.Options.Shape, reading);
        var (features, activations) = _autoencoder.Encode(values, _workers);
        int active = activations.Count(activation => activation != 0);
        if (active == 0)
            throw new InputException($"'{query}' activates no feature, so nothing can be said of what is like it; choose another picture.");
        return new SearchAnswer(query, null, active, Index.Search(features, activations, count)) { Values = values };
    }

    /// <summary>Finds images like one of the set, which is left out itself.</summary>
    /// <exception cref="InputException">No such image, or its code is empty.</exception>
    public SearchAnswer Like(int image, int count = 10)
    {
        if (image < 0 || image >= Images.Count)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{Images.Name} has no image {image}; its images are 0 … {Images.Count - 1}."));
        var (features, activations) = Index.Code(image);
        if (features.Length == 0)
            throw new InputException($"Image {image} of {Images.Name} activates no feature, so nothing can be said of what is like it; choose another one.");
        var values = new float[Images.Shape.Length];
        Images.CopyTo(image, values);
        return new SearchAnswer($"image {image} of {Images.Name}", image, features.Length, Index.Search(features, activations, count, except: image)) { Values = values };
    }

    /// <summary>Gives back the index's file.</summary>
    public void Dispose()
    {
        Index.Dispose();
        _workers.Dispose();
    }

    private static int? ImageNumber(string query)
    {
        string digits = query.StartsWith('#') ? query[1..] : query;
        bool isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return isNumber && (query.StartsWith('#') || !File.Exists(query)) ? number : null;
    }
}
