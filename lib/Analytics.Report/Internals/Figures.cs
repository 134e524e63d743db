using System.Globalization;

namespace Analytics.Report.Internals;

/// <summary>Numbers for reading: one fixed format whatever the machine's culture, a true minus sign, a dash where there is no value.</summary>
internal static class Figures
{
    public const string None = "–";

    /// <summary>From here on a double's digits say nothing and only break the layout.</summary>
    private const double TooLong = 1e15;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    private static string Scientific(double value) => Sign(value.ToString("0.0#e0", Invariant));

    public static string Count(decimal value) => Sign(value.ToString("#,##0", Invariant));

    public static string Units(decimal value) => Sign(value.ToString("#,##0.###", Invariant));

    /// <summary>To the cent.</summary>
    public static string Exact(decimal value) => Sign(value.ToString("#,##0.00", Invariant));

    /// <summary>An amount with the digits that matter: whole from 1,000 up, else to the cent.</summary>
    public static string Amount(decimal value) => Math.Abs(value) >= 1000m ? Count(value) : Exact(value);

    public static string Amount(double value) =>
        !double.IsFinite(value) ? None
        : Math.Abs(value) >= TooLong ? Scientific(value)
        : Sign(value.ToString(Math.Abs(value) >= 1000 ? "#,##0" : "#,##0.00", Invariant));

    public static string WithCurrency(string? currency, string amount) =>
        string.IsNullOrWhiteSpace(currency) ? amount : currency + "\u00a0" + amount;

    public static string Fixed(double? value, int digits) =>
        value is not { } v || !double.IsFinite(v) ? None
        : Math.Abs(v) >= TooLong ? Scientific(v)
        : Sign(v.ToString("#,##0." + new string('0', digits), Invariant).TrimEnd('.'));

    /// <summary>A share as a percentage; a share that is small but not nothing never reads 0.</summary>
    public static string Percent(double? share, int digits = 1)
    {
        if (share is not { } v || !double.IsFinite(v)) return None;
        if (v == 0) return "0\u00a0%";
        var percent = v * 100;
        var least = Math.Pow(10, -digits);
        if (percent > 0 && percent < least / 2) return "< " + least.ToString("0.####", Invariant) + "\u00a0%";
        if (percent < 100 && percent > 100 - least / 2) return "> " + (100 - least).ToString("0.####", Invariant) + "\u00a0%";
        return Fixed(percent, digits) + "\u00a0%";
    }

    public static string Signed(string formatted) =>
        formatted.StartsWith('−') || formatted is "0" or "0.00" or "0.0" or None ? formatted : "+" + formatted;

    /// <summary>Change from one value to another in per cent; null where the first is not positive.</summary>
    public static string? Change(decimal from, decimal to) =>
        from <= 0 ? null : Signed(Fixed(((double)to - (double)from) / (double)from * 100, 1)) + "\u00a0%";

    public static string Probability(double? value) => value switch
    {
        not { } => None,
        { } v when !double.IsFinite(v) => None,
        0 => "< 1e−300",
        < 0.0001 => Sign(value.Value.ToString("0.0e-0", Invariant)),
        { } v => v.ToString("0.0000", Invariant),
    };

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", Invariant);

    public static string Day(DateOnly date) => date.ToString("ddd yyyy-MM-dd", Invariant);

    public static string Many(long count, string one, string? many = null) =>
        Count(count) + " " + (count == 1 ? one : many ?? one + "s");

    /// <summary>For axes: 0, 500, 2k, 2.5M.</summary>
    public static string Short(double value)
    {
        var (scale, suffix) = Math.Abs(value) switch
        {
            >= 1e15 => (0.0, ""),
            >= 1e12 => (1e12, "T"),
            >= 1e9 => (1e9, "bn"),
            >= 1e6 => (1e6, "M"),
            >= 1e3 => (1e3, "k"),
            _ => (1.0, ""),
        };
        return Sign(scale == 0 ? value.ToString("0.#e0", Invariant) : (value / scale).ToString("0.###", Invariant) + suffix);
    }

    /// <summary>A true minus sign, and none before a number that rounds to nothing.</summary>
    private static string Sign(string text) =>
        text.StartsWith('-') && text.AsSpan(1).IndexOfAnyInRange('1', '9') < 0 ? text[1..] : text.Replace('-', '−');
}
