namespace Tangram.Explorer;

/// <summary>All classes beside the features that are key to some of them.</summary>
/// <param name="Classes">The classes, in their order.</param>
/// <param name="KeyFeatures">Number of their key features.</param>
/// <param name="Features">Those of the first class, then those of the next that weren't listed yet, and so on; not all, where the table would be too large.</param>
internal sealed record ClassesAnswer(IReadOnlyList<ClassRow> Classes, int KeyFeatures, IReadOnlyList<NamedFeature> Features);

/// <summary>A class in the table of all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Images">Its images; there may be none.</param>
/// <param name="Frequency">P(f active | class) of each listed feature.</param>
/// <param name="Score">How typical each listed feature is of it.</param>
internal sealed record ClassRow(string Name, int Images, IReadOnlyList<double> Frequency, IReadOnlyList<double> Score);

/// <summary>A feature, and what the user calls it.</summary>
internal sealed record NamedFeature(int Feature, string? Name);

/// <summary>One class.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Images">Its images; there may be none.</param>
/// <param name="KeyFeatures">Features typical of it, the most typical first.</param>
/// <param name="Typical">Images of it whose codes are most like its mean code, the most like first.</param>
/// <param name="Atypical">Other images of it, the least like first.</param>
/// <param name="Mean">What its mean code decodes to, which is the mean of its reconstructions: a picture; null without images.</param>
internal sealed record ClassAnswer(string Name, int Images, IReadOnlyList<KeyFeature> KeyFeatures, IReadOnlyList<ClassImage> Typical, IReadOnlyList<ClassImage> Atypical,
    string? Mean);

/// <summary>A feature that is typical of a class.</summary>
/// <param name="Feature">Its number.</param>
/// <param name="Name">What the user calls it; null: nothing.</param>
/// <param name="Score">(Frequency − elsewhere) × mean activation.</param>
/// <param name="Frequency">Share of the class's images that activate it.</param>
/// <param name="Elsewhere">Share of the other images that do: of all other classes, or of the one it is compared with.</param>
/// <param name="MeanActivation">Mean over the class's images that activate it.</param>
internal sealed record KeyFeature(int Feature, string? Name, double Score, double Frequency, double Elsewhere, double MeanActivation);

/// <summary>An image of a class.</summary>
/// <param name="Image">Its number.</param>
/// <param name="Cosine">Cosine of its code and the class's mean code.</param>
internal sealed record ClassImage(int Image, double Cosine);

/// <summary>What tells two classes apart.</summary>
/// <param name="Features">Features most typical of the class against the other.</param>
/// <param name="OtherFeatures">Features most typical of the other against the class.</param>
internal sealed record DifferenceAnswer(IReadOnlyList<KeyFeature> Features, IReadOnlyList<KeyFeature> OtherFeatures);

/// <summary>Classes, and the features that are typical of them.</summary>
internal static class ClassesArea
{
    private const int MostKeys = 20, MostCells = 40_000, KeyFeatures = 24, Images = 15, Differing = 12;

    public static void MapClasses(this IEndpointRouteBuilder api)
    {
        api.MapGet("/members/{member:int}/classes", Classes).WithSummary("All classes beside the features that are key to some of them.");
        api.MapGet("/members/{member:int}/classes/{label:int}", Class).WithSummary("A class: its key features, typical and atypical images.");
        api.MapGet("/members/{member:int}/classes/{label:int}/against/{other:int}", Against).WithSummary("The features that tell two classes apart.");
    }

    private static Ok<ClassesAnswer> Classes(int member, Exploration exploration, FeatureNotes notes, int keys = 4)
    {
        if (keys is < 1 or > MostKeys)
            throw new InputException($"'keys' is {keys}; give 1 … {MostKeys} key features of each class.");
        ClassProfile profile = ProfileOf(exploration, member);
        int[] labels = [.. Enumerable.Range(0, profile.Classes.Count)];
        int[] all = [.. labels.SelectMany(label => profile.KeyFeatures(label, keys)).Distinct()], features = [.. all.Take(Math.Max(1, MostCells / labels.Length))];
        return TypedResults.Ok(new ClassesAnswer([.. labels.Select(label => new ClassRow(profile.Classes[label], profile.Images(label),
            [.. features.Select(feature => Rounded(profile.Frequency(label, feature)))], [.. features.Select(feature => Rounded(profile.Score(label, feature)))]))], all.Length,
            [.. features.Select(feature => new NamedFeature(feature, notes.NameOf(member, feature)))]));
    }

    private static Ok<ClassAnswer> Class(int member, int label, Exploration exploration, FeatureNotes notes)
    {
        ClassProfile profile = ProfileOf(exploration, member, label);
        MemberView view = exploration.Member(member);
        double[] mean = profile.MeanCode(label);
        TypicalImages images = TypicalImages.Of(view.Codes, exploration.Images, label, mean, Images);
        return TypedResults.Ok(new ClassAnswer(profile.Classes[label], profile.Images(label),
            [.. profile.KeyFeatures(label, KeyFeatures).Select(feature => new KeyFeature(feature, notes.NameOf(member, feature), profile.Score(label, feature),
                profile.Frequency(label, feature), profile.FrequencyElsewhere(label, feature), profile.MeanActivation(label, feature)))],
            [.. images.Typical.Select(one => new ClassImage(one.Image, one.Cosine))], [.. images.Atypical.Select(one => new ClassImage(one.Image, one.Cosine))],
            profile.Images(label) == 0 ? null : MeanPicture(view.Autoencoder, mean, exploration.Shape)));
    }

    private static Ok<DifferenceAnswer> Against(int member, int label, int other, Exploration exploration, FeatureNotes notes)
    {
        ClassProfile profile = ProfileOf(exploration, member, label, other);
        if (label == other)
            throw new InputException("A class doesn't differ from itself; choose two classes.");
        return TypedResults.Ok(new DifferenceAnswer(Typical(label, other), Typical(other, label)));

        KeyFeature[] Typical(int of, int against) => [.. profile.TypicalAgainst(of, against, Differing).Select(one => new KeyFeature(one.Feature,
            notes.NameOf(member, one.Feature), one.Score, profile.Frequency(of, one.Feature), profile.Frequency(against, one.Feature), profile.MeanActivation(of, one.Feature)))];
    }

    /// <exception cref="NotFoundException">There are no labels, or no such class.</exception>
    private static ClassProfile ProfileOf(Exploration exploration, int member, params ReadOnlySpan<int> labels)
    {
        ClassProfile profile = exploration.Member(member).Profile ?? throw new NotFoundException($"{exploration.Images.Name} has no labels, so there are no classes.");
        foreach (int label in labels)
        {
            if (label < 0 || label >= profile.Classes.Count)
                throw new NotFoundException($"There is no class {label}; the classes are 0 … {profile.Classes.Count - 1}.");
        }
        return profile;
    }

    private static string MeanPicture(SparseAutoencoder autoencoder, double[] mean, ImageShape shape)
    {
        int[] features = [.. Enumerable.Range(0, mean.Length).Where(feature => mean[feature] != 0)];
        float[] values = autoencoder.Decode(features, [.. features.Select(feature => (float)mean[feature])]);
        return Pictures.Inline(Pictures.OfImage(values, values, shape));
    }

    /// <summary>As exact as a colour can show, and short to send.</summary>
    private static double Rounded(double value) => Math.Round(value, 4) + 0.0; // 0 and no −0
}
