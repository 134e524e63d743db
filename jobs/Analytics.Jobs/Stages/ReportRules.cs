using System.Globalization;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Pipeline;
using Analytics.Mining;
using Analytics.Report;

namespace Analytics.Jobs.Stages;

/// <summary>The report's rules: the strongest, those of one part alone, and those that came, went or changed since the base run.</summary>
internal static class ReportRules
{
    private static readonly Column[] SizeColumns = [new("size", ColumnType.Int32), new("itemsets", ColumnType.Int64)];

    private static readonly Column[] RuleColumns =
    [
        new("antecedent", ColumnType.TextList), new("consequent", ColumnType.TextList), new("antecedent_names", ColumnType.TextList), new("consequent_names", ColumnType.TextList),
        new("support_count", ColumnType.Int64), new("support", ColumnType.Double), new("confidence", ColumnType.Double), new("lift", ColumnType.Double),
        new("q_value", ColumnType.Double), new("redundant", ColumnType.Boolean), new("rules", ColumnType.Int64),
    ];

    private static readonly Column[] ChangeColumns = [.. RuleColumns, new("gone", ColumnType.Boolean)];

    private static readonly Column[] ShiftColumns =
    [
        .. RuleColumns[..10],
        new("antecedent_count", ColumnType.Int64), new("consequent_count", ColumnType.Int64), new("baskets", ColumnType.Int64),
        new("base_support_count", ColumnType.Int64), new("base_antecedent_count", ColumnType.Int64), new("base_consequent_count", ColumnType.Int64),
        new("base_baskets", ColumnType.Int64),
    ];

    private static readonly Column[] ContrastColumns =
    [
        new("dimension", ColumnType.Text), new("part", ColumnType.Text), new("antecedent", ColumnType.TextList), new("consequent", ColumnType.TextList),
        new("antecedent_names", ColumnType.TextList), new("consequent_names", ColumnType.TextList), new("support_count", ColumnType.Int64),
        new("confidence", ColumnType.Double), new("other_confidence", ColumnType.Double, true), new("q_value", ColumnType.Double), new("contrasts", ColumnType.Int64),
    ];

    /// <summary>The greatest p-value at which a changed confidence is no chance.</summary>
    private const double Significance = 0.01;

    public static RulesReport? Read(StageContext context, ReportTables tables)
    {
        if (!tables.Define("itemsets") || !tables.Define("rules")) return null;
        var sizes = new List<ItemsetCount>();
        foreach (var batch in context.Relations.Read("report_itemset_sizes", SizeColumns))
            for (var row = 0; row < batch.Count; row++) sizes.Add(new ItemsetCount(batch.Ints(0)[row], batch.Longs(1)[row]));
        var rules = new List<ReportRule>();
        long redundant = 0;
        foreach (var batch in context.Relations.Read("report_rules", RuleColumns, new SqlParameters().Add("shown", (long)ReportPage.RulesShown)))
            for (var row = 0; row < batch.Count; row++)
            {
                rules.Add(Rule(batch, row));
                if (rules[^1].Redundant) redundant = batch.Longs(10)[row];
            }
        var baskets = long.Parse(context.Done["mine"].Quality.First(check => check.Check == "baskets").Observed, CultureInfo.InvariantCulture);
        var settings = context.Results.Mine;
        var (contrasts, contrastCount) = Contrasts(context, tables);
        return new RulesReport
        {
            Baskets = baskets,
            MinimumSupport = baskets is > 0 and <= int.MaxValue ? MinimumSupport.Parse(settings.MinSupport, (int)baskets) / (double)baskets : null,
            MinimumConfidence = (double)settings.MinConfidence,
            Itemsets = sizes,
            RuleCount = tables.Written("rules")!.Rows,
            RedundantCount = redundant,
            Rules = rules,
            Contrasts = contrasts,
            ContrastCount = contrastCount,
        };
    }

