namespace Analytics.Mining;

/// <summary>The false discovery rate of Benjamini and Hochberg (1995).</summary>
public static class BenjaminiHochberg
{
    /// <summary>Fills the adjusted value of each p-value: min over p' ≥ p of p' m / rank(p'), at most 1.</summary>
    /// <param name="pValues">p-values.</param>
    /// <param name="qValues">Receives the adjusted values; of the same length.</param>
    public static void Adjust(ReadOnlySpan<double> pValues, Span<double> qValues)
    {
        if (qValues.Length != pValues.Length)
            throw new ArgumentException($"{qValues.Length} places for {pValues.Length} p-values", nameof(qValues));
        var keys = pValues.ToArray();
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(keys, order);
        // Equal p-values get equal results whatever their order: only the last of them has the least p m / rank.
        var least = 1.0;
        for (var i = keys.Length - 1; i >= 0; i--)
        {
            // The quotient is at least 1, but rounded it may fall an ulp below p where the rank is the last.
            least = Math.Min(least, Math.Max(keys[i], keys[i] * keys.Length / (i + 1)));
            qValues[order[i]] = least;
        }
    }
}
