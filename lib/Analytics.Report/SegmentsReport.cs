namespace Analytics.Report;

/// <summary>What the segmentation found.</summary>
public sealed record SegmentsReport
{
    /// <summary>The segments, in any order; the page orders them by net amount.</summary>
    public IReadOnlyList<ReportSegment> Segments { get; init; } = [];

    /// <summary>Customers by their segment in the run before and now; empty in a first run.</summary>
    public IReadOnlyList<SegmentMove> Moves { get; init; } = [];

    /// <summary>Net amount of what no segment holds: lines without a customer id, and returns of customers without a sale. Null where not known.</summary>
    public decimal? UnassignedAmount { get; init; }
}

/// <summary>One segment, as in the table segment_profiles.</summary>
/// <param name="Id">The segment's id, kept from run to run.</param>
/// <param name="Name">Its name, such as champions or at risk.</param>
/// <param name="Customers">Customers in it.</param>
/// <param name="MedianRecencyDays">Median days since the last sale.</param>
/// <param name="MedianFrequency">Median sale orders.</param>
/// <param name="MedianMonetary">Median net amount of a customer.</param>
/// <param name="NetAmount">Net amount of all its customers.</param>
/// <param name="Silhouette">Mean silhouette, -1 to 1; null where not defined.</param>
/// <param name="Stability">Mean Jaccard over resamples, 0 to 1; null where not computed.</param>
/// <param name="PreviousCustomers">Customers in the run before; null where the segment is new or the run is the first.</param>
public sealed record ReportSegment(
    long Id, string Name, long Customers, double MedianRecencyDays, double MedianFrequency, double MedianMonetary,
    decimal NetAmount, double? Silhouette, double? Stability, long? PreviousCustomers);

/// <summary>Customers who were in one segment and are now in another (or the same).</summary>
/// <param name="From">The segment's name in the run before; null for customers who are new.</param>
/// <param name="To">The segment's name now; null for customers who are gone (their lines were retracted).</param>
/// <param name="Customers">How many.</param>
public readonly record struct SegmentMove(string? From, string? To, long Customers);
