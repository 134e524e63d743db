using System.Globalization;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Pipeline;
using Analytics.Mining;
using Analytics.Report;

namespace Analytics.Jobs.Stages;

/// <summary>The report's rules: the strongest, and those that came or went since the base run.</summary>
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
        return new RulesReport
        {
            Baskets = baskets,
            MinimumSupport = baskets is > 0 and <= int.MaxValue ? MinimumSupport.Parse(settings.MinSupport, (int)baskets) / (double)baskets : null,
            MinimumConfidence = (double)settings.MinConfidence,
            Itemsets = sizes,
            RuleCount = tables.Written("rules")!.Rows,
            RedundantCount = redundant,
            Rules = rules,
        };
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
        return changes with
        {
            NewRules = added,
            NewRuleCount = addedCount,
            GoneRules = gone,
            GoneRuleCount = goneCount,
            KeptRules = tables.Written("rules")!.Rows - addedCount,
        };
    }

    private static ReportRule Rule(ColumnBatch batch, int row) => new(
        Items(batch.TextLists(0).GetStrings(row)!, batch.TextLists(2).GetStrings(row)!), Items(batch.TextLists(1).GetStrings(row)!, batch.TextLists(3).GetStrings(row)!),
        batch.Longs(4)[row], batch.Doubles(5)[row], batch.Doubles(6)[row], batch.Doubles(7)[row], batch.Doubles(8)[row], batch.Booleans(9)[row]);

    /// <summary>Where an item has no name, its id stands in the table's list of names.</summary>
    private static ReportItem[] Items(string[] ids, string[] names) =>
        ids.Select((id, position) => new ReportItem(id, names[position] == id ? null : names[position])).ToArray();
}
