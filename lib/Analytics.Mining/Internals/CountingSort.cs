namespace Analytics.Mining.Internals;

/// <summary>A stable sort of numbers by a small whole-number key, in linear time.</summary>
internal static class CountingSort
{
    /// <summary>The values, sorted; equal keys stay in their order.</summary>
    /// <param name="values">What to sort.</param>
    /// <param name="key">0 .. <paramref name="keys"/> - 1 for each value.</param>
    /// <param name="keys">The number of keys.</param>
    public static int[] By(int[] values, Func<int, int> key, int keys)
    {
        var next = new int[keys + 1];
        foreach (var value in values) next[key(value) + 1]++;
        for (var i = 0; i < keys; i++) next[i + 1] += next[i];
        var sorted = new int[values.Length];
        foreach (var value in values) sorted[next[key(value)]++] = value;
        return sorted;
    }
}
