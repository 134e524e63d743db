using System.Globalization;
using System.IO.Compression;
using Analytics.Tests;

namespace Analytics.Customers.Tests;

public sealed class CdnowTests
{
    [Fact]
    public void Cdnow_has_segments_that_make_sense()
    {
        var customers = Read(SharedData.Path("data/cdnow/cdnow_master.csv.gz"));
        Assert.Equal(23_570, customers.Count);
        var result = CustomerSegmentation.Run(customers, new() { MaxClusters = 6, Restarts = 3, Resamples = 5, SampleLimit = 4_000 }, SegmentHistory.None);
        Assert.True(result.Converged);
        Assert.Equal(4_000, result.MeasuredCustomers);
        Assert.InRange(result.Profiles.Count, 2, 6);
        Assert.Equal(23_570, result.Profiles.Sum(profile => profile.Customers));
        Assert.Equal(1.0, result.Profiles.Sum(profile => profile.Share), 1e-12);
        // Ids count from the best customers: more orders and more money in the first than in the last.
        Assert.True(result.Profiles[0].MedianFrequency > result.Profiles[^1].MedianFrequency);
        Assert.True(result.Profiles[0].MedianMonetary > result.Profiles[^1].MedianMonetary);
        Assert.All(result.Profiles, profile => Assert.InRange(profile.Stability!.Value, 0.6, 1));
        // 2,500,315.63 in all, the sum of the file's sales column.
        Assert.Equal(25_003_156_300_000, result.Profiles.Aggregate((Int128)0, (sum, profile) => sum + profile.NetAmount));
    }

    internal static CustomerMeasures Read(string path)
    {
        var last = new Dictionary<string, (DateOnly Last, long Orders, decimal Sales)>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        var end = DateOnly.MinValue;
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            var date = DateOnly.ParseExact(fields[1], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            if (date > end) end = date;
            var known = last.GetValueOrDefault(fields[0]);
            last[fields[0]] = (known.Last > date ? known.Last : date, known.Orders + 1, known.Sales + decimal.Parse(fields[3], CultureInfo.InvariantCulture));
        }
        return new(
            [.. last.Keys], [.. last.Values.Select(customer => end.DayNumber - customer.Last.DayNumber)], [.. last.Values.Select(customer => customer.Orders)],
            [.. last.Values.Select(customer => (Int128)(customer.Sales * 10_000_000m))]);
    }
}
