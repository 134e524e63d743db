using Analytics.Forecasting;

namespace Analytics.Jobs.Forecasting;

/// <summary>A forecast of one series of a file.</summary>
internal sealed record FileSeriesForecast(LongSeries Series, double[] History, SeriesForecast Forecast);

/// <summary>What the command line asks of a file's forecast.</summary>
internal sealed record FileForecastOptions(int? Horizon, int[]? Seasons, Frequency? Frequency, bool ZeroGaps, bool NonNegative, int Threads);

/// <summary>The forecasts of a file.</summary>
internal sealed record FileForecast(LongTable Table, TimeScale Scale, int[] Seasons, int Horizon, IReadOnlyList<FileSeriesForecast> Series)
{
    /// <summary>How many series vote on a season that nothing tells of.</summary>
    private const int Voters = 200;

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
        var seasons = options.Seasons ?? (scale.Frequency == Forecasting.Frequency.Index ? Vote(histories) : scale.UsualSeasons);
        var horizon = options.Horizon ?? (seasons.Length == 0 ? 6 : seasons[0] == 7 ? 28 : seasons[0] < 7 ? 2 * seasons[0] : seasons[0]);
        var series = new SeriesOptions { Horizon = horizon, Seasons = seasons, NonNegative = options.NonNegative, DropLeadingZeros = options.NonNegative };
        var results = new FileSeriesForecast[histories.Length];
        Parallel.For(0, histories.Length, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = options.Threads }, () => new SeriesForecaster(), (i, _, forecaster) =>
        {
            results[i] = new FileSeriesForecast(table.Series[i], histories[i], forecaster.Forecast(histories[i], series));
            return forecaster;
        }, _ => { });
        return new FileForecast(table, scale, seasons, horizon, results);
    }

    private static int[] Vote(double[][] histories)
    {
        var votes = histories.Take(Voters).GroupBy(h => SeasonDetector.Detect(h)).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
        return votes > 1 ? [votes] : [];
    }
}
