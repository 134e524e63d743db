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

    private static readonly RuleMeasure[] MoreMeasures =
        [RuleMeasure.Cosine, RuleMeasure.Representativity, RuleMeasure.Certainty, RuleMeasure.OddsRatio, RuleMeasure.Phi];

    public static IEnumerable<ColumnBatch> Rules(RuleTable rules, IReadOnlyList<string> itemIds, IReadOnlyList<string?> itemNames, IReadOnlyList<Column> columns)
    {
        var ids = Encode(itemIds);
        var names = Names(itemIds, itemNames);
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
            for (var m = 0; m < Measures.Length; m++) Append(batch, 8 + m, counts.Measure(Measures[m]));
            batch.Doubles(17).Append(rules.PValues[rule]);
            batch.Doubles(18).Append(rules.QValues[rule]);
            batch.Booleans(19).Append(rules.Redundant[rule]);
            for (var m = 0; m < MoreMeasures.Length; m++) Append(batch, 20 + m, counts.Measure(MoreMeasures[m]));
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    /// <summary>The contrasts of one dimension that are significant enough.</summary>
    public static IEnumerable<ColumnBatch> Contrasts(
        string dimension, IReadOnlyList<string> parts, ContrastResult result, double maximumQValue, ItemCatalog items, IReadOnlyList<Column> columns)
    {
        var ids = Encode(items.Ids);
        var names = Names(items.Ids, items.Names);
        var batch = new ColumnBatch(columns);
        foreach (var contrast in result.Contrasts)
        {
            if (contrast.QValue > maximumQValue) continue;
            var (antecedent, consequent) = (result.Rules.AntecedentRows[contrast.Rule], result.Rules.ConsequentRows[contrast.Rule]);
            batch.Texts(0).Append(dimension);
            batch.Texts(1).Append(parts[contrast.Part]);
            AppendList(batch.TextLists(2), result.Rules.Itemsets[antecedent], ids);
            AppendList(batch.TextLists(3), result.Rules.Itemsets[consequent], ids);
            AppendList(batch.TextLists(4), result.Rules.Itemsets[antecedent], names);
            AppendList(batch.TextLists(5), result.Rules.Itemsets[consequent], names);
            batch.Longs(6).Append(contrast.Inside.Both);
            batch.Longs(7).Append(contrast.Inside.Antecedent);
            batch.Longs(8).Append(contrast.Inside.Baskets);
            Append(batch, 9, contrast.Inside.Measure(RuleMeasure.Confidence));
            batch.Longs(10).Append(contrast.Outside.Both);
            batch.Longs(11).Append(contrast.Outside.Antecedent);
            batch.Longs(12).Append(contrast.Outside.Baskets);
            Append(batch, 13, contrast.Outside.Measure(RuleMeasure.Confidence));
            Append(batch, 14, contrast.Difference);
            batch.Doubles(15).Append(contrast.PValue);
            batch.Doubles(16).Append(contrast.QValue);
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    // NULL where a measure is not defined, or would be infinite.
    private static void Append(ColumnBatch batch, int column, double value)
    {
        if (double.IsFinite(value)) batch.Doubles(column).Append(value);
        else batch[column].AppendNull();
    }

    private static byte[][] Names(IReadOnlyList<string> ids, IReadOnlyList<string?> names) => Encode(names.Select((name, code) => name ?? ids[code]).ToArray());

    private static byte[][] Encode(IReadOnlyList<string> texts) => texts.Select(Encoding.UTF8.GetBytes).ToArray();

    private static void AppendList(TextListVector list, ReadOnlySpan<int> codes, byte[][] texts)
    {
        foreach (var code in codes) list.Items.Append(texts[code]);
        list.EndList();
    }
}
