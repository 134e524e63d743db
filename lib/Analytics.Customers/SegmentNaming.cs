using Analytics.Customers.Internals;

namespace Analytics.Customers;

/// <summary>The mean quintile scores of a segment's customers, 1 to 5 each.</summary>
/// <param name="Recency">Mean r_score.</param>
/// <param name="Frequency">Mean f_score.</param>
/// <param name="Monetary">Mean m_score.</param>
public readonly record struct MeanScores(double Recency, double Frequency, double Monetary);

/// <summary>
/// Names from profiles. Each name stands for a place in the space of mean scores:
/// <list type="table">
/// <listheader><term>name</term><description>recency, frequency, monetary</description></listheader>
/// <item><term>champions</term><description>5, 5, 5: lately, often, much</description></item>
/// <item><term>loyal</term><description>4, 4, 4</description></item>
/// <item><term>big spenders</term><description>3, 2.5, 5: much in few orders</description></item>
/// <item><term>occasional</term><description>3, 3, 3</description></item>
/// <item><term>promising</term><description>4, 2, 2.5: lately, a few orders so far</description></item>
/// <item><term>new</term><description>5, 1, 1.5: lately, for the first time</description></item>
/// <item><term>at risk</term><description>2, 4.5, 4.5: often and much, but not for some time</description></item>
/// <item><term>slipping away</term><description>2, 3, 3</description></item>
/// <item><term>hibernating</term><description>1.5, 2, 2</description></item>
/// <item><term>lapsed</term><description>1, 1, 1: long ago, rarely, little</description></item>
/// </list>
/// The names of a run are the assignment with the least sum of squared distances between segments and places, each name once; beyond ten
/// segments a second round of names ends in 2. A segment's name of the previous run is cheaper by <see cref="Loyalty"/>, so that a name
/// doesn't flicker between two places as near as each other. A single segment is "all customers".
/// </summary>
public static class SegmentNaming
{
    /// <summary>The name of the only segment of a run.</summary>
    public const string Single = "all customers";

    /// <summary>How much nearer, in squared scores, a new name's place must be before a segment gives its old one up: half a score in one measure.</summary>
    public const double Loyalty = 0.25;

    private const double LaterRound = 1000;

    private static readonly (string Name, MeanScores Place)[] Places =
    [
        ("champions", new(5, 5, 5)),
        ("loyal", new(4, 4, 4)),
        ("big spenders", new(3, 2.5, 5)),
        ("occasional", new(3, 3, 3)),
        ("promising", new(4, 2, 2.5)),
        ("new", new(5, 1, 1.5)),
        ("at risk", new(2, 4.5, 4.5)),
        ("slipping away", new(2, 3, 3)),
        ("hibernating", new(1.5, 2, 2)),
        ("lapsed", new(1, 1, 1)),
    ];

    /// <summary>Names a run's segments.</summary>
    /// <param name="segments">The mean scores of each.</param>
    /// <param name="previousNames">The name that each had in the previous run, null for a new segment.</param>
    /// <returns>The names in the same order, all different.</returns>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static string[] Name(ReadOnlySpan<MeanScores> segments, ReadOnlySpan<string?> previousNames)
    {
        if (segments.Length != previousNames.Length)
            throw new ArgumentException($"{previousNames.Length} previous names came with {segments.Length} segments", nameof(previousNames));
        if (segments.Length == 1) return [Single];
        if (segments.Length == 0) return [];
        var rounds = (segments.Length + Places.Length - 1) / Places.Length;
        var cost = new double[segments.Length, rounds * Places.Length];
        for (var i = 0; i < segments.Length; i++)
            for (var j = 0; j < rounds * Places.Length; j++)
                cost[i, j] = Squared(segments[i], Places[j % Places.Length].Place) + j / Places.Length * LaterRound
                    - (previousNames[i] == NameAt(j) ? Loyalty : 0);
        return [.. OptimalAssignment.Solve(cost).Select(NameAt)];
    }

    private static string NameAt(int place)
    {
        var name = Places[place % Places.Length].Name;
        return place < Places.Length ? name : $"{name} {place / Places.Length + 1}";
    }

    private static double Squared(MeanScores left, MeanScores right)
    {
        var (recency, frequency, monetary) = (left.Recency - right.Recency, left.Frequency - right.Frequency, left.Monetary - right.Monetary);
        return recency * recency + frequency * frequency + monetary * monetary;
    }
}
