namespace Tangram;

/// <summary>
/// What a training starts from: the pre-bias, the same for all members; then each member's rows, the same for encoder and decoder (Gao et al., "Scaling and
/// evaluating sparse autoencoders", 2024, appendix A). Encoder biases start at 0. Averages start as what they are averages of.
/// </summary>
internal static class Initialiser
{
    /// <summary>More images hardly change their geometric median.</summary>
    public const int MedianSample = 10_000;

    public static void Apply(TrainingSession session, ImageSet images, TrainingOptions options, Workers workers)
    {
        Slot[] slots = session.Extras.Averages ? [Slot.Value, Slot.Average] : [Slot.Value];
        Parameter[] matrices = session.Options.Untied ? [Parameter.Encoder, Parameter.Decoder] : [Parameter.Encoder];
        float[]? preBias = PreBias(images, options, workers);
        int componentCount = options.Initialisation == Initialisation.Components ? ComponentInitialisation.CountFor(session.Options, images.Count) : 0;
        using FloatMatrix? components = componentCount > 0 ? PrincipalComponents.Of(images, componentCount, options.Seed, workers) : null;
        for (int member = 0; member < options.Members; member++)
        {
            int own = member;
            void SetFeature(int feature, ReadOnlySpan<float> weights)
            {
                foreach (Parameter matrix in matrices)
                {
                    foreach (Slot slot in slots)
                        session.SetRow(own, new StateTensor(matrix, slot), feature, weights);
                }
            }
            foreach (Slot slot in preBias is null ? [] : slots)
                session.SetRow(member, new StateTensor(Parameter.PreBias, slot), 0, preBias);
            if (components is not null)
                ComponentInitialisation.Fill(options.Features, components, options.Seed, member, workers, SetFeature);
            else if (options.Initialisation == Initialisation.DataPoints)
                DataPointInitialisation.Fill(options.Features, images, preBias, options.Seed, member, workers, SetFeature);
            else
                OrthogonalInitialisation.Fill(options.Features, images.Shape.Length, options.Seed, member, workers, SetFeature);
        }
    }

    /// <summary>[D]; null without a pre-bias.</summary>
    public static float[]? PreBias(ImageSet images, TrainingOptions options, Workers workers) => options.PreBias switch
    {
        PreBiasStart.Mean => Array.ConvertAll(GeometricMedian.Mean(images, workers), value => (float)value),
        PreBiasStart.GeometricMedian => Array.ConvertAll(GeometricMedian.Of(Sample(images, options.Seed), workers), value => (float)value),
        _ => null,
    };

    private static ImageSet Sample(ImageSet images, ulong seed) => images.Count <= MedianSample ? images
        : images.Subset(images.Name, new CounterRandom(seed, RandomPurpose.MedianSample).Permutation(images.Count)[..MedianSample]);
}
