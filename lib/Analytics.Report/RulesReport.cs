namespace Analytics.Report;

/// <summary>What the mining stage found.</summary>
public sealed record RulesReport
{
    /// <summary>Baskets mined.</summary>
    public long Baskets { get; init; }

    /// <summary>The least support, a share of the baskets.</summary>
    public double? MinimumSupport { get; init; }

    /// <summary>The least confidence.</summary>
    public double? MinimumConfidence { get; init; }

    /// <summary>Frequent itemsets by their size.</summary>
    public IReadOnlyList<ItemsetCount> Itemsets { get; init; } = [];

    /// <summary>All rules of the run, redundant ones included. Null where <see cref="Rules"/> holds them all.</summary>
    public long? RuleCount { get; init; }

    /// <summary>Redundant rules of the run. Null where <see cref="Rules"/> holds them all.</summary>
    public long? RedundantCount { get; init; }

    /// <summary>
    /// Rules to show, in any order; the page orders them by lift and shows the first <see cref="ReportPage.RulesShown"/>
    /// that are not redundant and as many redundant ones, folded away.
    /// </summary>
    public IReadOnlyList<ReportRule> Rules { get; init; } = [];

    /// <summary>
    /// Rules whose confidence in one part of the baskets differs from that in the others; null where no contrasts were asked for.
    /// The page shows the first <see cref="ReportPage.ContrastsShown"/> of each dimension by how much.
    /// </summary>
    public IReadOnlyList<ReportContrast>? Contrasts { get; init; }

    /// <summary>All contrasts of the run. Null where <see cref="Contrasts"/> holds them all.</summary>
    public long? ContrastCount { get; init; }
}

/// <summary>A rule in one part of the baskets against all others.</summary>
/// <param name="Dimension">What the parts are: country, month or store.</param>
/// <param name="Part">The part.</param>
/// <param name="Antecedent">What is in the basket.</param>
/// <param name="Consequent">What is then likely in it too.</param>
/// <param name="SupportCount">The part's baskets with both.</param>
/// <param name="Confidence">Confidence in the part.</param>
/// <param name="OtherConfidence">Confidence in all other parts; null where they lack the antecedent.</param>
/// <param name="QValue">Benjamini-Hochberg q-value of Fisher's test that both are the same.</param>
public sealed record ReportContrast(
    string Dimension, string Part, IReadOnlyList<ReportItem> Antecedent, IReadOnlyList<ReportItem> Consequent,
    long SupportCount, double Confidence, double? OtherConfidence, double QValue)
{
    /// <summary>How far the part's confidence lies above that of the others.</summary>
    public double Difference => Confidence - (OtherConfidence ?? 0);
}

/// <summary>Itemsets of one size.</summary>
/// <param name="Size">Items in the set.</param>
/// <param name="Count">Frequent itemsets of that size.</param>
public readonly record struct ItemsetCount(int Size, long Count);

/// <summary>An item with its name.</summary>
/// <param name="Id">The item id.</param>
/// <param name="Name">Its name in its last sale; null where it has none.</param>
public readonly record struct ReportItem(string Id, string? Name)
{
    /// <summary>The name, or the id where there is none.</summary>
    public string Label => string.IsNullOrWhiteSpace(Name) ? Id : Name;
}

/// <summary>One association rule: baskets with the antecedent tend to hold the consequent.</summary>
/// <param name="Antecedent">What is in the basket.</param>
/// <param name="Consequent">What is then likely in it too.</param>
/// <param name="SupportCount">Baskets with both.</param>
/// <param name="Support">The same as a share of all baskets.</param>
/// <param name="Confidence">Share of the antecedent's baskets that hold the consequent.</param>
/// <param name="Lift">Confidence over the consequent's own share of all baskets.</param>
/// <param name="QValue">Benjamini-Hochberg q-value of Fisher's one-sided test; null where not computed.</param>
/// <param name="Redundant">A shorter rule with the same consequent is as confident.</param>
public sealed record ReportRule(
    IReadOnlyList<ReportItem> Antecedent, IReadOnlyList<ReportItem> Consequent,
    long SupportCount, double Support, double Confidence, double Lift, double? QValue, bool Redundant);
