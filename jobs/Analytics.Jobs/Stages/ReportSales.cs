using Analytics.Columns;
using Analytics.Jobs.Pipeline;
using Analytics.Report;

namespace Analytics.Jobs.Stages;

/// <summary>The report's sums and days.</summary>
internal static class ReportSales
{
    private static readonly Column[] DailyColumns =
    [
        new("date", ColumnType.Date), new("gross_amount", ColumnType.Amount), new("return_amount", ColumnType.Amount), new("orders", ColumnType.Int64),
        new("units", ColumnType.Amount), new("customers", ColumnType.Int64),
    ];

    private static readonly Column[] TotalColumns =
    [
        new("in_base", ColumnType.Boolean), new("gross_amount", ColumnType.Amount), new("return_amount", ColumnType.Amount), new("orders", ColumnType.Int64),
        new("units", ColumnType.Amount), new("items", ColumnType.Int64),
    ];

    private static readonly Column[] CustomerColumns = [new("customers", ColumnType.Int64), new("base_customers", ColumnType.Int64)];

    public static IReadOnlyList<DailyFigures> Daily(StageContext context)
    {
        context.Relations.Need("daily_sales");
        var days = new List<DailyFigures>();
        foreach (var batch in context.Relations.Read("report_daily", DailyColumns))
            for (var row = 0; row < batch.Count; row++)
                days.Add(new DailyFigures(Dates.FromDays(batch.Ints(0)[row]), Amounts.ToDecimal(batch.Int128s(1)[row]), Amounts.ToDecimal(batch.Int128s(2)[row]),
                    batch.Longs(3)[row], Amounts.ToDecimal(batch.Int128s(4)[row]), batch.Longs(5)[row]));
        return days;
    }

    /// <summary>The sums of this run and of its base; the latter null where there is no base, or none with daily sales.</summary>
    public static (ReportTotals Now, ReportTotals? Then) Totals(StageContext context, ReportTables tables)
    {
        context.Relations.Need("daily_sales");
        var hasBase = tables.DefineBase("daily_sales");
        var (customers, baseCustomers) = Customers(context, tables);
        var now = new ReportTotals(0, 0, 0, customers, 0, 0);
        var then = hasBase ? new ReportTotals(0, 0, 0, baseCustomers, 0, 0) : null;
        foreach (var batch in context.Relations.Read("report_totals", TotalColumns))
            for (var row = 0; row < batch.Count; row++)
            {
                var inBase = batch.Booleans(0)[row];
                var sums = new ReportTotals(Amounts.ToDecimal(batch.Int128s(1)[row]), Amounts.ToDecimal(batch.Int128s(2)[row]), batch.Longs(3)[row],
                    inBase ? baseCustomers : customers, Amounts.ToDecimal(batch.Int128s(4)[row]), batch.Longs(5)[row]);
                if (inBase) then = sums;
                else now = sums;
            }
        return (now, then);
    }

    /// <summary>Segments hold exactly the customers with an id and a sale; only without them the lines are counted.</summary>
    private static (long Now, long Then) Customers(StageContext context, ReportTables tables)
    {
        var (now, then) = (tables.Written("segments")?.Rows, tables.Base is null ? 0 : tables.InBase("segments")?.Rows);
        if (now is { } counted && then is { } countedThen) return (counted, countedThen);
        context.Relations.Need("transactions");
        tables.DefineBase("transactions");
        foreach (var batch in context.Relations.Read("report_customers", CustomerColumns)) return (now ?? batch.Longs(0)[0], then ?? batch.Longs(1)[0]);
        throw new InvalidOperationException("the customers query gave no row");
    }
}
