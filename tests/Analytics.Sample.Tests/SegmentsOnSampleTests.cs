using Analytics.Customers;

namespace Analytics.Sample.Tests;

/// <summary>Segmentation finds the planted groups of customers in the sample's lines.</summary>
public sealed class SegmentsOnSampleTests(SampleFolder sample)
{
    [Fact]
    public void Planted_groups_fall_into_segments_that_say_what_they_are()
    {
        var shop = sample.Shop;
        var returns = shop.Returns.ToLookup(line => line.Customer, line => line.Quantity * line.Price);
        var customers = shop.Sales.Where(line => line.Customer != "").GroupBy(line => line.Customer).ToList();
        var result = CustomerSegmentation.Run(
            new(
                [.. customers.Select(customer => customer.Key)],
                [.. customers.Select(customer => sample.Truths.Last.DayNumber - customer.Max(line => line.Date).DayNumber)],
                [.. customers.Select(customer => customer.Select(line => (line.Store, line.Order)).Distinct().LongCount())],
                [.. customers.Select(customer => (Int128)((customer.Sum(line => line.Quantity * line.Price) + returns[customer.Key].Sum()) * 10_000_000m))]),
            new(), SegmentHistory.None);
        var groups = sample.Truths.CustomerGroups.SelectMany(group => group.CustomerIds.Select(id => (id, group.Name))).ToDictionary(pair => pair.id, pair => pair.Name);
        var names = customers.Select((customer, row) => (Group: groups[customer.Key], Segment: result.NameOf(row))).Distinct().ToLookup(pair => pair.Group, pair => pair.Segment);
        // Big spenders came between 5 and 140 days ago and lie between two of the other groups; each of those is one segment.
        string[] apart = ["champions", "regulars", "lapsed", "new", "one_time"];
        Assert.All(apart, group => Assert.Single(names[group]));
        Assert.Equal(["champions", "loyal", "at risk", "promising", "hibernating"], apart.Select(group => names[group].Single()));
        Assert.Equal(apart.Length, result.Profiles.Count);
        Assert.All(result.Profiles, profile => Assert.InRange(profile.Stability!.Value, 0.75, 1));
    }
}
