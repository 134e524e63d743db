using Analytics.Customers.Internals;
using CsCheck;

namespace Analytics.Customers.Tests;

public sealed class SegmentationTests
{
    private static readonly SegmentationOptions Options = new();

    private static CustomerMeasures Measures(params (string Id, int Recency, long Frequency, decimal Monetary)[] rows) => new(
        [.. rows.Select(row => row.Id)], [.. rows.Select(row => row.Recency)], [.. rows.Select(row => row.Frequency)],
        [.. rows.Select(row => (Int128)(row.Monetary * 10_000_000m))]);

    /// <summary>Two far groups: three good customers, three who left.</summary>
    private static (string Id, int Recency, long Frequency, decimal Monetary)[] TwoGroups =>
    [
        ("a", 1, 40, 900m), ("b", 2, 50, 1000.50m), ("c", 3, 45, 1100m),
        ("x", 300, 1, 10m), ("y", 310, 1, 12.25m), ("z", 320, 2, -5m),
    ];

    internal static CustomerMeasures Shop(int customers, ulong seed)
    {
        var random = new SeededRandom(seed);
        var rows = new (string, int, long, decimal)[customers];
        for (var i = 0; i < customers; i++)
        {
            var group = random.Next(3);
            rows[i] = group switch
            {
                0 => ($"c{i}", random.Next(15), 20 + random.Next(40), 800 + random.Next(100_000) / 100m),
                1 => ($"c{i}", 200 + random.Next(150), 1 + random.Next(2), 5 + random.Next(5000) / 100m),
                _ => ($"c{i}", 20 + random.Next(80), 4 + random.Next(6), 80 + random.Next(20_000) / 100m),
            };
        }
        return Measures(rows);
    }

    [Fact]
    public void Two_groups_become_two_segments_with_exact_profiles()
    {
        var result = CustomerSegmentation.Run(Measures(TwoGroups), Options, SegmentHistory.None);
        Assert.Equal([1, 1, 1, 2, 2, 2], result.SegmentIds);
        var (good, gone) = (result.Profiles[0], result.Profiles[1]);
        Assert.Equal((3, 0.5, 2.0, 45.0), (good.Customers, good.Share, good.MedianRecencyDays, good.MedianFrequency));
        Assert.Equal((10_005_000_000, 30_005_000_000), (good.MedianMonetary, good.NetAmount));
        Assert.Equal((310.0, 1.0, (Int128)100_000_000, (Int128)172_500_000), (gone.MedianRecencyDays, gone.MedianFrequency, gone.MedianMonetary, gone.NetAmount));
        Assert.Equal([2, 3, 4, 5], result.Candidates.Select(candidate => candidate.Clusters));
        Assert.InRange(good.Silhouette!.Value, 0.8, 1);
        Assert.InRange(good.Stability!.Value, 0.8, 1);
        Assert.True(result.ClustersLimited);
        Assert.Equal(6, result.MeasuredCustomers);
        Assert.Equal(Math.Log(3), good.Centroid.LogRecency, 0.05);
        Assert.Equal(good.Name, result.NameOf(0));
    }

    [Fact]
    public void Medians_of_even_counts_are_halves_and_money_rounds_away_from_zero()
    {
        var result = CustomerSegmentation.Run(
            new(["a", "b"], [1, 2], [3, 4], [-5, -2]), Options, SegmentHistory.None);
        var all = Assert.Single(result.Profiles);
        Assert.Equal((1.5, 3.5, (Int128)(-4), (Int128)(-7)), (all.MedianRecencyDays, all.MedianFrequency, all.MedianMonetary, all.NetAmount));
        Assert.Equal((SegmentNaming.Single, null, null), (all.Name, all.Silhouette, all.Stability));
        Assert.Empty(result.Candidates);
    }

    [Fact]
    public void No_customers_no_segments()
    {
        var history = new SegmentHistory([new(4, "loyal", new(1, 1, 1))], 7);
        var result = CustomerSegmentation.Run(Measures(), Options, history);
        Assert.Empty(result.Profiles);
        Assert.Equal(new SegmentChange(4, SegmentFate.Gone, null, null), Assert.Single(result.Changes));
        Assert.Equal(7, result.History.LastId);
    }

    [Fact]
    public void Equal_customers_are_one_segment()
    {
        var result = CustomerSegmentation.Run(
            Measures([.. Enumerable.Range(0, 50).Select(i => ($"{i}", 7, 3L, 19.99m))]), Options, SegmentHistory.None);
        Assert.Equal(50, Assert.Single(result.Profiles).Customers);
        Assert.All(result.RecencyScores, score => Assert.Equal(1, score));
        Assert.True(result.ClustersLimited);
    }

    [Fact]
    public void Two_distinct_places_are_two_segments_whatever_least_is_asked_for()
    {
        var rows = Enumerable.Range(0, 20).Select(i => ($"{i:00}", i % 2 * 100, 1L + i % 2, 10m)).ToArray();
        var result = CustomerSegmentation.Run(Measures(rows), Options with { MinClusters = 4 }, SegmentHistory.None);
        Assert.Equal([10, 10], result.Profiles.Select(profile => profile.Customers));
        Assert.Equal(1.0, Assert.Single(result.Candidates).Silhouette);
        Assert.True(result.ClustersLimited);
    }

