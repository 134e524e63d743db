namespace Analytics.Files;

/// <summary>Sorts texts by their UTF-8 bytes, which is by code points; UTF-16 order puts U+E000 to U+FFFF behind the rest.</summary>
public sealed class Utf8Order : IComparer<string>
{
    private Utf8Order()
    {
    }

    /// <summary>The one comparer.</summary>
    public static Utf8Order Comparer { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return x is null ? y is null ? 0 : -1 : 1;
        var common = x.AsSpan().CommonPrefixLength(y);
        if (common == x.Length || common == y.Length) return x.Length.CompareTo(y.Length);
        char a = x[common], b = y[common];
        // Surrogates stand for code points above U+FFFF: behind every other unit, though U+E000..U+FFFF are greater as units.
        var aSurrogate = char.IsSurrogate(a);
        if (aSurrogate != char.IsSurrogate(b)) return aSurrogate ? 1 : -1;
        return a.CompareTo(b);
    }
}
