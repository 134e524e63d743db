namespace Analytics.Mining;

/// <summary>Turns a least support given as a share into the least count of baskets.</summary>
public static class MinimumSupport
{
    /// <summary>ceil(share x baskets) in decimal arithmetic, at least 1.</summary>
    /// <param name="share">0 to 1: a share of the baskets.</param>
    /// <param name="baskets">The number of baskets, empty ones included.</param>
    public static int FromShare(decimal share, int baskets)
    {
        if (share is < 0 or > 1)
            throw new ArgumentOutOfRangeException(nameof(share), share, "a support given as a share lies between 0 and 1");
        return Math.Max(1, (int)Math.Ceiling(share * baskets));
    }

    /// <summary>A share where <paramref name="value"/> was written with a point, else a count.</summary>
    /// <param name="value">Such as "0.01" or "25".</param>
    /// <param name="baskets">The number of baskets.</param>
    /// <exception cref="FormatException">It is neither; the message says what was expected.</exception>
    public static int Parse(string value, int baskets)
    {
        ArgumentNullException.ThrowIfNull(value);
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        if (value.Contains('.'))
        {
            if (decimal.TryParse(value, System.Globalization.NumberStyles.AllowDecimalPoint, culture, out var share) && share is > 0 and <= 1)
                return FromShare(share, baskets);
        }
        else if (int.TryParse(value, System.Globalization.NumberStyles.None, culture, out var count) && count >= 1)
            return count;
        throw new FormatException(
            $"minimum support '{value}' is neither a share of the baskets above 0 and up to 1, such as 0.01, nor a count from 1, such as 25");
    }
}
