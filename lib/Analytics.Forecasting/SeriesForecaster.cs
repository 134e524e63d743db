namespace Analytics.Forecasting;

/// <summary>
/// Forecasts single series: prepares the values, measures models in a rolling backtest, combines the better ones and
/// gives intervals. Any input has an answer. An instance is for one thread and keeps its memory between series; results
/// depend on the input alone.
/// </summary>
public sealed class SeriesForecaster
{
    private const int MostModels = 24;
    private readonly PreparedSeries _series = new();
    private readonly RollingBacktest _backtest = new();
    private readonly IntervalBuilder _intervals = new();
    private readonly ModelSets _sets = new();
    private readonly ModelVariants _variants;
    private readonly Combination _combination = new(MostModels);
    private readonly double[] _weights = new double[MostModels], _heldWeights = new double[MostModels];
    private double[] _forecast = [], _fitted = [], _growth = [], _partGrowth = [];

    /// <summary>Makes a forecaster.</summary>
    public SeriesForecaster() => _variants = new ModelVariants(_series);

    /// <summary>Forecasts one series.</summary>
    /// <param name="values">One value a period in time order; NaN for closed or missing periods.</param>
    /// <param name="options">Horizon, seasons and bounds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The horizon is below 1.</exception>
    /// <exception cref="ArgumentException">A regressor has not one value a period of the history and one a period ahead.</exception>
    public SeriesForecast Forecast(ReadOnlySpan<double> values, SeriesOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Horizon, 1);
        _series.Prepare(values, options);
        var n = _series.Length;
        if (n == 0) return Constant(0, options, "None", ForecastStatus.Failed, values.IsEmpty ? "the series is empty" : "no period has a value");
        if (n == 1) return Constant(_series.Values[0], options, "Naive", ForecastStatus.ShortHistory, "one value only: repeated, without intervals", Math.Abs(_series.Values[0]));
        if (_series.IsConstant)
        {
            return Constant(_series.Values[0], options, "Constant", n < 8 ? ForecastStatus.ShortHistory : ForecastStatus.Ok,
                _series.Values[0] == 0 ? "all values are 0" : "all values are the same");
        }
        if (Ended(options))
        {
            return Constant(0, options, "Ended", ForecastStatus.Fallback,
                $"no value but 0 in the last {_series.TrailingZeros} periods, {_series.LongestGap} at most before: taken as ended");
        }
        var plain = _sets.For(_series, options, out var sparse);
        return Combine(_variants.Extend(plain, sparse, values.Length, options), sparse, options);
    }

    /// <summary>A run of zeros far beyond what the share of zeros or the longest gap before explains.</summary>
    private bool Ended(SeriesOptions options)
    {
        int n = _series.Length, run = _series.TrailingZeros, before = n - run;
        if (!options.NonNegative || run < 2 * Math.Max(1, _series.Season) || run <= 2 * _series.LongestGap) return false;
        var idle = 1 - (double)_series.NonZero / before;
        return run * StableMath.Log(Math.Max(idle, 1e-12)) < StableMath.Log(1e-4);
    }

    private SeriesForecast Combine(SeriesModel[] models, bool sparse, SeriesOptions options)
    {
        var y = _series.Values;
        int n = y.Length, season = _series.Season, ahead = options.Horizon;
        var plan = BacktestPlan.For(n, season, ahead, options.MaxFolds);
        _backtest.Run(y, season, models, plan, options.KeepErrors);
        if (options.KeepErrors) Weigh(models.Length, y, sparse, plan.FoldsBeforeLast, _heldWeights);
        Weigh(models.Length, y, sparse, plan.Folds, _weights);

        var growth = Clear(ref _growth, ahead);
        var partGrowth = Clear(ref _partGrowth, ahead);
        double sum = 0;
        var names = new List<KeyValuePair<string, double>>();
        _combination.Start(models.Length, n, ahead);
        // What the start of a short series had to say of forms and orders is too little to hold the whole to.
        var again = n > ModelSets.MostForAll;
        for (var m = 0; m < models.Length; m++)
        {
            var w = _weights[m];
            if (w <= 0 || !(again && _backtest.IsValid(m) ? models[m].Refit(y, season) : models[m].Fit(y, season))) continue;
            models[m].Run(y, _combination.Fitted(m), _combination.Forecast(m));
            if (!_combination.Take(m, w)) continue;
            if (!models[m].VarianceGrowth(partGrowth)) partGrowth.Fill(1);
            for (var h = 0; h < ahead; h++) growth[h] += w * partGrowth[h];
            sum += w;
            names.Add(new(models[m].Name, w));
        }
        if (!(sum > 0)) return Constant(y[^1], options, "Naive", ForecastStatus.Fallback, "no model gave finite numbers: the last value repeated", Math.Abs(y[^1]));
        var forecast = Clear(ref _forecast, ahead);
        var fitted = Clear(ref _fitted, n);
        _combination.Combine(forecast, fitted);
        for (var h = 0; h < ahead; h++) growth[h] /= sum;
        for (var i = 0; i < names.Count; i++) names[i] = new(names[i].Key, names[i].Value / sum);
        var name = string.Join('+', names.Select(x => x.Key));

        for (var fold = 0; fold < plan.Folds; fold++) _combination.CombineFold(_backtest, fold, models.Length);
        _intervals.Build(y, fitted, growth, _backtest, plan.Folds > 0 ? models.Length : -1, season, sparse);
        var accuracy = new List<ModelAccuracy>();
        if (plan.Folds > 0)
        {
            for (var m = 0; m < models.Length; m++)
            {
                // An adjusted model that had nothing to adjust is the plain one again, and has its row already.
                if (!_backtest.IsValid(m) || accuracy.Exists(row => row.Model == models[m].Name)) continue;
                var alone = names.Count == 1 && models[m].Name == name;
                accuracy.Add(_backtest.Accuracy(y, m, models[m].Name, alone, alone ? _intervals.Coverage80 : null, alone ? _intervals.Coverage95 : null));
            }
            if (names.Count > 1) accuracy.Add(_backtest.Accuracy(y, models.Length, name, true, _intervals.Coverage80, _intervals.Coverage95));
        }
        return Finish(forecast, growth, name, names, accuracy, sparse, options) with
        {
            Errors = options.KeepErrors ? Errors(y, fitted, _series.Given) : [],
            Held = Held(models.Length, options),
            HeldErrors = options.KeepErrors ? HeldErrors(y, models.Length, options) : [],
        };
    }

    private void Weigh(int models, ReadOnlySpan<double> y, bool sparse, int folds, Span<double> weights)
    {
        BacktestWeights.Set(_backtest, y, sparse, models, folds, weights);
        _variants.Choose(_backtest, y, sparse, folds, weights[..models]);
    }

    private double[] Held(int place, SeriesOptions options)
    {
        var held = new double[options.Horizon];
        Array.Fill(held, double.NaN);
        if (_backtest.Plan.Folds == 0) return held;
        for (var h = 0; h < held.Length; h++)
            if (_series.IsIdle(_series.Given - held.Length + h)) held[h] = 0;
        var last = _backtest.Forecast(place, _backtest.Plan.Folds - 1);
        var floor = options.NonNegative ? 0 : double.NegativeInfinity;
        for (var h = 0; h < last.Length; h++)
        {
            var at = _series.Source(_series.Length - last.Length + h) - (_series.Given - options.Horizon);
            if (at >= 0) held[at] = Math.Max(floor, last[h]);
        }
        return held;
    }

    private double[] HeldErrors(ReadOnlySpan<double> y, int place, SeriesOptions options)
    {
        var plan = _backtest.Plan;
        var before = _series.Given - options.Horizon;
        // Models that were fitted to some of the last periods would tell of them.
        if (plan.Folds == 0 || before < 1 || _series.Source(plan.Cut - 1) >= before) return [];
        _combination.CombineHistory(_backtest, place, _heldWeights);
        return Errors(y[..plan.LastOrigin], _backtest.History(place), before);
    }

    /// <summary>One-step errors of the first <paramref name="count"/> periods of the series as it was given.</summary>
    private double[] Errors(ReadOnlySpan<double> y, ReadOnlySpan<double> fitted, int count)
    {
        var errors = new double[count];
        Array.Fill(errors, double.NaN);
        var skip = Math.Min(y.Length > 3 * _series.Season ? _series.Season : 1, y.Length / 2);
        for (var t = skip; t < y.Length && _series.Source(t) < count; t++)
            if (!_series.Missing[t]) errors[_series.Source(t)] = y[t] - fitted[t];
        return errors;
    }

    private SeriesForecast Finish(ReadOnlySpan<double> forecast, ReadOnlySpan<double> growth, string name, List<KeyValuePair<string, double>> weights, List<ModelAccuracy> accuracy, bool sparse, SeriesOptions options)
    {
        var ahead = options.Horizon;
        double[] mean = new double[ahead], median = new double[ahead], lo80 = new double[ahead], hi80 = new double[ahead], lo95 = new double[ahead], hi95 = new double[ahead];
        var open = 0;
        // What was never below 0 is not expected there, though it may fall there; demand cannot.
        var floor = options.NonNegative || sparse && _series.Least >= 0 ? 0 : double.NegativeInfinity;
        var centre = _series.Least >= 0 ? 0 : floor;
        for (var i = 0; i < ahead; i++)
        {
            var h = _series.StepAhead(i, options, ref open);
            if (h < 0) continue;
            var f = forecast[h];
            mean[i] = Math.Max(centre, f);
            median[i] = Math.Max(centre, f + _intervals.Offset(0.5, growth[h], h + 1));
            lo80[i] = Math.Max(floor, f + _intervals.Offset(0.1, growth[h], h + 1));
            hi80[i] = Math.Max(floor, f + _intervals.Offset(0.9, growth[h], h + 1));
            lo95[i] = Math.Max(floor, f + _intervals.Offset(0.025, growth[h], h + 1));
            hi95[i] = Math.Max(floor, f + _intervals.Offset(0.975, growth[h], h + 1));
        }
        var shortHistory = _series.Length < 8;
        return new SeriesForecast
        {
            Mean = mean, Median = median, Lo80 = lo80, Hi80 = hi80, Lo95 = lo95, Hi95 = hi95,
            Model = name,
            Status = shortHistory ? ForecastStatus.ShortHistory : ForecastStatus.Ok,
            Message = shortHistory ? $"{_series.Length} values only: no backtest" : _series.Filled > 0 ? $"{_series.Filled} gaps filled" : null,
            Sigma = _intervals.Sigma,
            Accuracy = accuracy,
            Weights = weights.Count > 1 ? weights : [],
            Effects = _variants.Effects(),
        };
    }

    // sigma says how far the value may be off: reconciliation then lets better known levels overrule it. One huge first order,
    // repeated every day and taken as certain, would otherwise swamp its whole shop.
    private SeriesForecast Constant(double value, SeriesOptions options, string model, ForecastStatus status, string message, double sigma = 0)
    {
        var ahead = options.Horizon;
        var v = options.NonNegative ? Math.Max(0, value) : value;
        var row = new double[ahead];
        var open = 0;
        for (var i = 0; i < ahead; i++) row[i] = _series.StepAhead(i, options, ref open) < 0 ? 0 : v;
        return new SeriesForecast
        {
            Mean = row, Median = [.. row], Lo80 = [.. row], Hi80 = [.. row], Lo95 = [.. row], Hi95 = [.. row],
            Model = model, Status = status, Message = message, Sigma = sigma, Accuracy = [],
        };
    }

    private static Span<double> Clear(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[Math.Max(length, 2 * array.Length)];
        var span = array.AsSpan(0, length);
        span.Clear();
        return span;
    }
}
