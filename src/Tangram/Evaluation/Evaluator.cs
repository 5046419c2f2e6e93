namespace Tangram;

/// <summary>Measuring an ensemble on a set.</summary>
public static class Evaluator
{
    extension(Ensemble ensemble)
    {
        /// <summary>Every metric of DESIGN.md, float64, over the whole set; the same whatever the number of threads.</summary>
        /// <param name="images">A set whose images have the model's shape.</param>
        /// <param name="ssim">Whether to compute SSIM, which costs more than all the rest.</param>
        /// <param name="matching">Whether members' features are matched one to one, which takes seconds for thousands of them.</param>
        /// <param name="threads">Threads to use; 0: one per processor.</param>
        /// <param name="progress">The number of images done.</param>
        /// <param name="cancellation">Stops between tiles of images.</param>
        /// <exception cref="InputException">The images have another shape.</exception>
        public Scores Evaluate(ImageSet images, bool ssim = true, bool matching = true, int threads = 0, IProgress<int>? progress = null,
            CancellationToken cancellation = default)
        {
            ensemble.Options.CheckShape(images);
            var pass = new EvaluationPass(ensemble, images, ssim, threads);
            for (int start = 0; start < images.Count; start += pass.Chunk)
            {
                pass.Add(start, Math.Min(pass.Chunk, images.Count - start), cancellation);
                progress?.Report(Math.Min(start + pass.Chunk, images.Count));
            }
            return pass.Scores(matching, cancellation);
        }
    }
}
