using System.Globalization;
using Analytics.Forecasting;
using Analytics.Forecasting.Global;

namespace Analytics.Jobs.Forecasting;

/// <summary>
/// The boosted model over all series of a file, used where it makes the forecasts better: it and the usual models forecast the last
/// periods of the history, which both have not seen, and the better of the usual means and their average with the global ones is taken.
/// </summary>
internal static class GlobalMeans
{
    /// <summary>What the average must win by, so that one hold-out's luck does not decide.</summary>
    private const double Better = 0.99;

    /// <summary>Replaces means where that is better; says what was found.</summary>
    public static string Use(FileSeriesForecast[] results, int horizon, int[] seasons, FileForecastOptions options, CancellationToken cancel)
    {
        // Gaps are filled by the week before; series without any value have no part.
        var filled = results.Select(r => Filled(r.History, seasons)).ToArray();
        var training = new GlobalOptions { Horizon = horizon, Season = seasons.Length > 0 ? seasons[0] : 1 };
        double[][] cut = [.. filled.Select(y => y.Length > GlobalForecaster.ShortestHistory + horizon ? y[..^horizon] : [])];
        var held = GlobalForecaster.Forecast(cut, training, cancel);
        var own = new double[results.Length][];
        Parallel.For(0, results.Length, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = options.Threads }, () => new SeriesForecaster(), (i, _, forecaster) =>
        {
            if (held[i] is not null) own[i] = forecaster.Forecast(cut[i], new SeriesOptions { Horizon = horizon, Seasons = seasons, NonNegative = options.NonNegative, DropLeadingZeros = options.NonNegative }).Mean;
            return forecaster;
        }, _ => { });
        double usual = 0, mixed = 0;
        var count = 0;
        for (var i = 0; i < results.Length; i++)
        {
            if (held[i] is not { } global) continue;
            double scale = 0, a = 0, b = 0;
            for (var t = 1; t < cut[i].Length; t++) scale += (cut[i][t] - cut[i][t - 1]) * (cut[i][t] - cut[i][t - 1]);
            if (!(scale > 0)) continue;
            for (var h = 0; h < horizon; h++)
            {
                var actual = filled[i][^(horizon - h)];
                a += (actual - own[i][h]) * (actual - own[i][h]);
                b += Math.Pow(actual - Mean(own[i][h], global[h], options.NonNegative), 2);
            }
            usual += Math.Sqrt(a / horizon / (scale / (cut[i].Length - 1)));
            mixed += Math.Sqrt(b / horizon / (scale / (cut[i].Length - 1)));
            count++;
        }
        if (count == 0) return "global model: no series is long enough to hold out its end; not used";
        var found = string.Create(CultureInfo.InvariantCulture, $"global model: mean RMSSE of the last {horizon} periods over {count} series {usual / count:F3} without and {mixed / count:F3} with it");
        if (!(mixed < Better * usual)) return found + "; not used";
        var ahead = GlobalForecaster.Forecast(filled, training, cancel);
        for (var i = 0; i < results.Length; i++)
        {
            if (ahead[i] is not { } global || results[i].Forecast.Status != ForecastStatus.Ok) continue;
            var f = results[i].Forecast;
            double[] move = [.. f.Mean.Select((m, h) => Mean(m, global[h], options.NonNegative) - m)];
            var floor = options.NonNegative ? 0 : double.NegativeInfinity;
            double[] Moved(double[] row) => [.. row.Select((v, h) => Math.Max(floor, v + move[h]))];
            results[i] = results[i] with
            {
                Forecast = f with { Mean = Moved(f.Mean), Median = Moved(f.Median), Lo80 = Moved(f.Lo80), Hi80 = Moved(f.Hi80), Lo95 = Moved(f.Lo95), Hi95 = Moved(f.Hi95), Model = "Global+" + f.Model },
            };
        }
        return found + "; used";
    }

    private static double Mean(double own, double global, bool nonNegative) => 0.5 * (own + (nonNegative ? Math.Max(0, global) : global));

    private static double[] Filled(double[] history, int[] seasons)
    {
        var season = seasons.Length > 0 ? seasons[0] : 1;
        var first = Array.FindIndex(history, double.IsFinite);
        if (first < 0) return [];
        var y = history[first..];
        for (var t = 0; t < y.Length; t++)
            if (!double.IsFinite(y[t])) y[t] = t >= season ? y[t - season] : y[t - 1];
        return y;
    }
}
