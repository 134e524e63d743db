using System.Globalization;
using System.Text.Json;
using Analytics.Columns;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Stages;

/// <summary>What a run's daily sales add up to.</summary>
internal sealed record SalesTotals(long Days, DateOnly? First, DateOnly? Last, long Orders, long Lines, decimal Units, decimal Gross, decimal Returns)
{
    private static readonly Column[] Columns =
    [
        new("days", ColumnType.Int64), new("first_date", ColumnType.Date, true), new("last_date", ColumnType.Date, true), new("orders", ColumnType.Int64, true),
        new("lines", ColumnType.Int64, true), new("units", ColumnType.Amount, true), new("gross_amount", ColumnType.Amount, true), new("return_amount", ColumnType.Amount, true),
    ];

    public static SalesTotals Read(StageContext context)
    {
        foreach (var batch in context.Relations.Read("totals", Columns))
        {
            var any = batch.Longs(0)[0] > 0;
            return new SalesTotals(batch.Longs(0)[0],
                any ? Dates.FromDays(batch.Ints(1)[0]) : null, any ? Dates.FromDays(batch.Ints(2)[0]) : null,
                batch.Longs(3)[0], batch.Longs(4)[0], Amounts.ToDecimal(batch.Int128s(5)[0]), Amounts.ToDecimal(batch.Int128s(6)[0]), Amounts.ToDecimal(batch.Int128s(7)[0]));
        }
        throw new InvalidOperationException("the totals query gave no row");
    }

    public string Line(string? currency) => First is null
        ? "sales     none"
        : string.Create(CultureInfo.InvariantCulture, $"sales     {Gross:N2}{(currency is null ? "" : " " + currency)} in {Orders:N0} orders and {Units:#,##0.###} units, returns {Returns:N2}; {Dates.Text(First.Value)} to {Dates.Text(Last!.Value)}");

    /// <summary>Sales that the curated lines count must all stand in the total level.</summary>
    public IReadOnlyList<QualityCheck> Checks(StageContext context)
    {
        var expected = context.Ingest.Sources.Sum(source => source.Fates.Sale);
        var readsAll = context.Ingest.Curated.All(date => date.Date <= context.Date);
        return
        [
            QualityCheck.Info("sales", "days", QualityCheck.Text(Days), $"{Days} days with a sale or return"),
            QualityCheck.Error("sales", "lines_add_up", !readsAll || Lines == expected, QualityCheck.Text(Lines), readsAll ? QualityCheck.Text(expected) : "at most " + QualityCheck.Text(expected),
                "the sale lines of daily_sales at level total are the sale lines of the files"),
        ];
    }

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, StageContext.JsonOptions);
}
