namespace Analytics.Forecasting;

/// <summary>
/// Makes base forecasts of a total, its categories and items, and a second grouping coherent, step by step ahead.
/// </summary>
/// <remarks>
/// With a diagonal error covariance the least squares solution on a tree needs no matrix: estimates are combined by
/// precision on the way up, and what a parent gained is divided by variance on the way down. All sums run in index order.
/// </remarks>
public static class Reconciliation
{
    /// <summary>Units in 1: means are decimals with 7 places.</summary>
    public const double UnitsInOne = 1e7;

    /// <summary>Reconciles.</summary>
    /// <param name="forecasts">Base forecasts; values that are not finite count as 0.</param>
    /// <exception cref="ArgumentException">Rows have different lengths, or a category index is outside the categories.</exception>
    public static CoherentMeans Reconcile(HierarchyForecasts forecasts)
    {
        Check(forecasts);
        int steps = forecasts.Total.Length, items = forecasts.Items.Length;
        var hasCategories = forecasts.Categories.Length > 0;
        var categories = hasCategories ? forecasts.Categories.Length : 1;
        var countries = forecasts.Countries.Length;
        var members = Members(forecasts, categories);
        var result = new CoherentMeans(new Int128[steps], Rows(forecasts.Categories.Length, steps), Rows(items, steps), Rows(countries, steps));
        double[] item = new double[items], category = new double[categories], country = new double[countries];
        double[] itemVariance = Variances(forecasts.ItemVariances, forecasts.Items);
        double[] countryVariance = Variances(forecasts.CountryVariances, forecasts.Countries);
        double[] categoryVariance = new double[categories], itemSums = new double[categories], itemSumVariance = new double[categories];
        Int128[] itemUnits = new Int128[items], categoryUnits = new Int128[categories], countryUnits = new Int128[countries];
        var trace = forecasts.Method == ReconciliationMethod.MinimumTrace ? new TraceRows(forecasts, members, itemVariance, countryVariance) : null;
        var scratch = new LargestRemainder(Math.Max(items, Math.Max(categories, countries)));

        // The full covariance does without the tree's two passes, and ends them with sums that hold already.
        var weighted = forecasts.Method == ReconciliationMethod.WeightedLeastSquares || trace is { Usable: false };
        for (var step = 0; step < steps; step++)
        {
            for (var i = 0; i < items; i++) item[i] = Finite(forecasts.Items[i][step], forecasts.NonNegative);
            for (var i = 0; i < countries; i++) country[i] = Finite(forecasts.Countries[i][step], forecasts.NonNegative);
            if (trace is { Usable: true }) trace.Reconcile(step, item, country, forecasts.NonNegative);
            double sum = 0, variance = 0;
            for (var c = 0; c < categories; c++)
            {
                itemSums[c] = itemSumVariance[c] = 0;
                foreach (var i in members[c])
                {
                    itemSums[c] += item[i];
                    itemSumVariance[c] += itemVariance[i];
                }
                (category[c], categoryVariance[c]) = (itemSums[c], itemSumVariance[c]);
                if (hasCategories && members[c].Length == 0) (category[c], categoryVariance[c]) = (0, 0);
                else if (hasCategories && weighted)
                    Merge(ref category[c], ref categoryVariance[c], forecasts.Categories[c][step], Known(forecasts.CategoryVariances, c));
                else if (hasCategories && forecasts.Method == ReconciliationMethod.TopDown)
                    category[c] = Finite(forecasts.Categories[c][step], forecasts.NonNegative);
                sum += category[c];
                variance += categoryVariance[c];
            }
            var (total, totalVariance) = (sum, variance);
            if (weighted)
            {
                Merge(ref total, ref totalVariance, forecasts.Total[step], forecasts.TotalVariance);
                double countrySum = 0, spread = 0;
                for (var i = 0; i < countries; i++)
                {
                    countrySum += country[i];
                    spread += countryVariance[i];
                }
                if (countries > 0) Merge(ref total, ref totalVariance, countrySum, spread);
            }
            else if (forecasts.Method == ReconciliationMethod.TopDown)
            {
                total = Finite(forecasts.Total[step], forecasts.NonNegative);
            }
            if (forecasts.NonNegative) total = Math.Max(0, total);
            if (items == 0 && countries == 0) total = Finite(forecasts.Total[step], forecasts.NonNegative);

            var proportional = forecasts.Method == ReconciliationMethod.TopDown;
            Divide(category, categoryVariance, null, total, forecasts.NonNegative, proportional);
            for (var c = 0; c < categories; c++) Divide(item, itemVariance, members[c], category[c], forecasts.NonNegative, proportional);
            Divide(country, countryVariance, null, total, forecasts.NonNegative, proportional);

            var units = ToUnits(total);
            result.Total[step] = units;
            if (items > 0)
            {
                scratch.Round(category, null, units, forecasts.NonNegative, categoryUnits, c => members[c].Length > 0);
                for (var c = 0; c < categories; c++)
                {
                    if (members[c].Length > 0) scratch.Round(item, members[c], categoryUnits[c], forecasts.NonNegative, itemUnits, null);
                    if (hasCategories) result.Categories[c][step] = categoryUnits[c];
                }
                for (var i = 0; i < items; i++) result.Items[i][step] = itemUnits[i];
            }
            if (countries == 0) continue;
            scratch.Round(country, null, units, forecasts.NonNegative, countryUnits, null);
            for (var i = 0; i < countries; i++) result.Countries[i][step] = countryUnits[i];
        }
        return result;
    }

