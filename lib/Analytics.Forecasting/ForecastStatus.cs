namespace Analytics.Forecasting;

/// <summary>How a forecast came about.</summary>
public enum ForecastStatus
{
    /// <summary>By the usual models.</summary>
    Ok,

    /// <summary>A plainer model than usual; the message says why.</summary>
    Fallback,

    /// <summary>Too few values for any model that learns.</summary>
    ShortHistory,

    /// <summary>There was nothing to forecast from; the values are 0.</summary>
    Failed,
}