    private static (List<ReportContrast>? Contrasts, long Count) Contrasts(StageContext context, ReportTables tables)
    {
        if (!tables.Define("rule_contrasts")) return (null, 0);
        var contrasts = new List<ReportContrast>();
        long count = 0;
        foreach (var batch in context.Relations.Read("report_contrasts", ContrastColumns, new SqlParameters().Add("shown", (long)ReportPage.ContrastsShown)))
            for (var row = 0; row < batch.Count; row++)
            {
                contrasts.Add(new ReportContrast(
                    batch.Texts(0).GetString(row)!, batch.Texts(1).GetString(row)!,
                    Items(batch.TextLists(2).GetStrings(row)!, batch.TextLists(4).GetStrings(row)!), Items(batch.TextLists(3).GetStrings(row)!, batch.TextLists(5).GetStrings(row)!),
                    batch.Longs(6)[row], batch.Doubles(7)[row], batch[8].IsNull(row) ? null : batch.Doubles(8)[row], batch.Doubles(9)[row]));
                count = batch.Longs(10)[row];
            }
        return (contrasts, count);
    }

    /// <summary>Puts what changed since the base run into its report; nothing where one of both has no rules to compare.</summary>
    public static ChangesReport Compare(StageContext context, ReportTables tables, ChangesReport changes)
    {
        if (tables.InBase("rules") is null || !tables.Define("rules")) return changes;
        tables.DefineBase("rules");
        var (added, gone) = (new List<ReportRule>(), new List<ReportRule>());
        long addedCount = 0, goneCount = 0;
        foreach (var batch in context.Relations.Read("report_rule_changes", ChangeColumns, new SqlParameters().Add("shown", (long)ReportPage.RuleChangesShown)))
            for (var row = 0; row < batch.Count; row++)
                if (batch.Booleans(11)[row])
                {
                    gone.Add(Rule(batch, row));
                    goneCount = batch.Longs(10)[row];
                }
                else
                {
                    added.Add(Rule(batch, row));
                    addedCount = batch.Longs(10)[row];
                }
        var shifts = Shifts(context);
        return changes with
        {
            ChangedRules = [.. shifts.Take(ReportPage.RuleChangesShown)],
            ChangedRuleCount = shifts.Count,
            NewRules = added,
            NewRuleCount = addedCount,
            GoneRules = gone,
            GoneRuleCount = goneCount,
            KeptRules = tables.Written("rules")!.Rows - addedCount,
        };
    }

    /// <summary>Rules of both runs whose confidence differs by more than chance, the greatest difference first.</summary>
    private static List<RuleShift> Shifts(StageContext context)
    {
        var shifts = new List<RuleShift>();
        RuleCounts Counts(ColumnBatch batch, int row, int both, int antecedent) => new(
            (int)batch.Longs(both)[row], (int)batch.Longs(antecedent)[row], (int)batch.Longs(antecedent + 1)[row], (int)batch.Longs(antecedent + 2)[row]);
        foreach (var batch in context.Relations.Read("report_rule_shifts", ShiftColumns))
            for (var row = 0; row < batch.Count; row++)
            {
                var (now, before) = (Counts(batch, row, 4, 10), Counts(batch, row, 13, 14));
                var p = RuleContrast.SameConfidence(before, now);
                if (p <= Significance) shifts.Add(new RuleShift(Rule(batch, row), before.Measure(RuleMeasure.Confidence), p));
            }
        // Stable: equal differences stay in the order of the rules.
        return [.. shifts.OrderByDescending(shift => Math.Abs(shift.Rule.Confidence - shift.ConfidenceBefore))];
    }

    private static ReportRule Rule(ColumnBatch batch, int row) => new(
        Items(batch.TextLists(0).GetStrings(row)!, batch.TextLists(2).GetStrings(row)!), Items(batch.TextLists(1).GetStrings(row)!, batch.TextLists(3).GetStrings(row)!),
        batch.Longs(4)[row], batch.Doubles(5)[row], batch.Doubles(6)[row], batch.Doubles(7)[row], batch.Doubles(8)[row], batch.Booleans(9)[row]);

    /// <summary>Where an item has no name, its id stands in the table's list of names.</summary>
    private static ReportItem[] Items(string[] ids, string[] names) =>
        ids.Select((id, position) => new ReportItem(id, names[position] == id ? null : names[position])).ToArray();
}
