using System.Text;
using Analytics.Columns;
using Analytics.Mining;

namespace Analytics.Jobs.Mining;

/// <summary>Itemsets and rules of a plain file as rows.</summary>
internal static class MinedRows
{
    public static readonly Column[] ItemsetColumns =
    [
        new("items", ColumnType.TextList), new("size", ColumnType.Int32), new("support_count", ColumnType.Int64), new("support", ColumnType.Double),
    ];

    public static readonly Column[] RuleColumns =
    [
        new("antecedent", ColumnType.TextList), new("consequent", ColumnType.TextList),
        new("support_count", ColumnType.Int64), new("antecedent_count", ColumnType.Int64), new("consequent_count", ColumnType.Int64), new("baskets", ColumnType.Int64),
        .. MeasureNames.All.Select(name => new Column(name, ColumnType.Double, Nullable: true)),
        new("redundant", ColumnType.Boolean),
    ];

    public static IEnumerable<ColumnBatch> Itemsets(ItemsetTable itemsets, string[] ids)
    {
        var texts = Encode(ids);
        var batch = new ColumnBatch(ItemsetColumns);
        for (var row = 0; row < itemsets.Count; row++)
        {
            AppendList(batch.TextLists(0), itemsets[row], texts);
            batch.Ints(1).Append(itemsets[row].Length);
            batch.Longs(2).Append(itemsets.Supports[row]);
            batch.Doubles(3).Append(itemsets.Support(row));
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    public static IEnumerable<ColumnBatch> Rules(RuleTable rules, string[] ids)
    {
        var texts = Encode(ids);
        var batch = new ColumnBatch(RuleColumns);
        var measures = MeasureNames.All.Select(name => MeasureNames.Find(name)!.Value).ToArray();
        for (var rule = 0; rule < rules.Count; rule++)
        {
            AppendList(batch.TextLists(0), rules.Antecedent(rule), texts);
            AppendList(batch.TextLists(1), rules.Consequent(rule), texts);
            var counts = rules.Counts(rule);
            batch.Longs(2).Append(counts.Both);
            batch.Longs(3).Append(counts.Antecedent);
            batch.Longs(4).Append(counts.Consequent);
            batch.Longs(5).Append(counts.Baskets);
            for (var i = 0; i < measures.Length; i++)
            {
                var value = rules.Value(rule, measures[i]);
                if (double.IsNaN(value)) batch[6 + i].AppendNull();
                else batch.Doubles(6 + i).Append(value);
            }
            batch.Booleans(6 + measures.Length).Append(rules.Redundant[rule]);
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    private static byte[][] Encode(string[] ids) => Array.ConvertAll(ids, Encoding.UTF8.GetBytes);

    private static void AppendList(TextListVector list, ReadOnlySpan<int> codes, byte[][] texts)
    {
        foreach (var code in codes) list.Items.Append(texts[code]);
        list.EndList();
    }
}