    [Fact]
    public void The_planted_groups_of_a_shop_are_found()
    {
        var shop = Shop(900, seed: 3);
        var result = CustomerSegmentation.Run(shop, Options, SegmentHistory.None);
        Assert.Equal(3, result.Profiles.Count);
        Assert.Contains(result.Profiles[0].Name, (string[])["champions", "loyal"]);
        Assert.Contains(result.Profiles[2].Name, (string[])["lapsed", "hibernating"]);
        Assert.All(result.Profiles, profile => Assert.InRange(profile.Stability!.Value, 0.95, 1));
        for (var i = 0; i < shop.Count; i++)
            Assert.Equal(shop.RecencyDays[i] < 15 ? 1 : shop.RecencyDays[i] < 100 ? 2 : 3, result.SegmentIds[i]);
        Assert.Equal(result.Candidates.MaxBy(candidate => candidate.Silhouette)!.Clusters, result.Profiles.Count);
    }

    [Fact]
    public void The_order_of_the_rows_changes_no_bit()
    {
        var shop = Shop(700, seed: 8);
        var expected = CustomerSegmentation.Run(shop, Options, SegmentHistory.None);
        var random = new SeededRandom(99);
        var order = Enumerable.Range(0, shop.Count).OrderBy(_ => random.NextDouble()).ToArray();
        T[] Shuffled<T>(ReadOnlySpan<T> values)
        {
            var shuffled = new T[order.Length];
            for (var i = 0; i < order.Length; i++) shuffled[i] = values[order[i]];
            return shuffled;
        }
        var result = CustomerSegmentation.Run(
            new(Shuffled(shop.CustomerIds), Shuffled(shop.RecencyDays), Shuffled(shop.Frequency), Shuffled(shop.Monetary)), Options, SegmentHistory.None);
        Assert.Equal(Shuffled<int>(expected.SegmentIds), result.SegmentIds);
        Assert.Equal(Shuffled<int>(expected.MonetaryScores), result.MonetaryScores);
        AssertSameBits(expected, result);
    }

    [Theory]
    [InlineData(700, 10_000)]
    [InlineData(5000, 400)]
    public void The_number_of_threads_changes_no_bit(int customers, int sampleLimit)
    {
        var options = Options with { SampleLimit = sampleLimit, MaxClusters = 5, Restarts = 3 };
        var shop = Shop(customers, seed: 21);
        var alone = CustomerSegmentation.Run(shop, options, SegmentHistory.None, threads: 1);
        foreach (var threads in (int[])[2, 3, 7, 0])
        {
            var together = CustomerSegmentation.Run(shop, options, SegmentHistory.None, threads);
            Assert.Equal(alone.SegmentIds, together.SegmentIds);
            AssertSameBits(alone, together);
        }
    }

    [Fact]
    public void Beyond_the_limit_a_sample_decides_and_everyone_is_clustered()
    {
        var shop = Shop(6000, seed: 4);
        var whole = CustomerSegmentation.Run(shop, Options with { MaxClusters = 6, Resamples = 0 }, SegmentHistory.None);
        var sampled = CustomerSegmentation.Run(shop, Options with { MaxClusters = 6, Resamples = 5, SampleLimit = 300 }, SegmentHistory.None);
        Assert.Equal((6000, 300), (whole.MeasuredCustomers, sampled.MeasuredCustomers));
        Assert.Equal(whole.SegmentIds, sampled.SegmentIds);
        Assert.Equal(whole.Profiles.Select(profile => profile.Centroid), sampled.Profiles.Select(profile => profile.Centroid));
        Assert.All(whole.Profiles, profile => Assert.Null(profile.Stability));
        Assert.All(whole.Profiles.Zip(sampled.Profiles), pair => Assert.Equal(pair.First.Silhouette!.Value, pair.Second.Silhouette!.Value, 0.05));
    }

    [Fact]
    public void Tomorrow_the_segments_have_the_same_ids_and_names()
    {
        var today = CustomerSegmentation.Run(Shop(900, seed: 3), Options, new([new(11, "at risk", new(99, 99, 99))], 11));
        Assert.Equal([12, 13, 14], today.Profiles.Select(profile => profile.SegmentId));
        var shop = Shop(900, seed: 3);
        var tomorrow = CustomerSegmentation.Run(
            new(shop.CustomerIds.ToArray(), [.. shop.RecencyDays.ToArray().Select(days => days + 1)], shop.Frequency.ToArray(), shop.Monetary.ToArray()),
            Options, today.History);
        Assert.Equal(today.SegmentIds, tomorrow.SegmentIds);
        Assert.Equal(today.Profiles.Select(profile => profile.Name), tomorrow.Profiles.Select(profile => profile.Name));
        Assert.All(tomorrow.Changes, change => Assert.Equal(SegmentFate.Kept, change.Fate));
        Assert.Equal(14, tomorrow.History.LastId);
    }

