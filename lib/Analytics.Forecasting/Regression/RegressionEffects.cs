namespace Analytics.Forecasting;

/// <summary>
/// The effects of regressors on a series whose errors follow exponential smoothing. Additive smoothing is linear in the data, so
/// its one-step errors of the series, regressed on its one-step errors of every regressor and of every starting state, are the
/// generalised least squares estimate (the linear innovations model of Hyndman, Koehler, Ord and Snyder 2008, chapter 9; the
/// regression of innovations as in de Jong 1991). Coefficients are shrunk by a ridge penalty chosen, with the smoothing
/// parameters, by generalised cross-validation. Series above 0 are taken in logarithms: their effects multiply.
/// </summary>
internal sealed class RegressionEffects(RegressionDesign design)
{
    /// <summary>A longer season has no starting states of its own here; the models behind have it.</summary>
    private const int LongestSeason = 60;

    private static readonly double[] s_levels = [0.02, 0.1, 0.3, 0.6], s_seasons = [0, 0.1], s_penalties = [0, 0.3, 1, 3, 10, 30, 100, 300];
    private readonly RidgeRegression _ridge = new();
    private double[] _values = [], _columns = [], _errors = [], _states = [], _penalty = [], _coefficients = [], _means = [], _deviations = [];
    private int _version = -1, _length, _season;
    private bool _found;

    /// <summary>Whether effects multiply.</summary>
    public bool Multiplicative { get; private set; }

    /// <summary>A coefficient of the last estimate, by column of the design.</summary>
    public double Coefficient(int column) => _coefficients[column];

    /// <summary>
    /// Estimates from the first values of the design's series; asked again for the same, it remembers.
    /// </summary>
    /// <param name="y">The values.</param>
    /// <param name="missing">Which of them were filled in; they say nothing.</param>
    /// <param name="season">The season's length.</param>
    /// <returns>False where regressors explain nothing beyond chance.</returns>
    public bool Estimate(ReadOnlySpan<double> y, ReadOnlySpan<bool> missing, int season)
    {
        if (_version == design.Version && _length == y.Length && _season == season) return _found;
        (_version, _length, _season) = (design.Version, y.Length, season);
        return _found = Search(y, missing[..y.Length], season is > 1 and <= LongestSeason && y.Length > 3 * season ? season : 1);
    }

    /// <summary>What regressors add to a period's value, or to its logarithm; on average 0 over the estimate's periods.</summary>
    public double At(int t)
    {
        double sum = 0;
        for (var j = 0; j < design.Count; j++)
            if (_coefficients[j] != 0) sum += _coefficients[j] * (design.Column(j)[t] - _means[j]);
        return sum;
    }

    private bool Search(ReadOnlySpan<double> y, ReadOnlySpan<bool> missing, int season)
    {
        int n = y.Length, k = design.Count, states = season > 1 ? season : 1;
        if (_coefficients.Length < k) (_coefficients, _means, _deviations) = (new double[k], new double[k], new double[k]);
        _coefficients.AsSpan(0, k).Clear();
        if (k == 0 || n < 12 + 2 * states) return false;
        var least = double.PositiveInfinity;
        for (var t = 0; t < n; t++)
            if (!missing[t]) least = Math.Min(least, y[t]);
        Multiplicative = least > 0;
        Grow(ref _values, n);
        for (var t = 0; t < n; t++) _values[t] = missing[t] ? 0 : Multiplicative ? StableMath.Log(y[t]) : y[t];
        Standardise(n, missing);

        // States first, so that the model without regressors is the equations' upper left corner.
        Grow(ref _columns, (states + k) * n);
        Grow(ref _errors, n);
        Grow(ref _penalty, states + k);
        double best = double.PositiveInfinity, none = double.PositiveInfinity, bestLevel = 0, bestSeason = 0;
        foreach (var level in s_levels)
        {
            foreach (var seasonal in season > 1 ? s_seasons : [0.0])
            {
                Whiten(n, season, level, seasonal, missing);
                none = Math.Min(none, _ridge.Solve(Penalties(states, 0, 0)));
                var score = _ridge.Solve(Penalties(states, k, 1));
                if (score < best) (best, bestLevel, bestSeason) = (score, level, seasonal);
            }
        }
        if (!double.IsFinite(best)) return false;
        Whiten(n, season, bestLevel, bestSeason, missing);
        var penalty = 1.0;
        foreach (var p in s_penalties)
        {
            var score = _ridge.Solve(Penalties(states, k, p));
            if (score < best) (best, penalty) = (score, p);
        }
        if (!(best < none)) return false;
        _ridge.Solve(Penalties(states, k, penalty));
        for (var j = 0; j < k; j++) _coefficients[j] = _deviations[j] > 0 ? _ridge.Coefficients[states + j] / _deviations[j] : 0;
        return true;
    }

