namespace Analytics.Forecasting;

/// <summary>
/// A weighted mean of several models' forecasts, value by value, without the least and the greatest one where there are
/// four or more, and without two at each end of six or more where the history is short (trimmed means: Jose and Winkler 2008, Simple robust averages of
/// forecasts). The backtest of a longer one weighs the models, and trimming more would overrule it.
/// </summary>
internal sealed class Combination(int mostModels)
{
    private readonly double[] _weights = new double[mostModels];
    private double[] _forecasts = [], _fitted = [];
    private int _models, _length, _ahead;
    private bool _trimsTwo;

    /// <summary>Begins a combination.</summary>
    /// <param name="models">How many models there are.</param>
    /// <param name="length">The history's length.</param>
    /// <param name="ahead">The horizon.</param>
    public void Start(int models, int length, int ahead)
    {
        (_models, _length, _ahead) = (models, length, ahead);
        _trimsTwo = length <= ModelSets.MostForAll;
        _weights.AsSpan().Clear();
        if (_forecasts.Length < models * ahead) _forecasts = new double[models * ahead];
        if (_fitted.Length < models * length) _fitted = new double[Math.Max(models * length, 2 * _fitted.Length)];
    }

    /// <summary>Where model m's forecasts go.</summary>
    public Span<double> Forecast(int m) => _forecasts.AsSpan(m * _ahead, _ahead);

    /// <summary>Where model m's one-step forecasts go.</summary>
    public Span<double> Fitted(int m) => _fitted.AsSpan(m * _length, _length);

    /// <summary>Takes a model in; false where it gave anything but numbers. A one-step forecast may be NaN where the model has none.</summary>
    public bool Take(int m, double weight)
    {
        foreach (var v in Forecast(m))
            if (!double.IsFinite(v)) return false;
        foreach (var v in Fitted(m))
            if (double.IsInfinity(v)) return false;
        _weights[m] = weight;
        return true;
    }

    /// <summary>Combines forecasts and one-step forecasts.</summary>
    public void Combine(Span<double> forecast, Span<double> fitted)
    {
        for (var h = 0; h < forecast.Length; h++) forecast[h] = Mean(_forecasts, h, _ahead, _weights);
        for (var t = 0; t < fitted.Length; t++) fitted[t] = Mean(_fitted, t, _length, _weights);
    }

    /// <summary>Combines the backtest's forecasts of one fold into the place behind the models'.</summary>
    public void CombineFold(RollingBacktest backtest, int fold, int place)
    {
        var to = backtest.Forecast(place, fold);
        Span<double> row = stackalloc double[_models];
        for (var h = 0; h < to.Length; h++)
        {
            for (var m = 0; m < _models; m++) row[m] = _weights[m] > 0 && backtest.IsValid(m) ? backtest.Forecast(m, fold)[h] : double.NaN;
            to[h] = Mean(row, 0, 1, _weights);
        }
    }

    /// <summary>Combines the one-step forecasts before the backtest's last origin, with weights of their own, into the place behind the models'.</summary>
    public void CombineHistory(RollingBacktest backtest, int place, ReadOnlySpan<double> weights)
    {
        var to = backtest.History(place);
        Span<double> row = stackalloc double[_models];
        for (var t = 0; t < to.Length; t++)
        {
            for (var m = 0; m < _models; m++) row[m] = backtest.IsValid(m) ? backtest.History(m)[t] : double.NaN;
            to[t] = Mean(row, 0, 1, weights);
        }
    }

    private double Mean(ReadOnlySpan<double> rows, int index, int stride, ReadOnlySpan<double> weights)
    {
        double sum = 0, weight = 0, least = double.PositiveInfinity, most = double.NegativeInfinity;
        double secondLeast = least, secondMost = most;
        int low = -1, high = -1, secondLow = -1, secondHigh = -1, count = 0;
        for (var m = 0; m < _models; m++)
        {
            var v = rows[m * stride + index];
            if (!(weights[m] > 0) || double.IsNaN(v)) continue;
            count++;
            sum += weights[m] * v;
            weight += weights[m];
            if (v < least) (secondLeast, secondLow, least, low) = (least, low, v, m);
            else if (v < secondLeast) (secondLeast, secondLow) = (v, m);
            if (v >= most) (secondMost, secondHigh, most, high) = (most, high, v, m);
            else if (v >= secondMost) (secondMost, secondHigh) = (v, m);
        }
        if (count < 4) return count > 0 ? sum / weight : 0;
        if (!_trimsTwo || count < 6) secondLow = secondHigh = -1;
        sum = weight = 0;
        for (var m = 0; m < _models; m++)
        {
            var v = rows[m * stride + index];
            if (!(weights[m] > 0) || double.IsNaN(v) || m == low || m == high || m == secondLow || m == secondHigh) continue;
            sum += weights[m] * v;
            weight += weights[m];
        }
        return sum / weight;
    }
}
