using Analytics.Mining.Internals;

namespace Analytics.Mining;

/// <summary>
/// Makes association rules with consequents of any size from frequent itemsets: consequents grow while confidence lasts
/// (ap-genrules of Agrawal and Srikant 1994), so the work is linear in the rules.
/// </summary>
public static class RuleMiner
{
    /// <summary>Makes all rules with enough confidence, with their p- and q-values and redundancy.</summary>
    /// <param name="itemsets">Frequent itemsets with all their subsets, as <see cref="ItemsetMiner.Mine(BasketSet, MiningOptions, CancellationToken)"/> gives them.</param>
    /// <param name="options">Which rules.</param>
    /// <param name="cancel">Stops with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">A subset of an itemset is missing, so that a confidence is not known.</exception>
    public static RuleTable Mine(ItemsetTable itemsets, RuleOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(itemsets);
        options.Check();
        var index = new ItemsetIndex(itemsets);
        if (index.Collision) throw new InvalidOperationException("two itemsets share a 64-bit hash; report the data set as a bug");
        var search = new RuleSearch(itemsets, index, options);
        search.Run(cancel);
        var table = search.ToTable();
        FillTests(table, options, cancel);
        Redundancy.Mark(table, cancel);
        return table;
    }

    internal static void FillTests(RuleTable table, RuleOptions options, CancellationToken cancel)
    {
        const int chunk = 4096;
        var chunks = (int)(((long)table.Count + chunk - 1) / chunk);
        WorkQueue.Run(options.EffectiveThreads, chunks, take =>
        {
            for (var task = take(); task >= 0; task = take())
            {
                cancel.ThrowIfCancellationRequested();
                var to = (int)Math.Min(table.Count, ((long)task + 1) * chunk);
                for (var rule = task * chunk; rule < to; rule++) table.PValues[rule] = table.Counts(rule).Measure(RuleMeasure.PValue);
            }
        });
        BenjaminiHochberg.Adjust(table.PValues, table.QValues);
    }
}