    [Fact]
    public void A_clustering_without_time_to_settle_is_marked_and_whole()
    {
        var result = CustomerSegmentation.Run(Shop(500, seed: 5), Options with { MaxIterations = 1, Restarts = 1, MinClusters = 9 }, SegmentHistory.None);
        Assert.False(result.Converged);
        Assert.Equal(500, result.Profiles.Sum(profile => profile.Customers));
        Assert.All(result.Profiles, profile => Assert.True(double.IsFinite(profile.Centroid.LogRecency)));
    }

    [Fact]
    public void Work_that_is_called_off_stops()
    {
        using var called = new CancellationTokenSource();
        called.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => CustomerSegmentation.Run(Shop(100, 1), Options, SegmentHistory.None, 1, called.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => CustomerSegmentation.Run(Shop(100, 1), Options, SegmentHistory.None, 4, called.Token));
    }

    [Fact]
    public void Ids_sort_by_their_utf8_bytes()
    {
        // In UTF-16 the surrogates of the emoji sort before U+FF21; in UTF-8 after it.
        var measures = Measures(("\U0001F600", 1, 1, 1m), ("\uFF21", 1, 1, 1m), ("z", 1, 1, 1m));
        Assert.Equal([2, 1, 0], measures.Order);
    }

    [Fact]
    public void Bad_measures_are_refused_with_the_customer()
    {
        string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
        Assert.Contains("customer a has two rows", Message(() => Measures(("a", 1, 1, 1m), ("a", 2, 1, 1m))), StringComparison.Ordinal);
        Assert.Contains("customer b bought 3 days after", Message(() => Measures(("b", -3, 1, 1m))), StringComparison.Ordinal);
        Assert.Contains("customer c has 0 sale orders", Message(() => Measures(("c", 1, 0, 1m))), StringComparison.Ordinal);
        Assert.Contains("row 0 has no customer id", Message(() => Measures((null!, 1, 1, 1m))), StringComparison.Ordinal);
        Assert.Contains("surrogate", Message(() => Measures(("\uD83D", 1, 1, 1m))), StringComparison.Ordinal);
        Assert.Contains("1 customer ids came with 2 recencies", Message(() => new CustomerMeasures(["a"], [1, 2], [1], [1])), StringComparison.Ordinal);
        Assert.Contains("MaxClusters", Message(() => CustomerSegmentation.Run(Measures(), Options with { MinClusters = 5, MaxClusters = 4 }, SegmentHistory.None)), StringComparison.Ordinal);
    }

    [Fact]
    public void Standardised_logs_have_mean_zero_and_spread_one_and_constants_become_zero()
    {
        var logs = CustomerFeatures.Logs(Measures(("a", 0, 1, 0m), ("b", 9, 1, -50m), ("c", 99, 1, 99m)));
        Assert.Equal([0, Math.Log(10), Math.Log(100)], logs.Values[CustomerFeatures.Recency][..3], (left, right) => Math.Abs(left - right) < 1e-14);
        Assert.Equal([0, 0, Math.Log(100)], logs.Values[CustomerFeatures.Monetary][..3], (left, right) => Math.Abs(left - right) < 1e-14);
        var points = CustomerFeatures.Standardised(logs);
        Assert.Equal([-Math.Sqrt(1.5), 0, Math.Sqrt(1.5)], points.Values[CustomerFeatures.Recency][..3], (left, right) => Math.Abs(left - right) < 1e-12);
        Assert.Equal([0, 0, 0], points.Values[CustomerFeatures.Frequency][..3]);
    }

    [Fact]
    public void Few_and_odd_customers_never_fail() =>
        Gen.Select(Gen.Int[0, 3], Gen.Long[1, 3], Gen.Int[-2, 2]).Array[0, 9].Sample(rows =>
        {
            var result = CustomerSegmentation.Run(
                Measures([.. rows.Select((row, i) => ($"{i}", row.Item1, row.Item2, (decimal)row.Item3))]), Options with { Restarts = 2, Resamples = 3 }, SegmentHistory.None);
            Assert.Equal(rows.Length, result.Profiles.Sum(profile => profile.Customers));
            Assert.Equal(result.Profiles.Count, result.Profiles.Select(profile => profile.Name).Distinct().Count());
            Assert.All(result.SegmentIds, id => Assert.Contains(result.Profiles, profile => profile.SegmentId == id));
            Assert.All(result.Profiles, profile => Assert.True(profile.Silhouette is null or (>= -1 and <= 1) && profile.Stability is null or (>= 0 and <= 1)));
        }, iter: 200);

    private static void AssertSameBits(SegmentationResult expected, SegmentationResult result)
    {
        // Records compare doubles by value, which for numbers other than zeros and NaN is by bits.
        Assert.Equal(expected.Profiles, result.Profiles);
        Assert.Equal(expected.Candidates, result.Candidates);
        Assert.Equal(expected.History.Segments, result.History.Segments);
    }
}
