using Analytics.Customers.Internals;

namespace Analytics.Customers;

/// <summary>
/// Gives a run's segments the ids of the previous run's: the assignment with the least sum of centroid distances, where a pair farther apart
/// than the limit is no pair, and leaving two of a pair's members alone costs as much as the limit. So a pair within the limit is made unless a
/// better one wants a member of it.
/// </summary>
public static class PreviousSegments
{
    /// <summary>Assigns an id to each centroid.</summary>
    /// <param name="centroids">The run's centroids. New ids are given in this order.</param>
    /// <param name="history">The previous run's.</param>
    /// <param name="limit">The farthest that a segment may have moved.</param>
    /// <returns>The ids in order of the centroids; and what became of every segment of the two runs, by id.</returns>
    /// <exception cref="ArgumentException">The history contradicts itself.</exception>
    public static (int[] SegmentIds, IReadOnlyList<SegmentChange> Changes) Follow(
        ReadOnlySpan<SegmentCentroid> centroids, SegmentHistory history, double limit)
    {
        ArgumentNullException.ThrowIfNull(history);
        history.Check();
        var previous = history.Segments.OrderBy(segment => segment.SegmentId).ToArray();
        var ids = new int[centroids.Length];
        var changes = new List<SegmentChange>();
        var next = history.LastId;
        var matches = Match(centroids, previous, limit);
        var taken = new bool[previous.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            if (matches[i] is not { } match)
            {
                ids[i] = checked(++next);
                continue;
            }
            ids[i] = previous[match].SegmentId;
            taken[match] = true;
        }
        for (var i = 0; i < ids.Length; i++)
            changes.Add(matches[i] is { } match
                ? new(ids[i], SegmentFate.Kept, centroids[i].DistanceTo(previous[match].Centroid), null)
                : new(ids[i], SegmentFate.New, null, Nearest(centroids[i], previous)));
        for (var j = 0; j < previous.Length; j++)
        {
            if (taken[j]) continue;
            int? nearest = null;
            var least = double.PositiveInfinity;
            for (var i = 0; i < ids.Length; i++)
                if (previous[j].Centroid.DistanceTo(centroids[i]) is var distance && distance < least) (least, nearest) = (distance, ids[i]);
            changes.Add(new(previous[j].SegmentId, SegmentFate.Gone, null, nearest));
        }
        return (ids, [.. changes.OrderBy(change => change.SegmentId)]);
    }

    private static int?[] Match(ReadOnlySpan<SegmentCentroid> centroids, PreviousSegment[] previous, double limit)
    {
        // Each side is padded with as many "alone" places as the other has members: alone costs half the limit a member.
        var (rows, columns) = (centroids.Length, previous.Length);
        var matches = new int?[rows];
        if (rows == 0 || columns == 0) return matches;
        var size = rows + columns;
        // More than any assignment without such a pair can cost, yet small enough that adding it loses no digits of the distances.
        var forbidden = 2 * (limit + 1) * size;
        var cost = new double[size, size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                cost[i, j] = (i < rows, j < columns) switch
                {
                    (true, true) => centroids[i].DistanceTo(previous[j].Centroid) is var distance && distance <= limit ? distance : forbidden,
                    (true, false) or (false, true) => limit / 2,
                    (false, false) => 0,
                };
        var assigned = OptimalAssignment.Solve(cost);
        for (var i = 0; i < rows; i++)
            if (assigned[i] < columns && cost[i, assigned[i]] <= limit) matches[i] = assigned[i];
        return matches;
    }

    private static int? Nearest(SegmentCentroid centroid, PreviousSegment[] previous)
    {
        int? nearest = null;
        var least = double.PositiveInfinity;
        foreach (var segment in previous)
            if (centroid.DistanceTo(segment.Centroid) is var distance && distance < least) (least, nearest) = (distance, segment.SegmentId);
        return nearest;
    }
}
