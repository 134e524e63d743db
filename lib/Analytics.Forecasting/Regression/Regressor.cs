namespace Analytics.Forecasting;

/// <summary>Something known beside a series that may explain it: a promotion, a price, a holiday.</summary>
/// <param name="Name">Its name, for <see cref="SeriesForecast.Effects"/>.</param>
/// <param name="Values">
/// One value a period of the history, then one a period ahead. What is not known is NaN: in the history the value before is
/// taken for it; where any period ahead is not known, the regressor acts with a lag of at least the horizon.
/// </param>
public sealed record Regressor(string Name, double[] Values);

/// <summary>What a regressor was estimated to do, on the whole history.</summary>
/// <param name="Name">The regressor's name, with <c>[-n]</c> for its value n periods before.</param>
/// <param name="Coefficient">
/// The change for one unit more: of the value, or where <paramref name="Multiplicative"/> of its natural logarithm. 0 where the
/// history shows none.
/// </param>
/// <param name="Multiplicative">Whether effects multiply, as for series above 0, or add.</param>
public sealed record RegressorEffect(string Name, double Coefficient, bool Multiplicative);
