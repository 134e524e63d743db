namespace Analytics.Forecasting;

/// <summary>Which models a series is given to; the first of each set is the benchmark.</summary>
internal sealed class ModelSets
{
    /// <summary>Beyond this length the time of ARIMA with a season, and of a second average of exponential smoothing forms, is out of proportion to what it adds.</summary>
    public const int MostForAll = 240;

    private readonly SeriesModel[] _regular, _plain, _regularLong, _demand, _intermittent, _short, _long, _longShort, _hours;
    private readonly DecomposedModel[] _decomposed;
    private readonly WindowAverageModel _longAverage = new(4, seasonal: true), _longNaive = new(1, seasonal: true);
    private readonly EtsModel _etsAverage = new(null, averaged: true);
    private readonly ThetaModel _theta = new(ThetaKind.Dynamic, shrunk: true);
    private readonly SeasonalNaiveModel _naive = new();

    public ModelSets()
    {
        // Series of these sets are no demand, whose mean is wanted: robust fits to heavy tails lose nothing there.
        var adjustedRobustCes = new AdjustedModel(new ComplexSmoothingModel(heavyTails: true));
        var robustEts = new EtsModel(null, averaged: true, heavyTails: true);
        var robustArima = new ArimaModel(averaged: true, heavyTails: true);
        var logarithms = new LogarithmModel(new EtsModel(null, averaged: true, heavyTails: true));
        var adjustedCes = new AdjustedModel(new ComplexSmoothingModel());
        var adjustedEts = new AdjustedModel(new EtsModel(null, averaged: true));
        var arima = new ArimaModel(averaged: true);
        _regular = [_naive, robustEts, _theta, adjustedRobustCes, logarithms, robustArima, new RecentModel(new LogarithmModel(new EtsModel(null, averaged: true, heavyTails: true))), new AdjustedModel(new GlobalTrendModel(), additive: true)];
        // Without a season, a global trend does so much better than the average of the usual forms that this would only take room (M3's yearly
        // hold-outs: 18.98 with the usual forms, 18.70 with both, 18.52 so); with a season, as a sixth model, it changes nothing (12.84 and 12.83).
        _plain = [_naive, new GlobalTrendModel(), _theta, adjustedRobustCes, logarithms, robustArima, new RecentModel(new GlobalTrendModel())];
        _regularLong = [_naive, _etsAverage, _theta, adjustedCes, adjustedEts];
        _demand = [_naive, _etsAverage, _theta, new WindowAverageModel(8, seasonal: true), new WindowAverageModel(28)];
        // Means of all periods, SBA and ADIDA trail behind on shops whose items come and go (weekly RMSSE of rare items 1.11 in place of 1.16).
        _intermittent = [_naive, new WindowAverageModel(28), new TsbModel(), new AggregationModel(multiple: true), _theta, new WindowAverageModel(12, seasonal: true)];
        _short = [_naive, new EtsModel([EtsForm.Stable[0]]), new DriftModel()];
        _decomposed = [new DecomposedModel(new EtsModel(null, averaged: true)), new DecomposedModel(new ThetaModel(ThetaKind.Dynamic, shrunk: true)), new DecomposedModel(new ArimaModel(averaged: true))];
        _long = [_naive, .. _decomposed, adjustedEts, _theta, _etsAverage, arima, _longNaive, _longAverage];
        // A short season beside the long one has states of its own.
        _longShort = [_naive, .. _decomposed, _theta, _etsAverage, _longNaive, _longAverage];
        _hours = [_naive, .. _decomposed, _theta, _etsAverage, adjustedCes];
    }

    /// <summary>Chooses the set.</summary>
    /// <param name="series">The prepared series.</param>
    /// <param name="options">Its options.</param>
    /// <param name="sparse">Whether it is intermittent demand.</param>
    public SeriesModel[] For(PreparedSeries series, SeriesOptions options, out bool sparse)
    {
        int n = series.Length, zeros = n - series.NonZero;
        sparse = n >= 8 && (zeros > 0.3 * n && series.NonZero < 60 || zeros > 0.65 * n);
        if (sparse) return _intermittent;
        if (n < 8) return _short;
        var longest = Math.Max(series.Season, series.LongSeason);
        // Beside a short season, a long one seen hardly twice costs more than it gives.
        if (longest > EtsModel.LongestSeason && n > (series.Season < longest && series.Season > 1 ? 2.5 : 2) * longest)
        {
            int[] seasons = series.LongSeason > series.Season && series.Season > 1 ? [series.Season, series.LongSeason] : [longest];
            foreach (var d in _decomposed) d.Seasons = seasons;
            _longAverage.Season = _longNaive.Season = longest;
            return series.Season is > 1 and <= EtsModel.LongestSeason ? _longShort : _long;
        }
        // A season of hours is too long for the averages of forms alone: what is left after decomposition is forecast better.
        if (series.Season is > 12 and <= EtsModel.LongestSeason && n > MostForAll)
        {
            foreach (var d in _decomposed) d.Seasons = [series.Season];
            return _hours;
        }
        if (options.NonNegative && zeros > 0) return _demand;
        if (n > MostForAll) return _regularLong;
        return series.Season > 1 && n > 2 * series.Season || !SeriesModel.IsPositive(series.Values) ? _regular : _plain;
    }
}
