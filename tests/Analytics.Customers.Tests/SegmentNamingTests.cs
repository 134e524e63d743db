using CsCheck;

namespace Analytics.Customers.Tests;

public sealed class SegmentNamingTests
{
    private static string[] Names(params MeanScores[] segments) => SegmentNaming.Name(segments, new string?[segments.Length]);

    [Fact]
    public void Profiles_that_speak_for_themselves()
    {
        Assert.Equal(
            ["champions", "loyal", "new", "at risk", "lapsed", "big spenders"],
            Names(new(4.8, 4.9, 4.7), new(3.9, 4.1, 3.8), new(4.9, 1.1, 1.6), new(1.9, 4.4, 4.5), new(1.2, 1, 1.1), new(3.1, 2.2, 4.9)));
        Assert.Equal(["promising", "hibernating", "slipping away", "occasional"], Names(new(3.9, 2.1, 2.4), new(1.4, 2.1, 2.2), new(2, 2.9, 3.1), new(3.2, 3, 3)));
    }

    [Fact]
    public void Two_segments_of_one_shape_get_two_names()
    {
        var names = Names(new(4.9, 4.9, 4.9), new(4.6, 4.6, 4.6));
        Assert.Equal(["champions", "loyal"], names);
    }

    [Fact]
    public void One_segment_is_everyone() => Assert.Equal([SegmentNaming.Single], Names(new MeanScores(1, 1, 1)));

    [Fact]
    public void No_segment_has_no_name() => Assert.Empty(Names());

    [Fact]
    public void A_name_sticks_until_another_is_clearly_better()
    {
        // In the middle of occasional (3, 3, 3) and loyal (4, 4, 4), a little nearer to loyal; the other segment is far from both.
        MeanScores far = new(1, 1, 1);
        Assert.Equal("loyal", Names(new(3.52, 3.52, 3.52), far)[0]);
        Assert.Equal("occasional", SegmentNaming.Name([new(3.52, 3.52, 3.52), far], ["occasional", "lapsed"])[0]);
        Assert.Equal("loyal", SegmentNaming.Name([new(3.6, 3.6, 3.6), far], ["occasional", "lapsed"])[0]);
    }

    [Fact]
    public void More_than_ten_segments_come_round_again()
    {
        var names = Names([.. Enumerable.Repeat(new MeanScores(3, 3, 3), 23)]);
        Assert.Equal(23, names.Distinct().Count());
        Assert.Equal(10, names.Count(name => name.EndsWith(" 2", StringComparison.Ordinal)));
        Assert.Contains("occasional 3", names);
    }

    [Fact]
    public void Previous_names_must_match_in_number() => Assert.Throws<ArgumentException>(() => SegmentNaming.Name(new MeanScores[2], new string?[1]));

    [Fact]
    public void Names_are_unique_and_the_nearest_in_sum() =>
        Gen.Double[1, 5].Array[3].Array[2, 12].Sample(scores =>
        {
            var names = Names([.. scores.Select(three => new MeanScores(three[0], three[1], three[2]))]);
            Assert.Equal(names.Length, names.Distinct().Count());
            // No exchange of two names brings the two nearer to their places; the places are written here once more, from the rule.
            for (var i = 0; i < names.Length; i++)
                for (var j = 0; j < i; j++)
                    if (Places.TryGetValue(names[i], out var one) && Places.TryGetValue(names[j], out var other))
                        Assert.True(Squared(scores[i], one) + Squared(scores[j], other) <= Squared(scores[i], other) + Squared(scores[j], one) + 1e-9);
        });

    private static readonly Dictionary<string, double[]> Places = new()
    {
        ["champions"] = [5, 5, 5], ["loyal"] = [4, 4, 4], ["big spenders"] = [3, 2.5, 5], ["occasional"] = [3, 3, 3], ["promising"] = [4, 2, 2.5],
        ["new"] = [5, 1, 1.5], ["at risk"] = [2, 4.5, 4.5], ["slipping away"] = [2, 3, 3], ["hibernating"] = [1.5, 2, 2], ["lapsed"] = [1, 1, 1],
    };

    private static double Squared(double[] left, double[] right) => left.Zip(right, (one, other) => (one - other) * (one - other)).Sum();
}
