namespace Tangram;

/// <summary>
/// A share of cases that may be few, drawn towards the share in the whole set as if <see cref="PriorCases"/> more cases were like that: the mean and variance of the beta posterior.
/// (Empirical-Bayes shrinkage of proportions: Efron, "Large-Scale Inference", 2010, chapter 1.)
/// </summary>
internal readonly record struct CarefulRate(double Mean, double Variance)
{
    /// <summary>Two of eight images are no class's rate; two hundred of eight hundred are.</summary>
    public const double PriorCases = 20;

    /// <summary>Standard errors that a figure has to stand out by: the best of thousands of features is looked at.</summary>
    public const double Errors = 3;

    /// <param name="cases">Images that activate a feature.</param>
    /// <param name="trials">Of so many.</param>
    /// <param name="overall">The share in the whole set.</param>
    public static CarefulRate Of(long cases, long trials, double overall)
    {
        double all = trials + PriorCases, mean = (cases + (PriorCases * overall)) / all;
        return new CarefulRate(mean, mean * (1 - mean) / (all + 1));
    }

    /// <summary>The least that this rate is above another.</summary>
    public double AtLeastAbove(CarefulRate other) => Mean - other.Mean - (Errors * Math.Sqrt(Variance + other.Variance));

    /// <summary>
    /// The most that the entropy, in nats, of a distribution over classes may be in which each class's weight is its rate; its standard error follows from the rates' by the delta method:
    /// ∂H/∂p = −(ln q + H) / Σp, q = p / Σp.
    /// </summary>
    public static double EntropyAtMost(IReadOnlyList<CarefulRate> rates)
    {
        double sum = rates.Sum(rate => rate.Mean), entropy = 0, variance = 0;
        if (sum == 0)
            return 0;
        foreach (CarefulRate rate in rates)
            entropy -= rate.Mean > 0 ? rate.Mean / sum * Math.Log(rate.Mean / sum) : 0;
        foreach (CarefulRate rate in rates)
        {
            double slope = rate.Mean > 0 ? (Math.Log(rate.Mean / sum) + entropy) / sum : 0;
            variance += slope * slope * rate.Variance;
        }
        return Math.Min(Math.Log(rates.Count), entropy + (Errors * Math.Sqrt(variance)));
    }
}
