using Analytics.Columns;
using Analytics.Engine;
using Analytics.Engine.DuckDb;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Tests;

/// <summary>Many small groups, as of a shop with years of history: they must not all be held in memory, in lists of orders least of all.</summary>
public sealed class DailySalesMemoryTests : IDisposable
{
    private const int Days = 4_000, Items = 300;

    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-daily-sales-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void AMillionGroupsFitIntoLittleMemory()
    {
        using var engine = new DuckDbEngine(new DuckDbOptions(320L << 20, 2, _folder));
        engine.DefineTable("transactions", new SqlText("lines.sql", $"""
            select date_add(date '2015-01-01', cast(n % {Days} as int)) as order_date, 'item ' || cast(n // {Days} % {Items} as varchar) as item_id,
                case when n % 7 = 0 then 'FR' else 'GB' end as country, cast(null as varchar) as category, cast(null as varchar) as store_id,
                'order number ' || cast(n % 1000003 as varchar) as order_id, 'customer ' || cast(n % 5003 as varchar) as customer_id, 'sale' as kind,
                cast(1 as decimal(18, 3)) as quantity, cast(2 as decimal(28, 7)) as amount
            from range({2 * Days * Items}) r(n)
            """), SqlParameters.None, TestContext.Current.CancellationToken);
        var parameters = new SqlParameters().Add("has_country", true).Add("has_category", false);
        engine.DefineTable("daily_sales", Relations.SqlFile("daily_sales"), parameters, TestContext.Current.CancellationToken);
        var sums = engine.Read(new SqlText("sums.sql", "select cast(count(*) as bigint) as n, cast(sum(lines) as bigint) as lines, cast(sum(orders) as bigint) as orders from daily_sales where level = 'item'"),
            SqlParameters.None, [new("n", ColumnType.Int64), new("lines", ColumnType.Int64), new("orders", ColumnType.Int64)], TestContext.Current.CancellationToken).Single();
        Assert.Equal((Days * Items, 2L * Days * Items, 2L * Days * Items), (sums.Longs(0)[0], sums.Longs(1)[0], sums.Longs(2)[0]));
    }
}
