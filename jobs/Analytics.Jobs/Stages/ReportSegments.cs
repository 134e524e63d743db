using Analytics.Columns;
using Analytics.Jobs.Pipeline;
using Analytics.Report;

namespace Analytics.Jobs.Stages;

/// <summary>The report's segments and who moved between them.</summary>
internal static class ReportSegments
{
    private static readonly Column[] SegmentColumns =
    [
        new("segment_id", ColumnType.Int32), new("segment", ColumnType.Text), new("customers", ColumnType.Int64), new("recency_days", ColumnType.Double),
        new("frequency", ColumnType.Double), new("monetary", ColumnType.Double), new("net_amount", ColumnType.Amount), new("silhouette", ColumnType.Double, true),
        new("stability", ColumnType.Double, true), new("base_customers", ColumnType.Int64, true),
    ];

    private static readonly Column[] MoveColumns =
    [
        new("from_segment", ColumnType.Text, true), new("to_segment", ColumnType.Text, true), new("customers", ColumnType.Int64),
    ];

    /// <param name="context">The run.</param>
    /// <param name="tables">Its tables.</param>
    /// <param name="netAmount">Net amount of all lines, to tell what no segment holds.</param>
    public static SegmentsReport? Read(StageContext context, ReportTables tables, decimal netAmount)
    {
        if (!tables.Define("segments") || !tables.Define("segment_profiles")) return null;
        tables.DefineBase("segment_profiles");
        var segments = new List<ReportSegment>();
        foreach (var batch in context.Relations.Read("report_segments", SegmentColumns))
            for (var row = 0; row < batch.Count; row++)
                segments.Add(new ReportSegment(batch.Ints(0)[row], batch.Texts(1).GetString(row)!, batch.Longs(2)[row], batch.Doubles(3)[row], batch.Doubles(4)[row],
                    batch.Doubles(5)[row], Amounts.ToDecimal(batch.Int128s(6)[row]), Optional(batch, 7, row), Optional(batch, 8, row),
                    batch[9].IsNull(row) ? null : batch.Longs(9)[row]));
        return new SegmentsReport { Segments = segments, Moves = Moves(context, tables), UnassignedAmount = netAmount - segments.Sum(segment => segment.NetAmount) };
    }

    private static List<SegmentMove> Moves(StageContext context, ReportTables tables)
    {
        var moves = new List<SegmentMove>();
        if (!tables.DefineBase("segments")) return moves;
        foreach (var batch in context.Relations.Read("report_segment_moves", MoveColumns))
            for (var row = 0; row < batch.Count; row++)
                moves.Add(new SegmentMove(batch.Texts(0).GetString(row), batch.Texts(1).GetString(row), batch.Longs(2)[row]));
        return moves;
    }

    private static double? Optional(ColumnBatch batch, int column, int row) => batch[column].IsNull(row) ? null : batch.Doubles(column)[row];
}
