using System.Text.Json;
using System.Text.Json.Nodes;
using Analytics.Columns;
using Analytics.Proofs;

namespace Analytics.Publishing.Internals;

/// <summary>Whether a value of a row is what a user wrote.</summary>
internal static class RowMatch
{
    public static bool Holds(ColumnBatch batch, int column, int row, string wanted)
    {
        if (batch[column].IsNull(row)) return wanted.Length == 0;
        switch (batch.Columns[column].Type.Kind)
        {
            case ColumnKind.Text:
                return batch.Texts(column).GetString(row) == wanted;
            case ColumnKind.TextList:
                var list = batch.TextLists(column).GetStrings(row)!;
                return list.Length == 1 && list[0] == wanted || list.SequenceEqual(Parse(wanted) ?? [], StringComparer.Ordinal);
            default:
                // Numbers, dates and times as the proof shows them; 7 also stands for 7.000.
                var single = new ColumnBatch([batch.Columns[column] with { Name = "value" }]);
                single[0].AppendFrom(batch[column], row);
                var text = RowValues.Text(RowValues.Decode(single.Columns, RowEncoding.Encode(single, 0))["value"]);
                return text == wanted || batch.Columns[column].Type.Kind == ColumnKind.Decimal && text.Contains('.', StringComparison.Ordinal)
                    && text.TrimEnd('0').TrimEnd('.') == (wanted.Contains('.', StringComparison.Ordinal) ? wanted.TrimEnd('0').TrimEnd('.') : wanted);
        }
    }

    private static string[]? Parse(string text)
    {
        try
        {
            return text.StartsWith('[') && JsonNode.Parse(text) is JsonArray array ? [.. array.Select(static item => item!.GetValue<string>())] : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }
}
