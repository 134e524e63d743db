namespace Analytics.Forecasting;

/// <summary>
/// Rounds values to whole units that add up to a given whole: all are rounded down, and what is left goes to the largest
/// remainders, ties to the first (Hamilton's method).
/// </summary>
internal sealed class LargestRemainder(int capacity)
{
    private readonly double[] _remainders = new double[capacity];
    private readonly int[] _order = new int[capacity];

    /// <summary>Rounds the values at <paramref name="members"/>, or all; entries for which <paramref name="takes"/> is false get 0.</summary>
    public void Round(double[] values, int[]? members, Int128 sum, bool nonNegative, Int128[] units, Func<int, bool>? takes)
    {
        var count = 0;
        Int128 have = 0;
        for (var k = 0; k < (members?.Length ?? values.Length); k++)
        {
            var i = members?[k] ?? k;
            units[i] = 0;
            if (takes is not null && !takes(i)) continue;
            var scaled = values[i] * Reconciliation.UnitsInOne;
            var floor = Math.Floor(scaled);
            units[i] = (Int128)floor;
            have += units[i];
            // Negated, so that an ascending sort puts the largest first.
            _remainders[count] = floor - scaled;
            _order[count++] = i;
        }
        if (count == 0) return;
        var left = sum - have;
        if (left == 0) return;
        SortStable(count);
        // More than one unit each is left only where doubles could not hold the values exactly.
        var whole = left / count;
        if (whole > 0 || whole < 0 && !nonNegative)
        {
            for (var k = 0; k < count; k++) units[_order[k]] += whole;
            left -= whole * count;
        }
        for (var k = 0; left > 0; k = (k + 1) % count, left--) units[_order[k]]++;
        while (left < 0)
        {
            var before = left;
            for (var k = count - 1; k >= 0 && left < 0; k--)
            {
                if (nonNegative && units[_order[k]] <= 0) continue;
                var take = nonNegative ? Int128.Min(units[_order[k]], Int128.Max(1, -left / count)) : Int128.One;
                units[_order[k]] -= take;
                left += take;
            }
            if (left == before) throw new InvalidOperationException($"values that may not be negative cannot add up to {sum}");
        }
    }

    private void SortStable(int count)
    {
        // Array.Sort is not stable; the index breaks ties, and indices ascend in key order.
        var keys = _remainders;
        var order = _order;
        Array.Sort(keys, order, 0, count);
        for (var from = 0; from < count;)
        {
            var to = from + 1;
            while (to < count && keys[to] == keys[from]) to++;
            if (to - from > 1) Array.Sort(order, from, to - from);
            from = to;
        }
    }
}
