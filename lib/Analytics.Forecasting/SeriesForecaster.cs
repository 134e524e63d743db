namespace Analytics.Forecasting;

/// <summary>
/// Forecasts single series: prepares the values, measures models in a rolling backtest, combines the better ones and
/// gives intervals. Any input has an answer. An instance is for one thread and keeps its memory between series; results
/// depend on the input alone.
/// </summary>
public sealed class SeriesForecaster
{
    private readonly PreparedSeries _series = new();
    private readonly RollingBacktest _backtest = new();
    private readonly IntervalBuilder _intervals = new();
    private readonly SeriesModel[] _regular, _intermittent, _short;
    private readonly double[] _weights, _finalWeights;
    private double[] _forecast = [], _part = [], _fitted = [], _partFitted = [], _growth = [], _partGrowth = [];

    /// <summary>Makes a forecaster with its own scratch memory.</summary>
    public SeriesForecaster()
    {
        _regular =
        [
            new SeasonalNaiveModel(), new EtsModel(), new ThetaModel(ThetaKind.Dynamic), new WindowAverageModel(8, seasonal: true),
            new WindowAverageModel(28),
        ];
        _intermittent =
        [
            new SeasonalNaiveModel(), new WindowAverageModel(0), new WindowAverageModel(56), new CrostonModel(true), new TsbModel(),
            new AggregationModel(false), new WindowAverageModel(12, seasonal: true),
        ];
        _short = [new SeasonalNaiveModel(), new EtsModel([EtsForm.Stable[0]]), new DriftModel()];
        _weights = new double[16];
        _finalWeights = new double[16];
    }

    /// <summary>Forecasts one series.</summary>
    /// <param name="values">One value a period in time order; NaN for closed or missing periods.</param>
    /// <param name="options">Horizon, seasons and bounds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The horizon is below 1.</exception>
    public SeriesForecast Forecast(ReadOnlySpan<double> values, SeriesOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Horizon, 1);
        _series.Prepare(values, options);
        var n = _series.Length;
        if (n == 0) return Constant(0, options, "None", ForecastStatus.Failed, values.IsEmpty ? "the series is empty" : "no period has a value");
        if (n == 1) return Constant(_series.Values[0], options, "Naive", ForecastStatus.ShortHistory, "one value only: repeated, without intervals");
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
        var sparse = n - _series.NonZero > 0.3 * n && _series.NonZero < 60 || _series.NonZero < 0.35 * n;
        var models = sparse && n >= 8 ? _intermittent : n < 8 ? _short : _regular;
        return Combine(models, sparse, options);
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
        _backtest.Run(y, season, models, plan);
        Weigh(y, models, sparse);

        var forecast = Clear(ref _forecast, ahead);
        var fitted = Clear(ref _fitted, n);
        var growth = Clear(ref _growth, ahead);
        var part = Clear(ref _part, ahead);
        var partFitted = Clear(ref _partFitted, n);
        var partGrowth = Clear(ref _partGrowth, ahead);
        double sum = 0;
        var names = new List<KeyValuePair<string, double>>();
        for (var m = 0; m < models.Length; m++)
        {
            var w = _weights[m];
            _finalWeights[m] = 0;
            if (w <= 0 || !models[m].Fit(y, season)) continue;
            models[m].Run(y, partFitted, part);
            var finite = true;
            foreach (var v in part) finite &= double.IsFinite(v);
            foreach (var v in partFitted) finite &= double.IsFinite(v);
            if (!finite) continue;
            if (!models[m].VarianceGrowth(partGrowth)) partGrowth.Fill(1);
            for (var h = 0; h < ahead; h++)
            {
                forecast[h] += w * part[h];
                growth[h] += w * partGrowth[h];
            }
            for (var t = 0; t < n; t++) fitted[t] += w * partFitted[t];
            _finalWeights[m] = w;
            sum += w;
            names.Add(new(models[m].Name, w));
        }
        if (!(sum > 0))
        {
            return Constant(y[^1], options, "Naive", ForecastStatus.Fallback, "no model gave finite numbers: the last value repeated");
        }
        for (var h = 0; h < ahead; h++) (forecast[h], growth[h]) = (forecast[h] / sum, growth[h] / sum);
        for (var t = 0; t < n; t++) fitted[t] /= sum;
        for (var i = 0; i < names.Count; i++) names[i] = new(names[i].Key, names[i].Value / sum);
        var name = string.Join('+', names.Select(x => x.Key));

