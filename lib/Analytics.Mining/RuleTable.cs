namespace Analytics.Mining;

/// <summary>
/// Association rules in columns, in lexicographic order of (antecedent, consequent) by item codes.
/// Both sides are rows of <see cref="Itemsets"/>, so no rule stores items of its own.
/// </summary>
public sealed class RuleTable
{
    internal RuleTable(ItemsetTable itemsets, int[] antecedents, int[] consequents, int[] supports, bool truncated)
    {
        Itemsets = itemsets;
        AntecedentRows = antecedents;
        ConsequentRows = consequents;
        SupportCounts = supports;
        Truncated = truncated;
        PValues = new double[supports.Length];
        QValues = new double[supports.Length];
        Redundant = new bool[supports.Length];
    }

    /// <summary>The itemsets that the rules were made from.</summary>
    public ItemsetTable Itemsets { get; }

    /// <summary>The number of rules.</summary>
    public int Count => SupportCounts.Length;

    /// <summary>Whether <see cref="RuleOptions.MaximumRules"/> cut the table: the itemsets after some row gave no rules.</summary>
    public bool Truncated { get; }

    /// <summary>Each rule's antecedent as a row of <see cref="Itemsets"/>.</summary>
    public int[] AntecedentRows { get; }

    /// <summary>Each rule's consequent as a row of <see cref="Itemsets"/>.</summary>
    public int[] ConsequentRows { get; }

    /// <summary>The baskets that hold both sides.</summary>
    public int[] SupportCounts { get; }

    /// <summary>Fisher's exact test, one-sided: how likely so many common baskets or more are if the sides were independent.</summary>
    public double[] PValues { get; }

    /// <summary>P-values adjusted by Benjamini and Hochberg (1995) over all rules of the table.</summary>
    public double[] QValues { get; }

    /// <summary>Whether a proper, non-empty part of the antecedent has the same consequent with confidence as high.</summary>
    public bool[] Redundant { get; }

    /// <summary>The antecedent's item codes, ascending.</summary>
    /// <param name="rule">0 .. <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<int> Antecedent(int rule) => Itemsets[AntecedentRows[rule]];

    /// <summary>The consequent's item codes, ascending.</summary>
    /// <param name="rule">0 .. <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<int> Consequent(int rule) => Itemsets[ConsequentRows[rule]];

    /// <summary>The counts behind one rule's measures.</summary>
    /// <param name="rule">0 .. <see cref="Count"/> - 1.</param>
    public RuleCounts Counts(int rule) => new(
        SupportCounts[rule], Itemsets.Supports[AntecedentRows[rule]], Itemsets.Supports[ConsequentRows[rule]], Itemsets.Baskets);

    /// <summary>One measure of every rule.</summary>
    /// <param name="measure">Which.</param>
    /// <returns>A value a rule; NaN where the measure is not defined (NULL in the published table).</returns>
    public double[] Column(RuleMeasure measure)
    {
        if (measure == RuleMeasure.PValue) return (double[])PValues.Clone();
        if (measure == RuleMeasure.QValue) return (double[])QValues.Clone();
        var values = new double[Count];
        for (var rule = 0; rule < values.Length; rule++) values[rule] = Counts(rule).Measure(measure);
        return values;
    }

    /// <summary>One measure of one rule; NaN where it is not defined.</summary>
    /// <param name="rule">0 .. <see cref="Count"/> - 1.</param>
    /// <param name="measure">Which.</param>
    public double Value(int rule, RuleMeasure measure) => measure switch
    {
        RuleMeasure.PValue => PValues[rule],
        RuleMeasure.QValue => QValues[rule],
        _ => Counts(rule).Measure(measure),
    };

    /// <summary>
    /// Some of the rules, in the table's order. Their q-values and redundancy stay what they are among all rules.
    /// </summary>
    /// <param name="filter">Which.</param>
    public RuleTable Where(RuleFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Select(filter.Rows(this));
    }

    /// <summary>Some of the rules. Their q-values and redundancy stay what they are among all rules.</summary>
    /// <param name="rows">Their rows, ascending.</param>
    public RuleTable Select(int[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var table = new RuleTable(
            Itemsets,
            Array.ConvertAll(rows, row => AntecedentRows[row]),
            Array.ConvertAll(rows, row => ConsequentRows[row]),
            Array.ConvertAll(rows, row => SupportCounts[row]),
            Truncated);
        for (var i = 0; i < rows.Length; i++)
        {
            table.PValues[i] = PValues[rows[i]];
            table.QValues[i] = QValues[rows[i]];
            table.Redundant[i] = Redundant[rows[i]];
        }
        return table;
    }
}
