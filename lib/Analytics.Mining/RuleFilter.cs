namespace Analytics.Mining;

/// <summary>A bound on a measure.</summary>
/// <param name="Measure">Which.</param>
/// <param name="Least">Rules below it, or for which the measure is not defined, are left out.</param>
/// <param name="Most">Rules above it are left out.</param>
public readonly record struct MeasureBound(RuleMeasure Measure, double Least = double.NegativeInfinity, double Most = double.PositiveInfinity);

/// <summary>Which rules of a table are wanted: by template, by measure, and how many.</summary>
public sealed record RuleFilter
{
    /// <summary>Item codes of which the rule holds each one, on either side.</summary>
    public IReadOnlyCollection<int> MustContain { get; init; } = [];

    /// <summary>Item codes of which the rule holds none.</summary>
    public IReadOnlyCollection<int> MustNotContain { get; init; } = [];

    /// <summary>The antecedent holds only these item codes; null for any.</summary>
    public IReadOnlyCollection<int>? AntecedentFrom { get; init; }

    /// <summary>The consequent holds only these item codes; null for any.</summary>
    public IReadOnlyCollection<int>? ConsequentFrom { get; init; }

    /// <summary>Bounds that all hold.</summary>
    public IReadOnlyCollection<MeasureBound> Bounds { get; init; } = [];

    /// <summary>Whether redundant rules are left out.</summary>
    public bool NoRedundant { get; init; }

    /// <summary>Only so many rules, the best by <see cref="TopBy"/>; 0 for all.</summary>
    public int Top { get; init; }

    /// <summary>The measure by which <see cref="Top"/> chooses: the greatest values, for p- and q-values the least. Ties: the table's order.</summary>
    public RuleMeasure TopBy { get; init; } = RuleMeasure.Lift;

    /// <summary>The rows of a table that pass, in its order.</summary>
    public int[] Rows(RuleTable rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var roles = Roles(rules.Itemsets.ItemCount);
        var rows = new List<int>();
        for (var rule = 0; rule < rules.Count; rule++)
            if (Passes(rules, rule, roles)) rows.Add(rule);
        if (Top == 0 || rows.Count <= Top) return [.. rows];
        var sign = TopBy is RuleMeasure.PValue or RuleMeasure.QValue ? 1 : -1;
        var keys = new double[rows.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var value = rules.Value(rows[i], TopBy);
            keys[i] = double.IsNaN(value) ? double.PositiveInfinity : sign * value;
        }
        var order = Enumerable.Range(0, keys.Length).ToArray();
        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        var top = order.AsSpan(0, Top);
        top.Sort();
        var best = new int[Top];
        for (var i = 0; i < best.Length; i++) best[i] = rows[top[i]];
        return best;
    }

    // Bit 0: not allowed in the antecedent; 1: nor in the consequent; 2: must be there.
    private byte[] Roles(int items)
    {
        var roles = new byte[items];
        if (AntecedentFrom is not null) Restrict(roles, AntecedentFrom, 1);
        if (ConsequentFrom is not null) Restrict(roles, ConsequentFrom, 2);
        foreach (var item in MustNotContain) roles[item] |= 3;
        foreach (var item in MustContain) roles[item] |= 4;
        return roles;
    }

    private static void Restrict(byte[] roles, IReadOnlyCollection<int> allowed, byte flag)
    {
        var set = allowed.ToHashSet();
        for (var item = 0; item < roles.Length; item++)
            if (!set.Contains(item)) roles[item] |= flag;
    }

    private bool Passes(RuleTable rules, int rule, byte[] roles)
    {
        if (NoRedundant && rules.Redundant[rule]) return false;
        var found = 0;
        foreach (var item in rules.Antecedent(rule))
        {
            if ((roles[item] & 1) != 0) return false;
            found += roles[item] >> 2;
        }
        foreach (var item in rules.Consequent(rule))
        {
            if ((roles[item] & 2) != 0) return false;
            found += roles[item] >> 2;
        }
        if (found < MustContain.Count) return false;
        foreach (var bound in Bounds)
        {
            var value = rules.Value(rule, bound.Measure);
            if (!(value >= bound.Least && value <= bound.Most)) return false;
        }
        return true;
    }
}
