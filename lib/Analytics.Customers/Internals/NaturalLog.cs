namespace Analytics.Customers.Internals;

/// <summary>
/// The natural logarithm from additions, multiplications and divisions alone, so that a customer's place, and with it the segment,
/// is the same on every machine: Math.Log is the C library's, whose last bit differs between platforms.
/// </summary>
internal static class NaturalLog
{
    // ln 2 in two parts, the first with 20 trailing zero bits, so that its product with an exponent is exact (Cody and Waite).
    private const double Ln2High = 0.693147180369123816490, Ln2Low = 1.90821492927058770002e-10;
    private const double Sqrt2 = 1.4142135623730951;

    /// <summary>ln x for a normal x &gt; 0, within 2 units in the last place.</summary>
    public static double Of(double x)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFFL) | 0x3FF0000000000000L);
        if (mantissa > Sqrt2)
        {
            mantissa *= 0.5;
            exponent++;
        }
        // ln m = 2 artanh s with s = (m - 1) / (m + 1); |s| < 0.172, so that the term s^25 / 25 is below the last place.
        var s = (mantissa - 1) / (mantissa + 1);
        var z = s * s;
        var series = 1.0 / 23;
        for (var odd = 21; odd >= 3; odd -= 2) series = series * z + 1.0 / odd;
        return exponent * Ln2High + (2 * s + (2 * s * (z * series) + exponent * Ln2Low));
    }
}
