namespace Analytics.Forecasting;

/// <summary>A model's errors in the rolling backtest of one series.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Folds">How many origins were forecast from.</param>
/// <param name="Mase">Mean absolute error over that of the in-sample seasonal naive forecast (Hyndman and Koehler 2006); null where the scale is 0.</param>
/// <param name="Smape">Mean of 200 |e| / (|y| + |f|), a term 0 where both are 0.</param>
/// <param name="Rmsse">Root of the mean squared error over that of the in-sample naive forecast (M5); null where the scale is 0.</param>
/// <param name="Coverage80">The share of values inside the 80 % interval; null where no interval was made.</param>
/// <param name="Coverage95">The same for 95 %.</param>
/// <param name="Chosen">Whether the published forecast is this model's, or the combination that this row stands for.</param>
public sealed record ModelAccuracy(string Model, int Folds, double? Mase, double? Smape, double? Rmsse, double? Coverage80, double? Coverage95, bool Chosen);
