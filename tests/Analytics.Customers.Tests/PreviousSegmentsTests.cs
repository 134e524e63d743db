using CsCheck;

namespace Analytics.Customers.Tests;

public sealed class PreviousSegmentsTests
{
    private static SegmentCentroid At(double place) => new(place, 0, 0);

    private static SegmentHistory History(int lastId, params (int Id, double Place)[] segments) =>
        new([.. segments.Select(segment => new PreviousSegment(segment.Id, $"s{segment.Id}", At(segment.Place)))], lastId);

    [Fact]
    public void The_first_run_counts_from_one()
    {
        var (ids, changes) = PreviousSegments.Follow([At(3), At(1), At(2)], SegmentHistory.None, 1);
        Assert.Equal([1, 2, 3], ids);
        Assert.All(changes, change => Assert.Equal((SegmentFate.New, null, null), (change.Fate, change.Distance, change.NearestId)));
    }

    [Fact]
    public void Small_moves_keep_the_ids_in_whatever_order_they_come()
    {
        var (ids, changes) = PreviousSegments.Follow([At(4.25), At(0.5), At(2)], History(9, (2, 0), (5, 2), (9, 4)), 1);
        Assert.Equal([9, 2, 5], ids);
        Assert.Equal([new(2, SegmentFate.Kept, 0.5, null), new(5, SegmentFate.Kept, 0, null), new SegmentChange(9, SegmentFate.Kept, 0.25, null)], changes);
    }

    [Fact]
    public void After_a_split_the_nearer_part_keeps_the_id_and_the_other_has_a_new_one()
    {
        var (ids, changes) = PreviousSegments.Follow([At(0.5), At(-0.25)], History(4, (3, 0)), 1);
        Assert.Equal([5, 3], ids);
        Assert.Equal([new(3, SegmentFate.Kept, 0.25, null), new SegmentChange(5, SegmentFate.New, null, 3)], changes);
    }

    [Fact]
    public void After_a_merger_the_nearer_id_goes_on_and_the_other_never_comes_back()
    {
        var (ids, changes) = PreviousSegments.Follow([At(0.25)], History(2, (1, 0), (2, 1)), 1);
        Assert.Equal([1], ids);
        Assert.Equal([new(1, SegmentFate.Kept, 0.25, null), new SegmentChange(2, SegmentFate.Gone, null, 1)], changes);
        var (later, _) = PreviousSegments.Follow([At(0.25), At(9)], History(2, (1, 0.25)), 1);
        Assert.Equal([1, 3], later);
    }

    [Fact]
    public void Beyond_the_limit_a_segment_is_new()
    {
        Assert.Equal([1], PreviousSegments.Follow([At(0.999)], History(1, (1, 0)), 1).SegmentIds);
        Assert.Equal([2], PreviousSegments.Follow([At(1.001)], History(1, (1, 0)), 1).SegmentIds);
        Assert.Equal([2], PreviousSegments.Follow([At(0.001)], History(1, (1, 0)), 0).SegmentIds);
    }

    [Fact]
    public void The_sum_of_distances_decides_not_the_nearest_pair()
    {
        // Pairing 0.9 with 1 leaves 2 and 0 alone: 0.1 and the limit, against 0.9 + 1.
        Assert.Equal([1, 2], PreviousSegments.Follow([At(0.9), At(2)], History(2, (1, 0), (2, 1)), 1.9).SegmentIds);
        Assert.Equal([2, 3], PreviousSegments.Follow([At(0.9), At(2)], History(2, (1, 0), (2, 1)), 1.7).SegmentIds);
    }

    [Fact]
    public void A_history_that_contradicts_itself_is_refused()
    {
        Assert.Contains("id 3", Assert.Throws<ArgumentException>(() => PreviousSegments.Follow([], History(2, (3, 0)), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => PreviousSegments.Follow([], History(2, (1, 0), (1, 2)), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => PreviousSegments.Follow([], History(2, (1, double.NaN)), 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_distinct_pairs_are_near_and_no_two_left_alone_could_have_been_a_pair() =>
        Gen.Select(Gen.Double[0, 6].Array[0, 7], Gen.Double[0, 6].Array[0, 7]).Sample((now, before) =>
        {
            var history = History(before.Length, [.. before.Select((place, i) => (i + 1, place))]);
            var (ids, changes) = PreviousSegments.Follow([.. now.Select(At)], history, 1);
            Assert.Equal(ids.Length, ids.Distinct().Count());
            Assert.Equal(ids.Concat(Enumerable.Range(1, before.Length)).Distinct().Order(), changes.Select(change => change.SegmentId));
            for (var i = 0; i < ids.Length; i++)
                if (ids[i] <= before.Length) Assert.True(Math.Abs(now[i] - before[ids[i] - 1]) <= 1);
            var alone = now.Where((_, i) => ids[i] > before.Length).ToList();
            Assert.All(before.Where((_, i) => !ids.Contains(i + 1)), place => Assert.All(alone, other => Assert.True(Math.Abs(place - other) >= 1 - 1e-12)));
        });
}