    /// <summary>
    /// A forecast with a coherent mean: median and intervals move by as much as the mean did, and stop at 0 where values cannot be negative.
    /// </summary>
    /// <param name="forecast">The base forecast.</param>
    /// <param name="mean">The coherent mean in units of 10⁻⁷, one a period ahead.</param>
    /// <param name="nonNegative">Whether bounds stop at 0.</param>
    public static SeriesForecast Shift(SeriesForecast forecast, ReadOnlySpan<Int128> mean, bool nonNegative)
    {
        var n = forecast.Mean.Length;
        double[] means = new double[n], median = new double[n], lo80 = new double[n], hi80 = new double[n], lo95 = new double[n], hi95 = new double[n];
        var floor = nonNegative ? 0 : double.NegativeInfinity;
        for (var h = 0; h < n; h++)
        {
            means[h] = (double)mean[h] / UnitsInOne;
            var move = means[h] - forecast.Mean[h];
            median[h] = Math.Max(floor, forecast.Median[h] + move);
            lo80[h] = Math.Max(floor, forecast.Lo80[h] + move);
            hi80[h] = Math.Max(floor, forecast.Hi80[h] + move);
            lo95[h] = Math.Max(floor, forecast.Lo95[h] + move);
            hi95[h] = Math.Max(floor, forecast.Hi95[h] + move);
        }
        return forecast with { Mean = means, Median = median, Lo80 = lo80, Hi80 = hi80, Lo95 = lo95, Hi95 = hi95 };
    }

    private static void Merge(ref double value, ref double variance, double other, double otherVariance)
    {
        if (!double.IsFinite(other) || !(otherVariance > 0) || double.IsInfinity(otherVariance)) return;
        var whole = variance + otherVariance;
        value += (other - value) * (variance / whole);
        variance *= otherVariance / whole;
    }

    /// <summary>Moves values so that they add up to a sum: by variance, or in proportion; cut at 0 where they may not be negative.</summary>
    private static void Divide(double[] values, double[] variances, int[]? members, double sum, bool nonNegative, bool proportional)
    {
        var count = members?.Length ?? values.Length;
        if (count == 0) return;
        double have = 0, spread = 0;
        for (var k = 0; k < count; k++)
        {
            var i = members?[k] ?? k;
            have += values[i];
            spread += variances[i];
        }
        if (proportional && have > 0 && sum >= 0)
        {
            for (var k = 0; k < count; k++) values[members?[k] ?? k] *= sum / have;
        }
        else
        {
            var gap = sum - have;
            for (var k = 0; k < count; k++)
            {
                var i = members?[k] ?? k;
                values[i] += spread > 0 ? gap * (variances[i] / spread) : gap / count;
            }
        }
        if (!nonNegative) return;
        double kept = 0;
        for (var k = 0; k < count; k++)
        {
            var i = members?[k] ?? k;
            values[i] = Math.Max(0, values[i]);
            kept += values[i];
        }
        if (!(kept > 0)) return;
        for (var k = 0; k < count; k++) values[members?[k] ?? k] *= sum / kept;
    }

    private static Int128 ToUnits(double value) => (Int128)Math.Round(value * UnitsInOne, MidpointRounding.AwayFromZero);

    private static double Finite(double value, bool nonNegative) => !double.IsFinite(value) ? 0 : nonNegative ? Math.Max(0, value) : value;

    private static double Known(double[] variances, int i) => i < variances.Length ? variances[i] : 0;

    /// <summary>A variance that is unknown is taken as a small one, so that what little is forecast there hardly moves.</summary>
    private static double[] Variances(double[] given, double[][] rows)
    {
        var least = double.PositiveInfinity;
        foreach (var v in given)
            if (v > 0 && double.IsFinite(v)) least = Math.Min(least, v);
        if (double.IsPositiveInfinity(least)) least = 1;
        var result = new double[rows.Length];
        for (var i = 0; i < result.Length; i++)
        {
            var v = Known(given, i);
            result[i] = v > 0 && double.IsFinite(v) ? v : least * 0.01;
        }
        return result;
    }

    private static int[][] Members(HierarchyForecasts forecasts, int categories)
    {
        if (forecasts.Categories.Length == 0) return [[.. Enumerable.Range(0, forecasts.Items.Length)]];
        var lists = new List<int>[categories];
        for (var c = 0; c < categories; c++) lists[c] = [];
        for (var i = 0; i < forecasts.Items.Length; i++) lists[forecasts.ItemCategory[i]].Add(i);
        return [.. lists.Select(x => x.ToArray())];
    }

    private static void Check(HierarchyForecasts f)
    {
        var steps = f.Total.Length;
        foreach (var (rows, what) in new[] { (f.Categories, "category"), (f.Items, "item"), (f.Countries, "country") })
        {
            for (var i = 0; i < rows.Length; i++)
                if (rows[i].Length != steps) throw new ArgumentException($"{what} {i} has {rows[i].Length} periods, the total has {steps}", nameof(f));
        }
        if (f.Categories.Length == 0) return;
        if (f.ItemCategory.Length != f.Items.Length) throw new ArgumentException($"{f.ItemCategory.Length} category indices for {f.Items.Length} items", nameof(f));
        for (var i = 0; i < f.ItemCategory.Length; i++)
        {
            if ((uint)f.ItemCategory[i] >= (uint)f.Categories.Length)
                throw new ArgumentException($"item {i} names category {f.ItemCategory[i]}, there are {f.Categories.Length}", nameof(f));
        }
    }

    private static Int128[][] Rows(int count, int steps)
    {
        var rows = new Int128[count][];
        for (var i = 0; i < count; i++) rows[i] = new Int128[steps];
        return rows;
    }
}
