using CsCheck;

namespace Analytics.Customers.Tests;

public sealed class RfmScoreTests
{
    [Fact]
    public void Ties_share_the_lowest_rank_and_many_is_best()
    {
        // Ascending: 1 1 1 2 3 5 5 8 9 9 with ranks 1 1 1 4 5 6 6 8 9 9, so 1 + floor((rank - 1) / 2).
        var scores = new int[10];
        RfmScores.Frequency([9, 1, 5, 1, 2, 8, 1, 5, 9, 3], scores);
        Assert.Equal([5, 1, 3, 1, 2, 4, 1, 3, 5, 3], scores);
    }

    [Fact]
    public void Few_days_are_best()
    {
        var scores = new int[5];
        RfmScores.Recency([0, 400, 30, 30, int.MaxValue], scores);
        Assert.Equal([5, 2, 3, 3, 1], scores);
    }

    [Fact]
    public void Money_is_told_apart_to_its_last_digit()
    {
        Int128 much = (Int128)12_345_678_901_234_567_890UL * 1_000_000_000;
        var scores = new int[4];
        RfmScores.Monetary([much + 1, much, -much, much - 1], scores);
        Assert.Equal([4, 3, 1, 2], scores);
    }

    [Fact]
    public void One_customer_or_equal_ones_score_one()
    {
        var scores = new int[3];
        RfmScores.Frequency([7, 7, 7], scores);
        Assert.Equal([1, 1, 1], scores);
        RfmScores.Frequency([7], scores.AsSpan(0, 1));
        Assert.Equal(1, scores[0]);
        RfmScores.Frequency([], []);
    }

    [Fact]
    public void Scores_must_have_room() =>
        Assert.Contains("2 scores", Assert.Throws<ArgumentException>(() => RfmScores.Frequency([1, 2, 3], new int[2])).Message, StringComparison.Ordinal);

    [Fact]
    public void Scores_are_those_of_counting_who_is_worse() => Gen.Int[0, 20].Array[1, 60].Sample(days =>
    {
        var recency = new int[days.Length];
        var frequency = new int[days.Length];
        var monetary = new int[days.Length];
        RfmScores.Recency(days, recency);
        RfmScores.Frequency([.. days.Select(day => (long)day)], frequency);
        RfmScores.Monetary([.. days.Select(day => (Int128)day - 10)], monetary);
        for (var i = 0; i < days.Length; i++)
        {
            Assert.Equal(1 + 5 * days.Count(other => other > days[i]) / days.Length, recency[i]);
            Assert.Equal(1 + 5 * days.Count(other => other < days[i]) / days.Length, frequency[i]);
            Assert.Equal(frequency[i], monetary[i]);
        }
    });
}
