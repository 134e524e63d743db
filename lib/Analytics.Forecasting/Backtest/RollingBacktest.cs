namespace Analytics.Forecasting;

/// <summary>
/// Rolling-origin evaluation (Tashman 2000): each model is fitted once before the first origin and then runs on with
/// these parameters, so no forecast has seen what it is measured by.
/// </summary>
internal sealed class RollingBacktest
{
    private double[] _forecasts = [], _history = [];
    private bool[] _valid = [];
    private BacktestPlan _plan;
    private double _naiveScale, _squareScale;

    /// <summary>The plan of the last <see cref="Run"/>.</summary>
    public BacktestPlan Plan => _plan;

    /// <summary>Runs all models.</summary>
    /// <param name="y">The series.</param>
    /// <param name="season">Its season's length.</param>
    /// <param name="models">The models, the benchmark first.</param>
    /// <param name="plan">The origins.</param>
    /// <param name="keepHistory">Whether the one-step forecasts before the last origin are wanted.</param>
    public void Run(ReadOnlySpan<double> y, int season, ReadOnlySpan<SeriesModel> models, BacktestPlan plan, bool keepHistory = false)
    {
        _plan = plan;
        if (keepHistory && _history.Length < (models.Length + 1) * plan.LastOrigin) _history = new double[Math.Max((models.Length + 1) * plan.LastOrigin, 2 * _history.Length)];
        var size = plan.Folds * plan.Horizon;
        if (_forecasts.Length < (models.Length + 1) * size) _forecasts = new double[(models.Length + 1) * size];
        if (_valid.Length < models.Length) _valid = new bool[models.Length];
        if (plan.Folds == 0) return;
        var train = y[..plan.Cut];
        Scales(train, season);
        for (var m = 0; m < models.Length; m++)
        {
            _valid[m] = models[m].Fit(train, season);
            if (!_valid[m]) continue;
            for (var fold = 0; fold < plan.Folds && _valid[m]; fold++)
            {
                var f = Forecast(m, fold);
                models[m].Run(y[..(plan.Cut + fold * plan.Step)], keepHistory && fold == plan.Folds - 1 ? History(m) : default, f);
                foreach (var v in f) _valid[m] &= double.IsFinite(v);
            }
        }
    }

    /// <summary>Whether a model could be fitted and gave numbers.</summary>
    public bool IsValid(int model) => _plan.Folds > 0 && _valid[model];

    /// <summary>A model's forecasts from one origin.</summary>
    public Span<double> Forecast(int model, int fold) => _forecasts.AsSpan((model * _plan.Folds + fold) * _plan.Horizon, _plan.Horizon);

    /// <summary>A model's one-step forecasts before the last origin, with the parameters that it had at the first one; where they were asked for.</summary>
    public Span<double> History(int model) => _history.AsSpan(model * _plan.LastOrigin, _plan.LastOrigin);

    /// <summary>Mean absolute and root mean squared error of a model over the first folds.</summary>
    public (double Absolute, double Squared) Errors(ReadOnlySpan<double> y, int model, int folds)
    {
        double absolute = 0, squared = 0;
        for (var fold = 0; fold < folds; fold++)
        {
            var f = Forecast(model, fold);
            var actual = y.Slice(_plan.Cut + fold * _plan.Step, _plan.Horizon);
            for (var h = 0; h < f.Length; h++)
            {
                var e = actual[h] - f[h];
                absolute += Math.Abs(e);
                squared += e * e;
            }
        }
        var count = folds * _plan.Horizon;
        return (absolute / count, Math.Sqrt(squared / count));
    }

    /// <summary>The row of <c>forecast_accuracy</c> for a model.</summary>
    public ModelAccuracy Accuracy(ReadOnlySpan<double> y, int model, string name, bool chosen, double? coverage80 = null, double? coverage95 = null)
    {
        var (absolute, root) = Errors(y, model, _plan.Folds);
        double smape = 0;
        for (var fold = 0; fold < _plan.Folds; fold++)
        {
            var f = Forecast(model, fold);
            var actual = y.Slice(_plan.Cut + fold * _plan.Step, _plan.Horizon);
            for (var h = 0; h < f.Length; h++)
            {
                var size = Math.Abs(actual[h]) + Math.Abs(f[h]);
                smape += size > 0 ? 200 * Math.Abs(actual[h] - f[h]) / size : 0;
            }
        }
        smape /= _plan.Folds * _plan.Horizon;
        return new ModelAccuracy(name, _plan.Folds, Ratio(absolute, _naiveScale), smape, Ratio(root, _squareScale), coverage80, coverage95, chosen);
    }

    private static double? Ratio(double value, double scale) => scale > 0 && double.IsFinite(value / scale) ? value / scale : null;

    private void Scales(ReadOnlySpan<double> train, int season)
    {
        double absolute = 0, squared = 0;
        var lag = train.Length > season ? season : 1;
        for (var t = lag; t < train.Length; t++) absolute += Math.Abs(train[t] - train[t - lag]);
        for (var t = 1; t < train.Length; t++) squared += (train[t] - train[t - 1]) * (train[t] - train[t - 1]);
        _naiveScale = train.Length > lag ? absolute / (train.Length - lag) : 0;
        _squareScale = train.Length > 1 ? Math.Sqrt(squared / (train.Length - 1)) : 0;
    }
}
