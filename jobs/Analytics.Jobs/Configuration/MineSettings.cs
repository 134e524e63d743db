using System.ComponentModel;

namespace Analytics.Jobs.Configuration;

/// <summary>Frequent itemsets and association rules.</summary>
internal sealed class MineSettings
{
    [Description("The least share of baskets that hold an itemset (with a point), or the least count of baskets (a whole number).")]
    public string MinSupport { get; init; } = "0.01";

    [Description("The least confidence of a rule.")]
    public decimal MinConfidence { get; init; } = 0.3m;

    [Description("The least number of items of an itemset in the table itemsets. Rules come from itemsets of all lengths.")]
    public int MinLength { get; init; } = 1;

    [Description("The most items of an itemset, and so of a rule; 0 for no limit.")]
    public int MaxLength { get; init; }

    [Description("Which itemsets the table itemsets holds: frequent (all), closed, maximal or generator. Rules come from all frequent ones.")]
    public string Kind { get; init; } = "frequent";

    [Description("Only so many itemsets in the table, those of the greatest support; 0 for all. Rules come from all frequent ones.")]
    public int TopItemsets { get; init; }

    [Description("How to search: auto, apriori, fpgrowth, eclat or lcm. All find the same.")]
    public string Algorithm { get; init; } = "auto";

    [Description("Baskets of more items keep their most frequent ones, so many, and the table quality says how many were cut; 0 for no cap.")]
    public int MaxBasket { get; init; }

    [Description("Whether rules are made. Without them the table rules is empty.")]
    public bool Rules { get; init; } = true;

    [Description("The most items of a rule's consequent; 0 for no limit.")]
    public int MaxConsequent { get; init; }

    [Description("Which of the rules are published. q-values and redundancy are those among all rules.")]
    public RuleFilterSettings Filter { get; init; } = new();

    [Description("Whether itemsets and rules across items and their categories are mined too, into the tables category_itemsets and category_rules.")]
    public bool Categories { get; init; }

    [Description("A rule of categories is published if it has so many times the support or confidence that the rules above it lead to expect; 0 for all.")]
    public decimal CategoryInterest { get; init; } = 1.1m;

    [Description("By what rules are contrasted, into the table rule_contrasts: country, month or store; empty for none.")]
    public IReadOnlyList<string> Contrast { get; init; } = [];

    [Description("Contrast: the least share of a part's baskets that hold an itemset.")]
    public decimal ContrastSupport { get; init; } = 0.02m;

    [Description("Contrast: parts of fewer baskets are taken together as '(other)'.")]
    public int ContrastBaskets { get; init; } = 200;

    [Description("Contrast: the greatest q-value of a contrast that is published.")]
    public decimal ContrastQValue { get; init; } = 0.05m;

    [Description("The most memory that mining may take, in MiB; the result says truncated where it is hit.")]
    public int MemoryMib { get; init; } = 2048;

    [Description("The most search nodes that mining may visit; 0 for no limit. The result says truncated where it is hit.")]
    public long MaxNodes { get; init; } = 2_000_000_000;
}

/// <summary>Which rules are published.</summary>
internal sealed class RuleFilterSettings
{
    [Description("Only rules that hold all of these items.")]
    public IReadOnlyList<string> Contains { get; init; } = [];

    [Description("Only rules that hold none of these items.")]
    public IReadOnlyList<string> Without { get; init; } = [];

    [Description("Only rules whose antecedent is made of these items; empty for any.")]
    public IReadOnlyList<string> Antecedent { get; init; } = [];

    [Description("Only rules whose consequent is made of these items; empty for any.")]
    public IReadOnlyList<string> Consequent { get; init; } = [];

    [Description("Only rules with at least these values, such as lift=1.5.")]
    public IReadOnlyList<string> Least { get; init; } = [];

    [Description("Only rules with at most these values, such as q_value=0.05.")]
    public IReadOnlyList<string> Most { get; init; } = [];

    [Description("Whether rules that a shorter antecedent makes superfluous are left out.")]
    public bool NoRedundant { get; init; }

    [Description("Only so many rules, the best by top_by; 0 for all.")]
    public int Top { get; init; }

    [Description("The measure by which top chooses.")]
    public string TopBy { get; init; } = "lift";
}
