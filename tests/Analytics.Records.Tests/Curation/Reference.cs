using System.Text;
using Analytics.Columns;
using Analytics.Records.Curation;

namespace Analytics.Records.Tests.Curation;

/// <summary>The naive curation: lists and LINQ.</summary>
internal static class Reference
{
    public sealed record Row(string Label, ModelRecord Record, bool Dropped);

    /// <summary>The least name of each content.</summary>
    public static Dictionary<string, string> Labels(IReadOnlyDictionary<string, ModelSource> names) =>
        names.GroupBy(n => n.Value.Sha256).ToDictionary(g => g.Key, g => g.Select(n => n.Key).OrderBy(Utf8, StringComparer.Ordinal).First());

    public static Dictionary<int, List<Row>> Dates(IReadOnlyDictionary<string, ModelSource> names, DuplicatePolicy policy)
    {
        var labels = Labels(names);
        return names.Values.DistinctBy(s => s.Sha256)
            .SelectMany(s => s.Records.Select(r => (Label: labels[s.Sha256], Record: r)))
            .GroupBy(r => r.Record.Date)
            .ToDictionary(g => g.Key, g =>
            {
                var seen = new HashSet<int>();
                return g.OrderBy(r => Utf8(r.Label), StringComparer.Ordinal).ThenBy(r => r.Record.Line)
                    .Select(r => new Row(r.Label, r.Record, !seen.Add(r.Record.Key) && policy == DuplicatePolicy.Drop)).ToList();
            });
    }

    public static IEnumerable<object?[]> Transactions(List<Row> rows) =>
        rows.Where(r => !r.Dropped).Select(r => (object?[])[.. r.Record.Shared, Kind(r.Record), r.Label, r.Record.Line]);

    public static IEnumerable<object?[]> Evidence(List<Row> rows) => rows.Select(r => (object?[])
    [
        r.Label, r.Record.Line, r.Record.FingerprintHigh, r.Record.FingerprintLow, r.Dropped,
        .. r.Dropped ? r.Record.Shared : new object?[17], r.Dropped ? Kind(r.Record) : null,
    ]);

    public static FateCounts Fates(IEnumerable<Row> rows)
    {
        var list = rows.ToList();
        long Count(RecordKind kind) => list.Count(r => !r.Dropped && r.Record.Kind == kind);
        return new FateCounts(Count(RecordKind.Sale), Count(RecordKind.Return), Count(RecordKind.Adjustment), list.Count(r => r.Dropped));
    }

    public static List<object?[]> Rows(ColumnBatch batch)
    {
        var rows = new List<object?[]>();
        for (var row = 0; row < batch.Count; row++)
        {
            rows.Add([.. Enumerable.Range(0, batch.Columns.Count).Select(i => batch[i].IsNull(row) ? null : batch[i] switch
            {
                ValueVector<bool> v => v[row],
                ValueVector<int> v => v[row],
                ValueVector<long> v => v[row],
                ValueVector<Int128> v => v[row],
                TextVector v => (object?)v.GetString(row),
                _ => throw new ArgumentException("unknown vector"),
            })]);
        }
        return rows;
    }

    private static string Kind(ModelRecord record) => record.Kind switch
    {
        RecordKind.Sale => "sale",
        RecordKind.Return => "return",
        _ => "adjustment",
    };

    /// <summary>A string that sorts by ordinal as the name's UTF-8 bytes do.</summary>
    private static string Utf8(string name) => Convert.ToHexString(Encoding.UTF8.GetBytes(name));
}
