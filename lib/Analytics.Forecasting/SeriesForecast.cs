namespace Analytics.Forecasting;

/// <summary>One series' forecast; every array has one value a period ahead.</summary>
public sealed record SeriesForecast
{
    /// <summary>Expected values.</summary>
    public required double[] Mean { get; init; }

    /// <summary>Medians.</summary>
    public required double[] Median { get; init; }

    /// <summary>Lower ends of the 80 % intervals.</summary>
    public required double[] Lo80 { get; init; }

    /// <summary>Upper ends of the 80 % intervals.</summary>
    public required double[] Hi80 { get; init; }

    /// <summary>Lower ends of the 95 % intervals.</summary>
    public required double[] Lo95 { get; init; }

    /// <summary>Upper ends of the 95 % intervals.</summary>
    public required double[] Hi95 { get; init; }

    /// <summary>The name of the model or of the combination.</summary>
    public required string Model { get; init; }

    /// <summary>How it came about.</summary>
    public required ForecastStatus Status { get; init; }

    /// <summary>What was out of the ordinary; null for nothing.</summary>
    public string? Message { get; init; }

    /// <summary>The standard deviation of the one-step error, in the series' units; 0 where unknown. Reconciliation weighs by it.</summary>
    public double Sigma { get; init; }

    /// <summary>
    /// One-step errors a period of the history as it was given; NaN where there is none, as on closed days. Empty where not asked for.
    /// </summary>
    public double[] Errors { get; init; } = [];

    /// <summary>
    /// What the combination forecast in the backtest, from its last origin, for as many periods at the history's end as were asked for ahead; NaN where that
    /// origin lies behind the period, where the period is closed, and without backtest.
    /// </summary>
    public double[] Held { get; init; } = [];

    /// <summary>
    /// The one-step errors that were known before the periods of <see cref="Held"/>: with parameters from before the backtest's first origin and weights by the folds
    /// that end before its last one, a value a period of the history but the last ones, as many as were asked for ahead; NaN where there is none. Empty where not asked
    /// for, and where the backtest begins too late to keep the last periods out.
    /// </summary>
    public double[] HeldErrors { get; init; } = [];

    /// <summary>What was tried, with errors in the rolling backtest where there was one; the seasonal naive model is always among them.</summary>
    public required IReadOnlyList<ModelAccuracy> Accuracy { get; init; }

    /// <summary>The members of the combination with their weights; empty for a single model.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Weights { get; init; } = [];

    /// <summary>What the regressors do, where models with regressors were chosen; else empty.</summary>
    public IReadOnlyList<RegressorEffect> Effects { get; init; } = [];
}