    private void Standardise(int n, ReadOnlySpan<bool> missing)
    {
        for (var j = 0; j < design.Count; j++)
        {
            var x = design.Column(j);
            double sum = 0, squares = 0;
            var count = 0;
            for (var t = 0; t < n; t++)
            {
                if (missing[t]) continue;
                sum += x[t];
                count++;
            }
            _means[j] = count > 0 ? sum / count : 0;
            for (var t = 0; t < n; t++)
                if (!missing[t]) squares += (x[t] - _means[j]) * (x[t] - _means[j]);
            var deviation = count > 0 ? Math.Sqrt(squares / count) : 0;
            _deviations[j] = deviation > 1e-12 * Math.Abs(_means[j]) ? deviation : 0;
        }
    }

    private ReadOnlySpan<double> Penalties(int states, int regressors, double penalty)
    {
        var row = _penalty.AsSpan(0, states + regressors);
        // Next to nothing on the states keeps the equations solvable; a regressor that did not vary yet is held at 0.
        row[..states].Fill(1e-6);
        for (var j = 0; j < regressors; j++) row[states + j] = _deviations[j] > 0 ? penalty + 1e-6 : 1;
        return row;
    }

    private void Whiten(int n, int season, double level, double seasonal, ReadOnlySpan<bool> missing)
    {
        var states = season > 1 ? season : 1;
        Filter(_values.AsSpan(0, n), missing, season, level, seasonal, _errors.AsSpan(0, n));
        var column = _columns.AsSpan();
        Span<double> input = _work.Length >= n ? _work.AsSpan(0, n) : (_work = new double[n]);
        for (var i = 0; i < states; i++)
        {
            // State 0 is the level, the others are phases; the last phase is what the others leave.
            for (var t = 0; t < n; t++) input[t] = i == 0 || t % season == i - 1 ? 1 : 0;
            Filter(input, missing, season, level, seasonal, column.Slice(i * n, n));
        }
        for (var j = 0; j < design.Count; j++)
        {
            var x = design.Column(j);
            if (_deviations[j] > 0) for (var t = 0; t < n; t++) input[t] = (x[t] - _means[j]) / _deviations[j];
            else input.Clear();
            Filter(input, missing, season, level, seasonal, column.Slice((states + j) * n, n));
        }
        _ridge.Set(column[..((states + design.Count) * n)], states + design.Count, n, _errors.AsSpan(0, n));
    }

    private double[] _work = [];

    /// <summary>One-step errors of additive smoothing from states of 0; none where the value is missing.</summary>
    private void Filter(ReadOnlySpan<double> x, ReadOnlySpan<bool> missing, int season, double level, double seasonal, Span<double> errors)
    {
        Grow(ref _states, season);
        _states.AsSpan(0, season).Clear();
        double l = 0;
        for (int t = 0, place = 0; t < x.Length; t++)
        {
            var e = missing[t] ? 0 : x[t] - l - (season > 1 ? _states[place] : 0);
            errors[t] = e;
            l += level * e;
            if (season <= 1) continue;
            _states[place] += seasonal * e;
            if (++place == season) place = 0;
        }
    }

    private static void Grow(ref double[] array, int length)
    {
        if (array.Length < length) array = new double[Math.Max(length, 2 * array.Length)];
    }
}
