using System.Buffers;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Report;

namespace Analytics.Jobs.Stages;

/// <summary>Reads what the report shows from the run's tables and from its base's. No clock: the same run gives the same page.</summary>
internal static class ReportBuilder
{
    /// <summary>The page as UTF-8.</summary>
    public static ReadOnlyMemory<byte> Render(StageContext context)
    {
        var page = new ArrayBufferWriter<byte>(1 << 20);
        ReportPage.Render(Model(context), page);
        return page.WrittenMemory;
    }

    /// <summary>The page's numbers and texts.</summary>
    public static ReportModel Model(StageContext context)
    {
        using var tables = new ReportTables(context);
        var (totals, previous) = ReportSales.Totals(context, tables);
        return new ReportModel
        {
            Header = Header(context),
            Totals = totals,
            PreviousTotals = previous,
            Daily = ReportSales.Daily(context),
            Forecast = ReportForecasts.Read(context, tables),
            Rules = ReportRules.Read(context, tables),
            Segments = ReportSegments.Read(context, tables, totals.NetAmount),
            Quality = ReportQuality.Read(context, tables),
            Changes = ReportChanges.Read(context, tables),
            Anchors = ReportAnchors.Read(context),
        };
    }

    private static ReportHeader Header(StageContext context)
    {
        var dates = context.ReadDates.Where(date => date.Transactions.Rows > 0).Select(date => date.Date).ToList();
        return new ReportHeader
        {
            ShopName = context.Results.Shop,
            BusinessDate = context.Date,
            RunId = Publisher.NextId(context.Target.Key, context.Lake.FindKey(context.Date, context.Target.Key)),
            BaseRunId = context.Target.Base?.Id,
            BaseBusinessDate = context.Target.Base?.Date,
            Engine = $"{EngineName(context.Engine.Name)} {context.Engine.Version}",
            Program = $"Analytics {PipelineVersion.Program}",
            Currency = context.Results.Input.Currency ?? (context.Ingest.Currencies is [var only] ? only : null),
            FirstDate = dates.Count > 0 ? dates.Min() : null,
            LastDate = dates.Count > 0 ? dates.Max() : null,
            Dates = dates.Count,
            SourceFiles = context.Ingest.Sources.Count,
        };
    }

    private static string EngineName(string name) => name switch { "duckdb" => "DuckDB", "spark" => "Apache Spark", _ => name };
}
