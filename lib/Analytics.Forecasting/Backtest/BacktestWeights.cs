namespace Analytics.Forecasting;

/// <summary>
/// Weights of a combination by inverse errors in the backtest, shrunk to equal ones where the backtest is short. The
/// benchmark, model 0, takes part only where nothing else can.
/// </summary>
internal static class BacktestWeights
{
    /// <summary>
    /// Errors at which the backtest counts half. Trust grows with the square: a handful of errors, as yearly series have, decides
    /// nothing (equal weights are better there on M3's hold-outs), and two hundred, as hourly ones have, decide nearly all.
    /// </summary>
    private const double HalfWay = 60;

    /// <summary>A model whose error is beyond this multiple of the best one's is left out, the more readily the longer the backtest.</summary>
    private const double Hopeless = 1.35;

    /// <summary>Sets the weights.</summary>
    /// <param name="backtest">The backtest.</param>
    /// <param name="y">The series.</param>
    /// <param name="sparse">Whether it is intermittent demand.</param>
    /// <param name="models">How many models there are, the benchmark first.</param>
    /// <param name="folds">How many folds count, from the first one on; 0 gives equal weights.</param>
    /// <param name="weights">The weights.</param>
    public static void Set(RollingBacktest backtest, ReadOnlySpan<double> y, bool sparse, int models, int folds, Span<double> weights)
    {
        var plan = backtest.Plan;
        Span<double> errors = stackalloc double[models];
        var least = double.PositiveInfinity;
        for (var m = 0; m < models; m++)
        {
            errors[m] = double.PositiveInfinity;
            if (folds == 0 || !backtest.IsValid(m)) continue;
            var (absolute, squared) = backtest.Errors(y, m, folds);
            // The mean of intermittent demand is what squares, not absolute errors, reward.
            errors[m] = sparse ? squared : 0.5 * (absolute + squared);
            if (m > 0) least = Math.Min(least, errors[m]);
        }
        double count = folds * plan.Horizon, trust = count * count / (count * count + HalfWay * HalfWay);
        var any = false;
        for (var m = 0; m < models; m++)
        {
            if (folds == 0)
            {
                weights[m] = m == 0 ? 0 : 1;
                any |= m > 0;
                continue;
            }
            if (!backtest.IsValid(m))
            {
                // What the cut history was too short for may still fit the whole: it has the share that no backtest decides, at least half.
                weights[m] = m == 0 ? 0 : Math.Max(0.5, 1 - trust);
                continue;
            }
            var ratio = double.IsInfinity(errors[m]) ? 0 : least > 0 ? least / errors[m] : errors[m] == 0 ? 1 : 0;
            var bad = ratio <= 0 || trust / ratio > Hopeless;
            weights[m] = m == 0 || bad ? 0 : 1 - trust + trust * ratio * ratio * ratio * ratio;
            any |= weights[m] > 0;
        }
        if (!any) weights[0] = 1;
    }
}
