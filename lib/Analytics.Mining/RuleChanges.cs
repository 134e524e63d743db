namespace Analytics.Mining;

/// <summary>What became of a rule between two runs.</summary>
public enum RuleChangeKind
{
    /// <summary>It is there now and was not.</summary>
    New,

    /// <summary>It was there and is not now.</summary>
    Gone,

    /// <summary>It is in both, and its confidence differs by more than chance and the threshold.</summary>
    Changed,
}

/// <summary>One rule that came, went or changed.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Before">Its row in the earlier table, or -1.</param>
/// <param name="After">Its row in the later table, or -1.</param>
/// <param name="PValue">For changed rules, Fisher's exact test of equal confidence, two-sided; else NaN.</param>
public readonly record struct RuleChange(RuleChangeKind Kind, int Before, int After, double PValue);

/// <summary>Compares the rules of two runs.</summary>
public static class RuleChanges
{
    /// <summary>The rules that are new, gone or changed, in the order of rule tables.</summary>
    /// <param name="before">The earlier run's rules, over the same item codes as the later one's.</param>
    /// <param name="after">The later run's rules.</param>
    /// <param name="leastDifference">The least difference of confidence that counts as a change.</param>
    /// <param name="significance">
    /// The greatest p-value that counts as a change. Runs usually share most of their baskets; the test then errs on the safe side.
    /// </param>
    public static RuleChange[] Compare(RuleTable before, RuleTable after, double leastDifference = 0.05, double significance = 0.01)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var changes = new List<RuleChange>();
        int i = 0, j = 0;
        while (i < before.Count || j < after.Count)
        {
            var order = i == before.Count ? 1 : j == after.Count ? -1 : Order(before, i, after, j);
            if (order < 0) changes.Add(new RuleChange(RuleChangeKind.Gone, i++, -1, double.NaN));
            else if (order > 0) changes.Add(new RuleChange(RuleChangeKind.New, -1, j++, double.NaN));
            else
            {
                var (old, now) = (before.Counts(i), after.Counts(j));
                var difference = Math.Abs(now.Measure(RuleMeasure.Confidence) - old.Measure(RuleMeasure.Confidence));
                if (difference >= leastDifference)
                {
                    var p = RuleContrast.SameConfidence(old, now);
                    if (p <= significance) changes.Add(new RuleChange(RuleChangeKind.Changed, i, j, p));
                }
                i++;
                j++;
            }
        }
        return [.. changes];
    }

    private static int Order(RuleTable before, int i, RuleTable after, int j)
    {
        var order = before.Antecedent(i).SequenceCompareTo(after.Antecedent(j));
        return order != 0 ? order : before.Consequent(i).SequenceCompareTo(after.Consequent(j));
    }
}
