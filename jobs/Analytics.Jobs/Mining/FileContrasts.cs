using Analytics.Columns;
using Analytics.Mining;

namespace Analytics.Jobs.Mining;

/// <summary>Contrasts of a plain file as rows.</summary>
internal static class FileContrasts
{
    public static readonly Column[] Columns =
    [
        new("part", ColumnType.Text), new("antecedent", ColumnType.TextList), new("consequent", ColumnType.TextList),
        new("support_count", ColumnType.Int64), new("antecedent_count", ColumnType.Int64), new("baskets", ColumnType.Int64), new("confidence", ColumnType.Double),
        new("other_support_count", ColumnType.Int64), new("other_antecedent_count", ColumnType.Int64), new("other_baskets", ColumnType.Int64),
        new("other_confidence", ColumnType.Double, Nullable: true), new("difference", ColumnType.Double, Nullable: true),
        new("p_value", ColumnType.Double), new("q_value", ColumnType.Double),
    ];

    /// <summary>All contrasts, in the order of rules and parts.</summary>
    public static IEnumerable<ColumnBatch> Rows(ContrastResult result, string[] ids, string[] parts)
    {
        var batch = new ColumnBatch(Columns);
        void List(int column, ReadOnlySpan<int> codes)
        {
            foreach (var code in codes) batch.TextLists(column).Items.Append(ids[code]);
            batch.TextLists(column).EndList();
        }
        void Value(int column, double value)
        {
            if (double.IsNaN(value)) batch[column].AppendNull();
            else batch.Doubles(column).Append(value);
        }
        foreach (var contrast in result.Contrasts)
        {
            batch.Texts(0).Append(parts[contrast.Part]);
            List(1, result.Rules.Antecedent(contrast.Rule));
            List(2, result.Rules.Consequent(contrast.Rule));
            batch.Longs(3).Append(contrast.Inside.Both);
            batch.Longs(4).Append(contrast.Inside.Antecedent);
            batch.Longs(5).Append(contrast.Inside.Baskets);
            Value(6, contrast.Inside.Measure(RuleMeasure.Confidence));
            batch.Longs(7).Append(contrast.Outside.Both);
            batch.Longs(8).Append(contrast.Outside.Antecedent);
            batch.Longs(9).Append(contrast.Outside.Baskets);
            Value(10, contrast.Outside.Measure(RuleMeasure.Confidence));
            Value(11, contrast.Difference);
            batch.Doubles(12).Append(contrast.PValue);
            batch.Doubles(13).Append(contrast.QValue);
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }
}
