using System.Runtime.CompilerServices;

namespace Analytics.Forecasting;

/// <summary>
/// Exponential, logarithm and cosine in plain IEEE arithmetic. Math.Exp and Math.Log call the C runtime, whose last bit
/// depends on its version and on the processor; forecasts decide between models, so their bits may not.
/// Reductions and coefficients after Sun's fdlibm (1993); errors below 1 ulp.
/// </summary>
internal static class StableMath
{
    private const double Ln2High = 6.93147180369123816490e-01, Ln2Low = 1.90821492927058770002e-10;

    /// <summary>e to the power of <paramref name="x"/>.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > 709.78) return double.PositiveInfinity;
        if (x < -740) return 0;
        var k = Math.Floor(x * 1.44269504088896338700e+00 + 0.5);
        double high = x - k * Ln2High, low = k * Ln2Low, r = high - low, t = r * r;
        var c = r - t * (1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + t * (6.61375632143793436117e-05
            + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
        var y = 1 - (low - r * c / (2 - c) - high);
        var n = (int)k;
        if (n < -1021) return y * PowerOfTwo(n + 200) * PowerOfTwo(-200);
        return n > 1023 ? y * 2 * PowerOfTwo(n - 1) : y * PowerOfTwo(n);
    }

    /// <summary>The natural logarithm; minus infinity at 0, NaN below.</summary>
    public static double Log(double x)
    {
        if (!(x > 0)) return x == 0 ? double.NegativeInfinity : double.NaN;
        if (double.IsPositiveInfinity(x)) return x;
        var k = 0;
        if (x < 2.2250738585072014e-308) (x, k) = (x * 18014398509481984.0, -54);
        var bits = BitConverter.DoubleToInt64Bits(x);
        k += (int)(bits >> 52) - 1023;
        var m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951) (m, k) = (m * 0.5, k + 1);
        double f = m - 1, s = f / (2 + f), z = s * s, w = z * z;
        var t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
        var t2 = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
        double r = t1 + t2, half = 0.5 * f * f;
        return k * Ln2High - (half - (s * (half + r) + k * Ln2Low) - f);
    }

    /// <summary><paramref name="x"/> &gt; 0 to the power of <paramref name="y"/>; a few ulp of error where the result is moderate.</summary>
    public static double Pow(double x, double y) => x == 0 ? (y == 0 ? 1 : 0) : Exp(y * Log(x));

    /// <summary>The cosine of 2π times <paramref name="turns"/>; absolute error below 1e-15.</summary>
    public static double CosineOfTurns(double turns)
    {
        var t = Math.Abs(turns - Math.Floor(turns + 0.5));
        return t <= 0.125 ? CosineSeries(t) : t <= 0.375 ? SineSeries(0.25 - t) : -CosineSeries(0.5 - t);
    }

    /// <summary>The sine of 2π times <paramref name="turns"/>; absolute error below 1e-15.</summary>
    public static double SineOfTurns(double turns) => CosineOfTurns(turns - 0.25);

    private static double CosineSeries(double turns)
    {
        double a = turns * (2 * Math.PI), z = a * a, sum = 0;
        for (var k = 9; k >= 1; k--) sum = (1 + sum) * -z / ((2 * k - 1) * (2 * k));
        return 1 + sum;
    }

    private static double SineSeries(double turns)
    {
        double a = turns * (2 * Math.PI), z = a * a, sum = 0;
        for (var k = 9; k >= 1; k--) sum = (1 + sum) * -z / ((2 * k) * (2 * k + 1));
        return a * (1 + sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);
}
