namespace Analytics.Forecasting;

/// <summary>
/// The recursions of exponential smoothing state space models (Hyndman, Koehler, Ord and Snyder 2008, Forecasting with
/// Exponential Smoothing, table 2.2). The states' update is the same for additive and multiplicative errors; only the
/// likelihood differs.
/// </summary>
internal static class EtsRecursion
{
    /// <summary>Below this a state that divides is taken as this, as in the reference implementations.</summary>
    private const double Tiny = 1e-10;

    /// <summary>Runs a model through a series.</summary>
    /// <param name="form">The form.</param>
    /// <param name="p">Parameters; on return level and slope after the last value.</param>
    /// <param name="y">The values.</param>
    /// <param name="season">The seasonal states, oldest first, a circular buffer: the state of value t is at t modulo length. Updated.</param>
    /// <param name="fitted">One-step forecasts, or empty.</param>
    /// <param name="logScale">The sum of ln |one-step forecast|, for multiplicative errors; else 0.</param>
    /// <param name="heavyTails">Sums <see cref="HeavyTails.Loss"/> of the errors in place of their squares.</param>
    /// <returns>The sum of squared errors, relative ones for multiplicative errors.</returns>
    public static double Run(EtsForm form, ref EtsParameters p, ReadOnlySpan<double> y, Span<double> season, Span<double> fitted, out double logScale, bool heavyTails = false)
    {
        double alpha = p.Alpha, phi = form.Trend == EtsComponent.Damped ? p.Phi : 1, gamma = p.Gamma;
        double level = p.Level, slope = form.Trend == EtsComponent.None ? 0 : p.Slope, ratio = form.Trend == EtsComponent.None ? 0 : p.Beta / alpha;
        double sum = 0, product = 1;
        logScale = 0;
        var relative = form.MultiplicativeError;
        var place = 0;
        for (var t = 0; t < y.Length; t++)
        {
            var damped = phi * slope;
            var q = level + damped;
            double observed = y[t], one = q, target = observed;
            if (form.Season == EtsComponent.Additive)
            {
                one = q + season[place];
                target = observed - season[place];
            }
            else if (form.Season == EtsComponent.Multiplicative)
            {
                var s = season[place];
                one = q * s;
                target = observed / (Math.Abs(s) < Tiny ? Tiny : s);
            }
            if (!fitted.IsEmpty) fitted[t] = one;
            var error = observed - one;
            if (relative)
            {
                var size = Math.Abs(one) < Tiny ? Tiny : one;
                error /= size;
                product *= Math.Abs(size);
                if (product is > 1e150 or < 1e-150)
                {
                    logScale += StableMath.Log(product);
                    product = 1;
                }
            }
            sum += heavyTails ? HeavyTails.Loss(error) : error * error;
            level = q + alpha * (target - q);
            slope = damped + ratio * (level - q);
            if (form.Season == EtsComponent.None) continue;
            season[place] = form.Season == EtsComponent.Additive
                ? season[place] + gamma * (observed - q - season[place])
                : season[place] + gamma * (observed / (Math.Abs(q) < Tiny ? Tiny : q) - season[place]);
            if (++place == season.Length) place = 0;
        }
        if (relative) logScale += StableMath.Log(product);
        p.Level = level;
        p.Slope = slope;
        return sum;
    }

    /// <summary>Point forecasts from the states after <paramref name="length"/> values.</summary>
    public static void Forecast(EtsForm form, in EtsParameters p, int length, ReadOnlySpan<double> season, Span<double> forecast)
    {
        double phi = form.Trend == EtsComponent.Damped ? p.Phi : 1, factor = 0, power = 1;
        for (var h = 0; h < forecast.Length; h++)
        {
            power *= phi;
            factor += power;
            var q = form.Trend == EtsComponent.None ? p.Level : p.Level + factor * p.Slope;
            forecast[h] = form.Season switch
            {
                EtsComponent.None => q,
                EtsComponent.Additive => q + season[(length + h) % season.Length],
                _ => q * season[(length + h) % season.Length],
            };
        }
    }
}
