namespace Analytics.Mining;

/// <summary>
/// Fisher's exact test on the 2 x 2 table of a rule. Probabilities come from Loader's saddle-point form of the binomial
/// ("Fast and accurate computation of binomial probabilities", 2000), which loses no digits at any size of the counts.
/// </summary>
public static class FisherExact
{
    /// <summary>
    /// P(X ≥ both) where X is hypergeometric: the common baskets of two sides placed independently.
    /// Relative error about 1e-13, tails down to 1e-300 included.
    /// </summary>
    /// <param name="both">Baskets that hold both sides.</param>
    /// <param name="antecedent">Baskets that hold the antecedent.</param>
    /// <param name="consequent">Baskets that hold the consequent.</param>
    /// <param name="baskets">All baskets.</param>
    public static double GreaterTail(int both, int antecedent, int consequent, int baskets)
    {
        long a = antecedent, c = consequent, n = baskets;
        var least = Math.Max(0, a + c - n);
        var most = Math.Min(a, c);
        if (both <= least) return 1;
        if (both > most) return 0;

        // The tail away from the mode is summed: its terms fall, so the sum ends soon and cancels nothing.
        if ((double)both * n > (double)a * c)
        {
            double term = 1, sum = 1;
            for (long x = both; x < most; x++)
            {
                term *= (double)(a - x) * (c - x) / ((double)(x + 1) * (n - a - c + x + 1));
                sum += term;
                if (term < sum * 1e-17) break;
            }
            return Math.Min(1, Math.Exp(LogProbability(both, a, c, n) + Math.Log(sum)));
        }
        else
        {
            double term = 1, sum = 1;
            for (long x = both - 1; x > least; x--)
            {
                term *= (double)x * (n - a - c + x) / ((double)(a - x + 1) * (c - x + 1));
                sum += term;
                if (term < sum * 1e-17) break;
            }
            return Math.Clamp(1 - Math.Exp(LogProbability(both - 1, a, c, n) + Math.Log(sum)), 0, 1);
        }
    }

    // dhyper as three binomials: c white of n, a drawn, with the drawing share a / n.
    private static double LogProbability(long x, long a, long c, long n)
    {
        if (a == n) return x == c ? 0 : double.NegativeInfinity;
        double p = (double)a / n, q = (double)(n - a) / n;
        return LogBinomial(x, c, p, q) + LogBinomial(a - x, n - c, p, q) - LogBinomial(a, n, p, q);
    }

    private static double LogBinomial(double x, double n, double p, double q)
    {
        if (x == 0) return n == 0 ? 0 : p < 0.1 ? -Deviance(n, n * q) - n * p : n * Math.Log(q);
        if (x == n) return q < 0.1 ? -Deviance(n, n * p) - n * q : n * Math.Log(p);
        var correction = StirlingError(n) - StirlingError(x) - StirlingError(n - x) - Deviance(x, n * p) - Deviance(n - x, n * q);
        return correction - 0.5 * (Math.Log(2 * Math.PI) + Math.Log(x) + Math.Log((n - x) / n));
    }

    // x log(x / m) + m - x without cancellation where x is near m.
    private static double Deviance(double x, double m)
    {
        if (Math.Abs(x - m) < 0.1 * (x + m))
        {
            var v = (x - m) / (x + m);
            var sum = (x - m) * v;
            var term = 2 * x * v;
            v *= v;
            for (var j = 1; j < 1000; j++)
            {
                term *= v;
                var next = sum + term / (2 * j + 1);
                if (next == sum) return next;
                sum = next;
            }
        }
        return x * Math.Log(x / m) + m - x;
    }

    // log n! - log(sqrt(2 pi n) (n / e)^n)
    private static double StirlingError(double n)
    {
        if (n <= 15) return SmallErrors[(int)n];
        var square = n * n;
        return (S0 - (S1 - (S2 - (S3 - S4 / square) / square) / square) / square) / n;
    }

    private const double S0 = 1.0 / 12, S1 = 1.0 / 360, S2 = 1.0 / 1260, S3 = 1.0 / 1680, S4 = 1.0 / 1188;

    private static readonly double[] SmallErrors =
    [
        0,
        0.0810614667953272582196702, 0.0413406959554092940938221, 0.0276779256849983391487892, 0.0207906721037650931115227,
        0.0166446911898211921631949, 0.0138761288230707479987457, 0.0118967099458917700950557, 0.0104112652619720964745790,
        0.00925546218271273291772863, 0.00833056343336287125646931, 0.00757367548795184079497202, 0.00694284010720952986566415,
        0.00640899418800420706843963, 0.00595137011275884773562441, 0.00555473355196280137103869,
    ];
}
