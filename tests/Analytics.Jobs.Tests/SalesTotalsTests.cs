using System.Globalization;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Pipeline;
using Analytics.Jobs.Stages;

namespace Analytics.Jobs.Tests;

/// <summary>What daily sales add up to, summed while they pass by.</summary>
public sealed class SalesTotalsTests
{
    private static readonly Int128 Most = Int128.Parse("9999999999999999999999999999", CultureInfo.InvariantCulture);

    [Fact]
    public void OnlyTheTotalLevelCounts()
    {
        var sum = new SalesTotalsSum();
        sum.Add(Rows(("item", 20_000, 5, 7, 1_500, 10, 0), ("total", 20_003, 2, 3, 1_500, 123_456_789, -10_000_000)));
        sum.Add(Rows(("total", 20_001, 1, 4, 250, 10_000_000, 0), ("country", 19_000, 1, 1, 1, 1, 1)));
        Assert.Equal(new SalesTotals(2, Dates.FromDays(20_001), Dates.FromDays(20_003), 3, 7, 1.75m, 13.3456789m, -1m), sum.Totals());
        Assert.Equal(new SalesTotals(0, null, null, 0, 0, 0, 0, 0), new SalesTotalsSum().Totals());
    }

    [Fact]
    public void MoreThanATableHoldsIsSaid()
    {
        var sum = new SalesTotalsSum();
        sum.Add(Rows(("total", 1, 1, 1, 1, Most, 0)));
        Assert.Equal(999_999_999_999_999_999_999.9999999m, sum.Totals().Gross);
        sum.Add(Rows(("total", 2, 1, 1, 1, 1, 0)));
        Assert.Contains("gross_amount of all days adds up to more than DECIMAL(28,7) holds", Assert.Throws<EngineException>(sum.Totals).Message, StringComparison.Ordinal);
    }

    private static ColumnBatch Rows(params (string Level, int Date, long Orders, long Lines, long Units, Int128 Gross, Int128 Returned)[] rows)
    {
        var batch = new ColumnBatch(TableSchemas.Of("daily_sales").Columns);
        foreach (var row in rows)
        {
            batch.Texts(0).Append(row.Level);
            batch.Texts(1).Append("*");
            batch.Ints(2).Append(row.Date);
            batch.Longs(3).Append(row.Orders);
            batch.Longs(4).Append(row.Lines);
            batch.Longs(5).Append(row.Units);
            batch.Int128s(6).Append(row.Gross);
            batch.Longs(7).Append(0);
            batch.Int128s(8).Append(row.Returned);
            batch.Int128s(9).Append(row.Gross + row.Returned);
        }
        return batch;
    }
}
