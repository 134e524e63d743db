using System.Text;
using Analytics.Columns;
using Analytics.Jobs.Pipeline;
using Analytics.Mining;

namespace Analytics.Jobs.Stages;

/// <summary>Itemsets and rules as rows of their tables, a batch at a time; ids and names are encoded once an item.</summary>
internal static class ItemsetRows
{
    public static IEnumerable<ColumnBatch> Itemsets(ItemsetTable itemsets, IReadOnlyList<string> ids, IReadOnlyList<Column> columns)
    {
        var texts = Encode(ids);
        var batch = new ColumnBatch(columns);
        for (var set = 0; set < itemsets.Count; set++)
        {
            AppendList(batch.TextLists(0), itemsets[set], texts);
            batch.Ints(1).Append(itemsets[set].Length);
            batch.Longs(2).Append(itemsets.Supports[set]);
            batch.Doubles(3).Append(itemsets.Support(set));
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    private static readonly RuleMeasure[] Measures =
    [
        RuleMeasure.Support, RuleMeasure.Confidence, RuleMeasure.Lift, RuleMeasure.Leverage, RuleMeasure.Conviction, RuleMeasure.Jaccard,
        RuleMeasure.Kulczynski, RuleMeasure.ImbalanceRatio, RuleMeasure.Zhang,
    ];

    public static IEnumerable<ColumnBatch> Rules(RuleTable rules, ItemCatalog items, IReadOnlyList<Column> columns)
    {
        var ids = Encode(items.Ids);
        var names = Encode(items.Names.Select((name, code) => name ?? items.Ids[code]).ToArray());
        var batch = new ColumnBatch(columns);
        for (var rule = 0; rule < rules.Count; rule++)
        {
            AppendList(batch.TextLists(0), rules.Antecedent(rule), ids);
            AppendList(batch.TextLists(1), rules.Consequent(rule), ids);
            AppendList(batch.TextLists(2), rules.Antecedent(rule), names);
            AppendList(batch.TextLists(3), rules.Consequent(rule), names);
            var counts = rules.Counts(rule);
            batch.Longs(4).Append(counts.Both);
            batch.Longs(5).Append(counts.Antecedent);
            batch.Longs(6).Append(counts.Consequent);
            batch.Longs(7).Append(counts.Baskets);
            for (var m = 0; m < Measures.Length; m++)
            {
                var value = counts.Measure(Measures[m]);
                if (double.IsNaN(value)) batch[8 + m].AppendNull();
                else batch.Doubles(8 + m).Append(value);
            }
            batch.Doubles(17).Append(rules.PValues[rule]);
            batch.Doubles(18).Append(rules.QValues[rule]);
            batch.Booleans(19).Append(rules.Redundant[rule]);
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    private static byte[][] Encode(IReadOnlyList<string> texts) => texts.Select(Encoding.UTF8.GetBytes).ToArray();

    private static void AppendList(TextListVector list, ReadOnlySpan<int> codes, byte[][] texts)
    {
        foreach (var code in codes) list.Items.Append(texts[code]);
        list.EndList();
    }
}
