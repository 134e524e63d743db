namespace Analytics.Forecasting;

/// <summary>The origins of a rolling backtest: fold k forecasts <see cref="Horizon"/> periods from <see cref="Cut"/> + k · <see cref="Step"/>.</summary>
internal readonly record struct BacktestPlan(int Cut, int Folds, int Step, int Horizon)
{
    /// <summary>The last fold's origin.</summary>
    public int LastOrigin => Cut + Math.Max(0, Folds - 1) * Step;

    /// <summary>How many folds end before the last one begins: what it could have known.</summary>
    public int FoldsBeforeLast
    {
        get
        {
            var count = 0;
            while (count < Folds - 1 && Cut + count * Step + Horizon <= LastOrigin) count++;
            return count;
        }
    }

    /// <summary>
    /// The tail that is held out is at most a third of the history; a history of fewer than 8 values has no backtest.
    /// </summary>
    public static BacktestPlan For(int length, int season, int horizon, int maxFolds)
    {
        if (length < 8 || maxFolds < 1) return default;
        var tail = length / 3;
        if (season > 1) tail = Math.Min(tail, Math.Max(length - 2 * season - 1, length / 4));
        var h = Math.Min(horizon, Math.Max(1, tail * 2 / 3));
        tail = Math.Min(tail, h * 5 / 2);
        var step = Math.Max(1, h / 3);
        var folds = Math.Min(maxFolds, 1 + (tail - h) / step);
        if (folds > 1) step = (tail - h) / (folds - 1);
        return new BacktestPlan(length - h - (folds - 1) * step, folds, step, h);
    }
}
