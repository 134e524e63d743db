namespace Analytics.Records.Internals;

internal enum NumberResult
{
    Ok,
    NotANumber,
    Precision,
}

/// <summary>Reads <c>[+-]?\d+(\.\d+)?</c> into an unscaled integer, exactly: nothing is rounded, and more decimals or digits than the type holds are refused.</summary>
internal static class NumberText
{
    private static readonly long[] Powers = MakePowers();

    /// <summary>Up to 18 digits.</summary>
    public static NumberResult TryParse(ReadOnlySpan<byte> text, int scale, out long value)
    {
        value = 0;
        var i = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            i = 1;
        }
        // 18 digits fit a long whatever they are; longer texts take the careful way.
        if (text.Length - i > 18) return TryLong(text, i, negative, scale, out value);
        var first = i;
        var magnitude = 0L;
        uint digit;
        for (; i < text.Length && (digit = (uint)text[i] - '0') <= 9; i++) magnitude = magnitude * 10 + digit;
        if (i == first) return NumberResult.NotANumber;
        var whole = i - first;
        var decimals = 0;
        if (i < text.Length)
        {
            if (text[i++] != '.') return NumberResult.NotANumber;
            var point = i;
            for (; i < text.Length && (digit = (uint)text[i] - '0') <= 9; i++) magnitude = magnitude * 10 + digit;
            decimals = i - point;
            if (decimals == 0 || i < text.Length) return NumberResult.NotANumber;
        }
        if (decimals > scale) return NumberResult.Precision;
        if (whole + scale > 18 && magnitude / Powers[decimals] >= Powers[18 - scale]) return NumberResult.Precision;
        magnitude *= Powers[scale - decimals];
        value = negative ? -magnitude : magnitude;
        return NumberResult.Ok;
    }

    /// <summary>Up to 38 digits.</summary>
    public static NumberResult TryParse(ReadOnlySpan<byte> text, int precision, int scale, out Int128 value)
    {
        var i = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        return TryWide(text, i, i == 1 && text[0] == '-', precision, scale, out value);
    }

    private static NumberResult TryLong(ReadOnlySpan<byte> text, int first, bool negative, int scale, out long value)
    {
        var result = TryWide(text, first, negative, 18, scale, out var wide);
        value = result == NumberResult.Ok ? (long)wide : 0;
        return result;
    }

    private static NumberResult TryWide(ReadOnlySpan<byte> text, int first, bool negative, int precision, int scale, out Int128 value)
    {
        value = 0;
        var point = text.IndexOf((byte)'.');
        var whole = text[first..(point < 0 ? text.Length : point)];
        var fraction = point < 0 ? default : text[(point + 1)..];
        if (whole.Length == 0 || (point >= 0 && fraction.Length == 0)
            || whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return NumberResult.NotANumber;
        if (fraction.Length > scale) return NumberResult.Precision;
        whole = whole.TrimStart((byte)'0');
        if (whole.Length > precision - scale) return NumberResult.Precision;
        Int128 magnitude = 0;
        foreach (var digit in whole) magnitude = magnitude * 10 + (digit - '0');
        foreach (var digit in fraction) magnitude = magnitude * 10 + (digit - '0');
        for (var i = fraction.Length; i < scale; i++) magnitude *= 10;
        value = negative ? -magnitude : magnitude;
        return NumberResult.Ok;
    }

    private static long[] MakePowers()
    {
        var powers = new long[19];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
