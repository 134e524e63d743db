namespace Analytics.Customers;

/// <summary>
/// Quintile scores: 1 + floor(5 (rank − 1) / n), where ranks count from 1 at the worst, ties share the lowest rank, and 5 is best.
/// Many ties so hold a score low: where most customers ordered once, their frequency score is 1. Whole-number arithmetic only.
/// </summary>
public static class RfmScores
{
    /// <summary>Scores where few is best, as days since the last order.</summary>
    /// <param name="recencyDays">Days, one a customer.</param>
    /// <param name="scores">Takes the scores, 1 to 5, one a customer.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static void Recency(ReadOnlySpan<int> recencyDays, Span<int> scores)
    {
        // -int.MinValue is no int: the bitwise complement turns the order around without leaving the type.
        var keys = new int[recencyDays.Length];
        for (var i = 0; i < keys.Length; i++) keys[i] = ~recencyDays[i];
        Ascending(keys, scores);
    }

    /// <summary>Scores where many is best, as the count of orders.</summary>
    /// <param name="frequency">Orders, one a customer.</param>
    /// <param name="scores">Takes the scores, 1 to 5, one a customer.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static void Frequency(ReadOnlySpan<long> frequency, Span<int> scores) => Ascending(frequency.ToArray(), scores);

    /// <summary>Scores where much is best, as money.</summary>
    /// <param name="monetary">Unscaled DECIMAL(28,7) amounts, one a customer; may be negative.</param>
    /// <param name="scores">Takes the scores, 1 to 5, one a customer.</param>
    /// <exception cref="ArgumentException">The two differ in length.</exception>
    public static void Monetary(ReadOnlySpan<Int128> monetary, Span<int> scores) => Ascending(monetary.ToArray(), scores);

    private static void Ascending<T>(T[] keys, Span<int> scores)
        where T : IComparable<T>
    {
        if (keys.Length != scores.Length) throw new ArgumentException($"{scores.Length} scores can't hold those of {keys.Length} customers", nameof(scores));
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(keys, order);
        var score = 1;
        for (var i = 0; i < order.Length; i++)
        {
            // A tie has the rank, and so the score, of the first of its run.
            if (i > 0 && keys[i].CompareTo(keys[i - 1]) != 0) score = 1 + (int)(5L * i / keys.Length);
            scores[order[i]] = score;
        }
    }
}
