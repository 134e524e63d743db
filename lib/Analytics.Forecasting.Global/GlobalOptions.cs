namespace Analytics.Forecasting.Global;

/// <summary>How the global model is trained.</summary>
public sealed record GlobalOptions
{
    /// <summary>Periods ahead; at least 1.</summary>
    public int Horizon { get; init; } = 28;

    /// <summary>The shortest season in periods; 1 for none.</summary>
    public int Season { get; init; } = 1;

    /// <summary>How many origins of each series examples are taken from, the latest first.</summary>
    public int Origins { get; init; } = 12;

    /// <summary>The most examples; with more, every series gives fewer. Bounds memory (about 200 bytes an example) and time.</summary>
    public int MostExamples { get; init; } = 400_000;

    /// <summary>Boosting rounds.</summary>
    public int Rounds { get; init; } = 200;

    /// <summary>The seed of LightGBM.</summary>
    public int Seed { get; init; } = 20240229;
}
