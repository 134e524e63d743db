using Analytics.Forecasting;

namespace Analytics.Jobs.Forecasting;

/// <summary>A forecast of one series of a file.</summary>
internal sealed record FileSeriesForecast(LongSeries Series, double[] History, SeriesForecast Forecast);

/// <summary>What the command line asks of a file's forecast.</summary>
internal sealed record FileForecastOptions(int? Horizon, int[]? Seasons, Frequency? Frequency, bool ZeroGaps, bool NonNegative, int Threads, bool Robust = false, bool Global = false);

/// <summary>The forecasts of a file.</summary>
internal sealed record FileForecast(LongTable Table, TimeScale Scale, int[] Seasons, int Horizon, IReadOnlyList<FileSeriesForecast> Series, IReadOnlyList<string> Notes)
{
    /// <summary>As --horizon's.</summary>
    private const int MostAhead = 10_000;

    /// <summary>Forecasts every series on all cores; the result does not depend on their number.</summary>
    public static FileForecast Run(LongTable table, FileForecastOptions options, CancellationToken cancel)
    {
        var scale = TimeScale.Detect(table.Series, table.Dates, options.Frequency);
        var histories = new double[table.Series.Count][];
        for (var i = 0; i < histories.Length; i++)
        {
            histories[i] = table.Series[i].Regular(scale, table.File);
            if (!options.ZeroGaps) continue;
            for (var t = 0; t < histories[i].Length; t++)
                if (double.IsNaN(histories[i][t])) histories[i][t] = 0;
        }
        var own = options.Seasons is null && scale.Frequency == Forecasting.Frequency.Index ? SeasonDetector.DetectAll(histories) : null;
        var seasons = own is not null ? MostCommon(own) : options.Seasons ?? scale.UsualSeasons;
        var given = table.Series.Max(s => s.Ahead(scale));
        var horizon = options.Horizon ?? (given > 0 ? (int)Math.Min(given, MostAhead) : seasons.Length == 0 ? 6 : seasons[0] == 7 ? 28 : seasons[0] < 7 ? 2 * seasons[0] : seasons[0]);
        var results = new FileSeriesForecast[histories.Length];
        Parallel.For(0, histories.Length, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = options.Threads }, () => new SeriesForecaster(), (i, _, forecaster) =>
        {
            var (series, history) = (table.Series[i], histories[i]);
            results[i] = new FileSeriesForecast(series, history, forecaster.Forecast(history, new SeriesOptions
            {
                Horizon = horizon, Seasons = own is not null ? own[i] : seasons, NonNegative = options.NonNegative, DropLeadingZeros = options.NonNegative, Robust = options.Robust,
                Regressors = [.. table.Regressors.Select((name, j) => new Regressor(name, series.RegularRegressor(scale, j, history.Length, horizon)))],
            }));
            return forecaster;
        }, _ => { });
        var notes = new List<string>(table.Notes);
        if (own is not null && Differing(own) is { } differing) notes.Add(differing);
        var lacking = table.Regressors.Count == 0 ? 0 : table.Series.Count(s => s.Ahead(scale) < horizon);
        if (lacking > 0)
            notes.Add($"{(lacking == table.Series.Count ? "no series has" : $"{lacking} of {table.Series.Count} series lack")} regressors for all {horizon} periods ahead; there they act with a lag. Rows without a value behind the last one, or --future FILE, give them");
        if (options.Global) notes.Add(GlobalMeans.Use(results, horizon, seasons, options, cancel));
        return new FileForecast(table, scale, seasons, horizon, results, notes);
    }

    /// <summary>What the series' own seasons are where they are not all the same.</summary>
    private static string? Differing(int[][] seasons)
    {
        var groups = seasons.GroupBy(s => string.Join(" and ", s)).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        return groups.Count < 2 ? null : "seasons by what each series shows: " + string.Join(", ", groups.Select(g => $"{(g.Key.Length > 0 ? g.Key : "none")} for {g.Count()}")) + "; --season N gives all the same";
    }

    private static int[] MostCommon(int[][] seasons) =>
        seasons.GroupBy(s => string.Join(',', s)).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.First()).FirstOrDefault([]);
}