        CombineFolds(models.Length, plan);
        _intervals.Build(y, fitted, growth, _backtest, plan.Folds > 0 ? models.Length : -1, season, sparse);
        var accuracy = new List<ModelAccuracy>();
        if (plan.Folds > 0)
        {
            for (var m = 0; m < models.Length; m++)
                if (_backtest.IsValid(m)) accuracy.Add(_backtest.Accuracy(y, m, models[m].Name, names.Count == 1 && _finalWeights[m] > 0, null, null));
            if (names.Count > 1) accuracy.Add(_backtest.Accuracy(y, models.Length, name, true, _intervals.Coverage80, _intervals.Coverage95));
        }
        return Finish(forecast, growth, name, names, accuracy, options);
    }

    /// <summary>
    /// Weights by inverse error in the backtest, shrunk towards equal ones; the benchmark takes part only where nothing else can.
    /// </summary>
    private void Weigh(ReadOnlySpan<double> y, SeriesModel[] models, bool sparse)
    {
        var plan = _backtest.Plan;
        var least = double.PositiveInfinity;
        Span<double> errors = stackalloc double[16];
        for (var m = 0; m < models.Length; m++)
        {
            errors[m] = double.PositiveInfinity;
            if (plan.Folds == 0 || !_backtest.IsValid(m)) continue;
            var (absolute, squared) = _backtest.Errors(y, m);
            errors[m] = sparse ? squared : 0.5 * (absolute + squared);
            if (m > 0) least = Math.Min(least, errors[m]);
        }
        var any = false;
        for (var m = 0; m < models.Length; m++)
        {
            if (plan.Folds == 0)
            {
                _weights[m] = 1;
                any = true;
                continue;
            }
            var ratio = double.IsInfinity(errors[m]) ? 0 : least > 0 ? least / errors[m] : errors[m] == 0 ? 1 : 0;
            _weights[m] = m == 0 || ratio < 0.75 ? 0 : ratio * ratio * ratio * ratio;
            any |= _weights[m] > 0;
        }
        if (!any) _weights[0] = 1;
    }

    private void CombineFolds(int place, BacktestPlan plan)
    {
        for (var fold = 0; fold < plan.Folds; fold++)
        {
            var to = _backtest.Forecast(place, fold);
            to.Clear();
            double sum = 0;
            for (var m = 0; m < place; m++)
            {
                if (_finalWeights[m] <= 0 || !_backtest.IsValid(m)) continue;
                var from = _backtest.Forecast(m, fold);
                for (var h = 0; h < to.Length; h++) to[h] += _finalWeights[m] * from[h];
                sum += _finalWeights[m];
            }
            for (var h = 0; h < to.Length; h++) to[h] /= sum;
        }
    }

    private SeriesForecast Finish(ReadOnlySpan<double> forecast, ReadOnlySpan<double> growth, string name, List<KeyValuePair<string, double>> weights, List<ModelAccuracy> accuracy, SeriesOptions options)
    {
        var ahead = options.Horizon;
        double[] mean = new double[ahead], median = new double[ahead], lo80 = new double[ahead], hi80 = new double[ahead], lo95 = new double[ahead], hi95 = new double[ahead];
        var open = 0;
        var floor = options.NonNegative ? 0 : double.NegativeInfinity;
        for (var i = 0; i < ahead; i++)
        {
            var h = _series.StepAhead(i, options, ref open);
            if (h < 0) continue;
            var f = forecast[h];
            mean[i] = Math.Max(floor, f);
            median[i] = Math.Max(floor, f + _intervals.Offset(0.5, growth[h]));
            lo80[i] = Math.Max(floor, f + _intervals.Offset(0.1, growth[h]));
            hi80[i] = Math.Max(floor, f + _intervals.Offset(0.9, growth[h]));
            lo95[i] = Math.Max(floor, f + _intervals.Offset(0.025, growth[h]));
            hi95[i] = Math.Max(floor, f + _intervals.Offset(0.975, growth[h]));
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
        };
    }

    private SeriesForecast Constant(double value, SeriesOptions options, string model, ForecastStatus status, string message)
    {
        var ahead = options.Horizon;
        var v = options.NonNegative ? Math.Max(0, value) : value;
        var row = new double[ahead];
        var open = 0;
        for (var i = 0; i < ahead; i++) row[i] = _series.StepAhead(i, options, ref open) < 0 ? 0 : v;
        return new SeriesForecast
        {
            Mean = row, Median = [.. row], Lo80 = [.. row], Hi80 = [.. row], Lo95 = [.. row], Hi95 = [.. row],
            Model = model, Status = status, Message = message, Accuracy = [],
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
