using CsCheck;

namespace Analytics.Forecasting.Tests;

public sealed class ReconciliationTests
{
    [Fact]
    public void Sums_hold_exactly_for_any_base_forecasts()
    {
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 5], Gen.Int[0, 4], Gen.Bool, Gen.Enum<ReconciliationMethod>(), Gen.Int[0, 1_000_000]).Sample((items, categories, countries, nonNegative, method, seed) =>
        {
            var random = new Random(seed);
            double[] Row() => [.. Enumerable.Range(0, 3).Select(_ => random.Next(5) switch { 0 => 0, 1 => random.NextDouble() * 1e9, 2 => -random.NextDouble() * 10, 3 => random.NextDouble() * 1e-7, _ => random.NextDouble() * 100 })];
            double[] Variances(int n) => [.. Enumerable.Range(0, n).Select(_ => random.Next(4) == 0 ? 0 : random.NextDouble() * 100)];
            var f = new HierarchyForecasts
            {
                Total = Row(), TotalVariance = random.Next(3) == 0 ? 0 : 5,
                Categories = [.. Enumerable.Range(0, categories).Select(_ => Row())], CategoryVariances = Variances(categories),
                Items = [.. Enumerable.Range(0, items).Select(_ => Row())], ItemVariances = Variances(items),
                ItemCategory = categories == 0 ? [] : [.. Enumerable.Range(0, items).Select(_ => random.Next(categories))],
                Countries = [.. Enumerable.Range(0, countries).Select(_ => Row())], CountryVariances = Variances(countries),
                NonNegative = nonNegative, Method = method,
            };
            var r = Reconciliation.Reconcile(f);
            for (var h = 0; h < 3; h++)
            {
                if (items > 0) Assert.Equal(r.Total[h], Sum(r.Items, h));
                if (items > 0 && categories > 0) Assert.Equal(r.Total[h], Sum(r.Categories, h));
                if (countries > 0) Assert.Equal(r.Total[h], Sum(r.Countries, h));
                for (var c = 0; c < categories; c++)
                {
                    Int128 sum = 0;
                    for (var i = 0; i < items; i++) sum += f.ItemCategory[i] == c ? r.Items[i][h] : 0;
                    if (items > 0) Assert.Equal(r.Categories[c][h], sum);
                }
                if (!nonNegative) continue;
                Assert.All(r.Items.Concat(r.Categories).Concat(r.Countries), row => Assert.True(row[h] >= 0));
            }
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void Weighted_least_squares_is_the_normal_equations_solution()
    {
        // total 12 (variance 1), items 5 and 4 (variances 1 and 2): the sum is 9 with variance 3, so the total moves to
        // 12 + (9 − 12) · 1/4 = 11.25, and the gap of 2.25 is divided 1 : 2.
        var r = Reconciliation.Reconcile(new HierarchyForecasts { Total = [12], TotalVariance = 1, Items = [[5], [4]], ItemVariances = [1, 2] });
        Assert.Equal((Int128)112_500_000, r.Total[0]);
        Assert.Equal((Int128)57_500_000, r.Items[0][0]);
        Assert.Equal((Int128)55_000_000, r.Items[1][0]);
    }

    [Fact]
    public void Rounding_gives_what_is_left_to_the_largest_remainders_and_ties_to_the_first()
    {
        var r = Reconciliation.Reconcile(new HierarchyForecasts { Total = [1], TotalVariance = 1, Method = ReconciliationMethod.TopDown, Items = [[1], [1], [1]], ItemVariances = [1, 1, 1] });
        Assert.Equal([3_333_334, 3_333_333, 3_333_333], r.Items.Select(x => (int)x[0]));
    }

    [Fact]
    public void Bad_shapes_are_named()
    {
        var e = Assert.Throws<ArgumentException>(() => Reconciliation.Reconcile(new HierarchyForecasts { Total = [1], Items = [[1, 2]], ItemVariances = [1] }));
        Assert.Contains("item 0 has 2 periods, the total has 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shifted_intervals_follow_the_mean_and_stop_at_zero()
    {
        var f = new SeriesForecast { Mean = [5], Median = [5], Lo80 = [3], Hi80 = [7], Lo95 = [2], Hi95 = [8], Model = "m", Status = ForecastStatus.Ok, Accuracy = [] };
        var s = Reconciliation.Shift(f, [(Int128)20_000_000], true);
        Assert.Equal([2.0, 2, 0, 4, 0, 5], [s.Mean[0], s.Median[0], s.Lo80[0], s.Hi80[0], s.Lo95[0], s.Hi95[0]]);
    }

    private static Int128 Sum(Int128[][] rows, int h)
    {
        Int128 sum = 0;
        foreach (var row in rows) sum += row[h];
        return sum;
    }
}
