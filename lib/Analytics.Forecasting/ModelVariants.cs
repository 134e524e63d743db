namespace Analytics.Forecasting;

/// <summary>
/// Models of a changed series beside the plain ones: without the effects of regressors, and without outliers and level
/// shifts. A variant replaces the plain models as a whole where its models are clearly better in the backtest; averaging both would
/// leave half of a promotion's effect in.
/// </summary>
internal sealed class ModelVariants
{
    /// <summary>A variant's error must be below this share of the plain models', so that chance alone does not choose it.</summary>
    private const double Regressed = 0.985, Cleaned = 0.9;

    private readonly PreparedSeries _series;
    private readonly RegressionDesign _design = new();
    private readonly RegressionEffects _effects;
    private readonly SeriesCleaning _cleaning;
    private readonly SeriesModel[] _regressed, _regressedSparse, _cleaned;
    private readonly List<(int From, int To, double Share)> _groups = [];
    private bool _useEffects;

    public ModelVariants(PreparedSeries series)
    {
        _series = series;
        _effects = new RegressionEffects(_design);
        _cleaning = new SeriesCleaning(series);
        _regressed = [.. Regular().Select(m => new RegressedModel(m, _effects, series)), new ArimaRegressionModel(_design, _effects, series)];
        _regressedSparse = [.. ((SeriesModel[])[new WindowAverageModel(56), new WindowAverageModel(28), new WindowAverageModel(12, seasonal: true), new EtsModel(null, averaged: true)]).Select(m => new RegressedModel(m, _effects, series))];
        _cleaned = [.. Regular().Select(m => new CleanedModel(m, _cleaning))];
        static SeriesModel[] Regular() =>
            [new EtsModel(null, averaged: true), new ThetaModel(ThetaKind.Dynamic, shrunk: true), new AdjustedModel(new EtsModel(null, averaged: true)), new WindowAverageModel(8, seasonal: true)];
    }

    /// <summary>The plain models, then the variants that apply.</summary>
    /// <param name="plain">The models of the series as it is, the benchmark first.</param>
    /// <param name="sparse">Whether it is intermittent demand.</param>
    /// <param name="length">How many values there were before preparation.</param>
    /// <param name="options">The series' options.</param>
    public SeriesModel[] Extend(SeriesModel[] plain, bool sparse, int length, SeriesOptions options)
    {
        _groups.Clear();
        _useEffects = false;
        _groups.Add((1, plain.Length, 1));
        var all = new List<SeriesModel>(plain);
        _design.Build(_series, length, options);
        if (_design.Count > 0) Add(all, sparse ? _regressedSparse : _regressed, Regressed);
        if (options.Robust && !sparse && _cleaning.Find(_series.Values)) Add(all, _cleaned, Cleaned);
        return all.Count == plain.Length ? plain : [.. all];
    }

    /// <summary>Leaves only the weights of one variant, or of the plain models.</summary>
    public void Choose(RollingBacktest backtest, ReadOnlySpan<double> y, bool sparse, int folds, Span<double> weights)
    {
        if (_groups.Count == 1) return;
        var chosen = 0;
        var least = double.PositiveInfinity;
        for (var g = 0; g < _groups.Count; g++)
        {
            var error = Error(backtest, y, sparse, folds, _groups[g].From, _groups[g].To) / _groups[g].Share;
            if (error < least) (least, chosen) = (error, g);
        }
        for (var g = 0; g < _groups.Count; g++)
            if (g != chosen) weights[_groups[g].From.._groups[g].To].Clear();
        _useEffects = chosen > 0 && _groups[chosen].Share == Regressed;
        var any = false;
        foreach (var w in weights) any |= w > 0;
        if (!any) weights[0] = 1;
    }

    /// <summary>The effects, where the regressed models were chosen.</summary>
    public IReadOnlyList<RegressorEffect> Effects()
    {
        if (!_useEffects) return [];
        var effects = new RegressorEffect[_design.Count];
        for (var j = 0; j < effects.Length; j++) effects[j] = new RegressorEffect(_design.Name(j), _effects.Coefficient(j), _effects.Multiplicative);
        return effects;
    }

    private void Add(List<SeriesModel> all, SeriesModel[] models, double share)
    {
        _groups.Add((all.Count, all.Count + models.Length, share));
        all.AddRange(models);
    }

    /// <summary>The mean error of a group's two best models: one alone is the best of many by chance too.</summary>
    private static double Error(RollingBacktest backtest, ReadOnlySpan<double> y, bool sparse, int folds, int from, int to)
    {
        double first = double.PositiveInfinity, second = double.PositiveInfinity;
        for (var m = from; m < to; m++)
        {
            if (folds == 0 || !backtest.IsValid(m)) continue;
            var (absolute, squared) = backtest.Errors(y, m, folds);
            var error = sparse ? squared : 0.5 * (absolute + squared);
            if (error < first) (first, second) = (error, first);
            else if (error < second) second = error;
        }
        return double.IsInfinity(second) ? first : 0.5 * (first + second);
    }
}
