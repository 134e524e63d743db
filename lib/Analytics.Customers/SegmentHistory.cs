namespace Analytics.Customers;

/// <summary>A point in the space in which segments are followed from run to run: natural logarithms, not scaled by any run.</summary>
/// <param name="LogRecency">Mean of ln(1 + recency_days).</param>
/// <param name="LogFrequency">Mean of ln(1 + frequency).</param>
/// <param name="LogMonetary">Mean of ln(1 + max(monetary, 0)).</param>
public readonly record struct SegmentCentroid(double LogRecency, double LogFrequency, double LogMonetary)
{
    /// <summary>The Euclidean distance to another one.</summary>
    public double DistanceTo(SegmentCentroid other)
    {
        var (recency, frequency, monetary) = (LogRecency - other.LogRecency, LogFrequency - other.LogFrequency, LogMonetary - other.LogMonetary);
        return Math.Sqrt(recency * recency + frequency * frequency + monetary * monetary);
    }
}

/// <summary>A segment of the previous run.</summary>
/// <param name="SegmentId">Its id, at least 1.</param>
/// <param name="Name">Its name.</param>
/// <param name="Centroid">Its centroid.</param>
public sealed record PreviousSegment(int SegmentId, string Name, SegmentCentroid Centroid);

/// <summary>What a run passes on to the next, so that segments keep their ids.</summary>
/// <param name="Segments">The run's segments, by id.</param>
/// <param name="LastId">The greatest id that any run so far has given; new segments count on from it, so that no id comes back.</param>
public sealed record SegmentHistory(IReadOnlyList<PreviousSegment> Segments, int LastId)
{
    /// <summary>No run before.</summary>
    public static SegmentHistory None { get; } = new([], 0);

    internal void Check()
    {
        var ids = new HashSet<int>();
        foreach (var segment in Segments)
        {
            if (segment.SegmentId < 1 || segment.SegmentId > LastId)
                throw new ArgumentException($"segment id {segment.SegmentId} of the previous run is not in 1 to {LastId}, its last id");
            if (!ids.Add(segment.SegmentId)) throw new ArgumentException($"the previous run has segment id {segment.SegmentId} twice");
            if (!double.IsFinite(segment.Centroid.LogRecency + segment.Centroid.LogFrequency + segment.Centroid.LogMonetary))
                throw new ArgumentException($"the centroid of the previous run's segment {segment.SegmentId} is not finite");
        }
    }
}

/// <summary>What became of a segment since the previous run.</summary>
public enum SegmentFate
{
    /// <summary>It is the previous run's segment of the same id.</summary>
    Kept,
    /// <summary>No segment of the previous run is near enough, or another one took it: after a split one part keeps the id, the others are new.</summary>
    New,
    /// <summary>The previous run had it, this one has not: after a merger the nearest id goes on, the others are gone for good.</summary>
    Gone,
}

/// <summary>How one segment follows the previous run.</summary>
/// <param name="SegmentId">Its id.</param>
/// <param name="Fate">Kept, new or gone.</param>
/// <param name="Distance">How far its centroid moved; null for a new or gone one.</param>
/// <param name="NearestId">Of a new one the nearest segment of the previous run, of a gone one the nearest of this run; null where there is none, and for a kept one.</param>
public sealed record SegmentChange(int SegmentId, SegmentFate Fate, double? Distance, int? NearestId);
