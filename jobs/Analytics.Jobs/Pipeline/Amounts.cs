namespace Analytics.Jobs.Pipeline;

/// <summary>DECIMAL(28,7) as its unscaled value.</summary>
internal static class Amounts
{
    /// <summary>Ten million parts make one.</summary>
    public const long Scale = 10_000_000;

    public static decimal ToDecimal(Int128 unscaled) => (decimal)unscaled / Scale;

    public static double ToDouble(Int128 unscaled) => (double)((decimal)unscaled / Scale);
}
