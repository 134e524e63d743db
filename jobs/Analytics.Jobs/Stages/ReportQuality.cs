using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Pipeline;
using Analytics.Report;

namespace Analytics.Jobs.Stages;

/// <summary>The report's account of the input: fates, reasons of rejection, checks.</summary>
internal static class ReportQuality
{
    private static readonly Column[] RejectColumns =
    [
        new("rule", ColumnType.Text), new("target", ColumnType.Text, true), new("records", ColumnType.Int64), new("source_file", ColumnType.Text),
        new("source_line", ColumnType.Int64), new("value", ColumnType.Text, true), new("raw", ColumnType.Text),
    ];

    public static QualityReport Read(StageContext context, ReportTables tables)
    {
        // In the stages' own order, whatever the order in which an open run's stages were done.
        var stages = context.Done.Values.OrderBy(stage => Order(stage.Stage)).ThenBy(stage => stage.Stage, StringComparer.Ordinal).ToList();
        return new QualityReport
        {
            Files = context.Ingest.Sources.Select(source => new FileFates(source.Name, source.Fates.Sale, source.Fates.Return, source.Fates.Adjustment,
                source.Fates.Duplicate, source.Fates.Rejected)).ToArray(),
            Rejects = Rejects(context, tables),
            Checks = stages.SelectMany(stage => stage.Quality).Select(check => new Report.QualityCheck(check.Stage, check.Check, check.Severity, check.Status == "pass",
                Text(check.Observed), Text(check.Expected), Text(check.Message))).ToArray(),
            Stages = stages.Select(stage => new StageRows(stage.Stage, stage.RowsIn, stage.RowsOut, stage.RowsRejected)).ToArray(),
        };
    }

    private static List<RejectReason> Rejects(StageContext context, ReportTables tables)
    {
        var reasons = new List<RejectReason>();
        if (tables.Written("rejects") is not { Rows: > 0 }) return reasons;
        tables.Define("rejects");
        var examples = new List<RejectExample>();
        foreach (var batch in context.Relations.Read("report_rejects", RejectColumns, new SqlParameters().Add("shown", (long)ReportPage.ExamplesShown)))
            for (var row = 0; row < batch.Count; row++)
            {
                var (rule, column) = (batch.Texts(0).GetString(row)!, batch.Texts(1).GetString(row));
                if (reasons.Count == 0 || reasons[^1].Rule != rule || reasons[^1].Column != column)
                    reasons.Add(new RejectReason(rule, column, batch.Longs(2)[row], examples = []));
                examples.Add(new RejectExample(batch.Texts(3).GetString(row)!, batch.Longs(4)[row], batch.Texts(5).GetString(row), batch.Texts(6).GetString(row)!));
            }
        return reasons;
    }

    private static int Order(string stage) => stage switch { "ingest" => 0, "sales" => 1, "mine" => 2, "forecast" => 3, "segment" => 4, _ => 5 };

    private static string? Text(string text) => text.Length == 0 ? null : text;
}
