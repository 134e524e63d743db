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
                TotalErrors = Noise(), CategoryErrors = [.. Enumerable.Range(0, categories).Select(_ => Noise())],
                ItemErrors = [.. Enumerable.Range(0, items).Select(_ => Noise())], CountryErrors = [.. Enumerable.Range(0, countries).Select(_ => Noise())],
            };
            double[] Noise() => [.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(5) == 0 ? double.NaN : random.NextDouble() - 0.5)];
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
    public void Minimum_trace_is_the_dense_solution_with_the_published_shrinkage()
    {
        var random = new Random(11);
        for (var round = 0; round < 20; round++)
        {
            int categories = round % 4 == 0 ? 0 : 2 + round % 3, items = 4 + round % 5, countries = round % 2 == 0 ? 0 : 3, length = 5 + 3 * round;
            int m = 1 + categories + items + countries;
            double[][] errors = [.. Enumerable.Range(0, m).Select(_ => Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5).ToArray())];
            // A shock that all share.
            for (var k = 0; k < length; k++)
                foreach (var (row, i) in errors.Select((row, i) => (row, i))) row[k] += Math.Sin(k * 3.7) * (1 + i % 3);
            double[] variances = [.. errors.Select(e => e.Sum(v => v * v) / length)];
            double[] values = [.. Enumerable.Range(0, m).Select(_ => 10 + 50 * random.NextDouble())];
            int[] category = categories == 0 ? [] : [.. Enumerable.Range(0, items).Select(i => i % categories)];
            var r = Reconciliation.Reconcile(new HierarchyForecasts
            {
                Method = ReconciliationMethod.MinimumTrace,
                Total = [values[0]], TotalVariance = variances[0], TotalErrors = errors[0],
                Categories = Rows(1, categories), CategoryVariances = variances[1..(1 + categories)], CategoryErrors = errors[1..(1 + categories)],
                Items = Rows(1 + categories, items), ItemVariances = variances[(1 + categories)..(1 + categories + items)], ItemErrors = errors[(1 + categories)..(1 + categories + items)],
                ItemCategory = category,
                Countries = Rows(1 + categories + items, countries), CountryVariances = variances[(1 + categories + items)..], CountryErrors = errors[(1 + categories + items)..],
            });
            double[][] Rows(int from, int count) => [.. Enumerable.Range(from, count).Select(i => new[] { values[i] })];
            var expected = Dense(values, errors, categories, items, countries, category);
            Assert.Equal(expected[0], (double)r.Total[0] / 1e7, 1e-5);
            for (var i = 0; i < items; i++) Assert.Equal(expected[1 + categories + i], (double)r.Items[i][0] / 1e7, 1e-5);
            for (var i = 0; i < countries; i++) Assert.Equal(expected[1 + categories + items + i], (double)r.Countries[i][0] / 1e7, 1e-5);
        }
    }

    /// <summary>
    /// The textbook: λ = Σ Var(r_ij) / Σ r_ij² over all pairs of rows (Schäfer and Strimmer 2005, uncentred as in R's hts), W as a matrix, and
    /// ŷ − W Cᵀ (C W Cᵀ)⁻¹ C ŷ by Gaussian elimination.
    /// </summary>
    private static double[] Dense(double[] y, double[][] errors, int categories, int items, int countries, int[] category)
    {
        int m = y.Length, n = errors[0].Length;
        double[][] x = [.. errors.Select(e => e.Select(v => v / Math.Sqrt(e.Sum(u => u * u) / n)).ToArray())];
        double over = 0, under = 0;
        double Product(int i, int j) => Enumerable.Range(0, n).Sum(k => x[i][k] * x[j][k]);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                if (i == j) continue;
                var p = Product(i, j);
                over += (Enumerable.Range(0, n).Sum(k => x[i][k] * x[i][k] * x[j][k] * x[j][k]) - p * p / n) / (n * (n - 1.0));
                under += p * p / n / n;
            }
        }
        var lambda = Math.Clamp(over / under, 0, 1);
        var w = new double[m, m];
        for (var i = 0; i < m; i++)
            for (var j = 0; j < m; j++) w[i, j] = (i == j ? 1 : 1 - lambda) * errors[i].Zip(errors[j], (a, b) => a * b).Sum() / n;
        var sums = new List<double[]>();
        double[] Row(int one, IEnumerable<int> parts)
        {
            var row = new double[m];
            row[one] = 1;
            foreach (var p in parts) row[p] = -1;
            return row;
        }
        if (categories > 0) sums.Add(Row(0, Enumerable.Range(1, categories)));
        else sums.Add(Row(0, Enumerable.Range(1, items)));
        for (var c = 0; c < categories; c++) sums.Add(Row(1 + c, Enumerable.Range(0, items).Where(i => category[i] == c).Select(i => 1 + categories + i)));
        if (countries > 0) sums.Add(Row(0, Enumerable.Range(1 + categories + items, countries)));
        var r = sums.Count;
        double[][] wc = [.. sums.Select(c => Enumerable.Range(0, m).Select(i => Enumerable.Range(0, m).Sum(j => w[i, j] * c[j])).ToArray())];
        var system = new double[r, r + 1];
        for (var p = 0; p < r; p++)
        {
            for (var q = 0; q < r; q++) system[p, q] = sums[p].Zip(wc[q], (a, b) => a * b).Sum();
            system[p, r] = sums[p].Zip(y, (a, b) => a * b).Sum();
        }
        for (var p = 0; p < r; p++)
        {
            for (var i = 0; i < r; i++)
            {
                if (i == p) continue;
                var f = system[i, p] / system[p, p];
                for (var q = p; q <= r; q++) system[i, q] -= f * system[p, q];
            }
        }
        return [.. Enumerable.Range(0, m).Select(i => y[i] - Enumerable.Range(0, r).Sum(q => wc[q][i] * system[q, r] / system[q, q]))];
    }

    [Fact]
    public void Minimum_trace_of_eight_thousand_items_is_coherent_and_bounded_in_time()
    {
        var random = new Random(5);
        const int Items = 8000, Categories = 40, Length = 150;
        double[] Noise() => [.. Enumerable.Range(0, Length).Select(_ => random.NextDouble() - 0.5)];
        var r = Reconciliation.Reconcile(new HierarchyForecasts
        {
            Method = ReconciliationMethod.MinimumTrace, NonNegative = true,
            Total = [9000, 8000], TotalVariance = 900, TotalErrors = Noise(),
            Categories = [.. Enumerable.Range(0, Categories).Select(_ => new double[] { 200, 210 })], CategoryVariances = [.. Enumerable.Repeat(30.0, Categories)],
            CategoryErrors = [.. Enumerable.Range(0, Categories).Select(_ => Noise())],
            Items = [.. Enumerable.Range(0, Items).Select(_ => new[] { random.NextDouble() * 2, random.NextDouble() * 2 })], ItemVariances = [.. Enumerable.Repeat(1.0, Items)],
            ItemErrors = [.. Enumerable.Range(0, Items).Select(_ => Noise())], ItemCategory = [.. Enumerable.Range(0, Items).Select(i => i % Categories)],
        });
        for (var h = 0; h < 2; h++)
        {
            Assert.Equal(r.Total[h], Sum(r.Items, h));
            Assert.Equal(r.Total[h], Sum(r.Categories, h));
            Assert.All(r.Items, row => Assert.True(row[h] >= 0));
        }
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
