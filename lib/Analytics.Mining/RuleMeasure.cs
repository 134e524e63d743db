namespace Analytics.Mining;

/// <summary>Measures of a rule's interest. n baskets; a, c and s of them hold the antecedent, the consequent and both.</summary>
public enum RuleMeasure
{
    /// <summary>s / n.</summary>
    Support,

    /// <summary>s / a, the share of the antecedent's baskets that hold the consequent too.</summary>
    Confidence,

    /// <summary>s n / (a c): 1 when independent (Brin et al. 1997).</summary>
    Lift,

    /// <summary>s / n - a c / n² (Piatetsky-Shapiro 1991).</summary>
    Leverage,

    /// <summary>(1 - c / n) / (1 - s / a), not defined at confidence 1 (Brin et al. 1997).</summary>
    Conviction,

    /// <summary>s / (a + c - s).</summary>
    Jaccard,

    /// <summary>(s / a + s / c) / 2.</summary>
    Kulczynski,

    /// <summary>|a - c| / (a + c - s) (Wu, Chen and Han 2010).</summary>
    ImbalanceRatio,

    /// <summary>Leverage / max(s/n (1 - a/n), a/n (c/n - s/n)), -1 to 1 (Zhang 2000); 0 where both are 0.</summary>
    Zhang,

    /// <summary>One-sided p-value of Fisher's exact test.</summary>
    PValue,

    /// <summary>The p-value adjusted for the number of rules (Benjamini and Hochberg 1995).</summary>
    QValue,

    /// <summary>s / sqrt(a c).</summary>
    Cosine,

    /// <summary>How far confidence moves from c/n towards 1 (or 0, then negative), as a share of the way (Shortliffe 1975); 0 where c = n and s = a.</summary>
    Certainty,

    /// <summary>The share of the baskets in which the rule's items are known (Ochin et al. 2016, as in mlxtend): baskets hide none, so 1.</summary>
    Representativity,

    /// <summary>s (n - a - c + s) / ((a - s)(c - s)): infinite where a side never occurs alone.</summary>
    OddsRatio,

    /// <summary>The correlation of the two indicator variables, -1 to 1; not defined where a side is in every basket.</summary>
    Phi,
}

/// <summary>The four counts of a rule, from which every measure but the q-value follows.</summary>
/// <param name="Both">Baskets that hold both sides.</param>
/// <param name="Antecedent">Baskets that hold the antecedent.</param>
/// <param name="Consequent">Baskets that hold the consequent.</param>
/// <param name="Baskets">All baskets.</param>
public readonly record struct RuleCounts(int Both, int Antecedent, int Consequent, int Baskets)
{
    /// <summary>The value of a measure; NaN where it is not defined.</summary>
    /// <param name="measure">Any but <see cref="RuleMeasure.QValue"/>, which depends on the other rules.</param>
    public double Measure(RuleMeasure measure)
    {
        double s = Both, a = Antecedent, c = Consequent, n = Baskets;
        // Products of two counts lie below 2^62: whole-number arithmetic keeps differences of near-equal terms exact.
        var lead = (double)((long)Both * Baskets - (long)Antecedent * Consequent);
        switch (measure)
        {
            case RuleMeasure.Support: return s / n;
            case RuleMeasure.Confidence: return s / a;
            case RuleMeasure.Lift: return s * n / (a * c);
            case RuleMeasure.Leverage: return lead / (n * n);
            case RuleMeasure.Conviction: return Both == Antecedent ? double.NaN : a * (n - c) / (n * (a - s));
            case RuleMeasure.Jaccard: return s / (a + c - s);
            case RuleMeasure.Kulczynski: return (s / a + s / c) / 2;
            case RuleMeasure.ImbalanceRatio: return Math.Abs(a - c) / (a + c - s);
            case RuleMeasure.Zhang:
                var scale = Math.Max(s * (n - a), a * (c - s));
                return scale == 0 ? 0 : lead / scale;
            case RuleMeasure.PValue: return FisherExact.GreaterTail(Both, Antecedent, Consequent, Baskets);
            case RuleMeasure.Cosine: return s / Math.Sqrt(a * c);
            case RuleMeasure.Certainty:
                if (lead > 0) return lead / (a * (n - c));
                return lead < 0 ? lead / (a * c) : 0;
            case RuleMeasure.Representativity: return 1;
            case RuleMeasure.OddsRatio:
                double alone = (a - s) * (c - s), together = s * (n - a - c + s);
                return alone == 0 ? together == 0 ? double.NaN : double.PositiveInfinity : together / alone;
            case RuleMeasure.Phi:
                var spread = a * c * (n - a) * (n - c);
                return spread == 0 ? double.NaN : lead / Math.Sqrt(spread);
            default: throw new ArgumentOutOfRangeException(nameof(measure), measure, "not a measure of one rule's counts");
        }
    }
}
