using System.Diagnostics;
using System.Globalization;
using Analytics.Engine.Spark.Internals;
using Analytics.Engine.Spark.Objects;

namespace Analytics.Engine.Spark.Bench;

/// <summary>
/// What people write today, on the same Spark: the shop's CSV through Spark's own reader, cleaned by SQL to the lines that ours keeps and written
/// by date, daily sales, baskets by SQL, MLlib's FPGrowth with its rules, recency, frequency and money by SQL, MLlib's k-means.
/// </summary>
internal static class Peer
{
    /// <summary>Every kind of line that ours knows but rejects: they count as read and go no further, here without a table that says why.</summary>
    private const string Clean = """
        with typed as (
            select distinct InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country from csv
        ),
        valued as (
            select InvoiceNo as order_id, StockCode as item_id, trim(Description) as item_name, cast(Quantity as int) as quantity,
                to_utc_timestamp(to_timestamp(InvoiceDate, 'yyyy-MM-dd HH:mm:ss'), 'Europe/London') as ordered_at, to_date(substring(InvoiceDate, 1, 10)) as order_date,
                cast(UnitPrice as decimal(18, 4)) as unit_price, CustomerID as customer_id, Country as country
            from typed
            where InvoiceNo is not null and StockCode is not null and Quantity is not null and InvoiceDate is not null and UnitPrice is not null
        )
        select *, cast(quantity * unit_price as decimal(28, 7)) as amount,
            case when not (item_id rlike '^([0-9]{5}|DCGS|gift_)') or unit_price = 0 then 'adjustment' when order_id like 'C%' or quantity < 0 then 'return' else 'sale' end as kind
        from valued
        where unit_price >= 0
        distribute by order_date
        """;

    private const string DailySales = """
        select case when grouping(item_id) = 0 then 'item' when grouping(country) = 0 then 'country' else 'total' end as level,
            case when grouping(item_id) = 0 then item_id when grouping(country) = 0 then country else '*' end as key, order_date as date,
            count(distinct case when kind = 'sale' then order_id end) as orders, count_if(kind = 'sale') as lines,
            sum(case when kind = 'sale' then quantity end) as units, sum(case when kind = 'sale' then amount end) as gross_amount,
            count(distinct case when kind = 'sale' then customer_id end) as customers,
            sum(case when kind = 'return' then amount end) as return_amount, sum(amount) as net_amount
        from lines
        where kind in ('sale', 'return')
        group by grouping sets ((order_date), (order_date, country), (order_date, item_id))
        """;

    private const string Customers = """
        select customer_id, cast(datediff(date'2011-12-09', max(case when kind = 'sale' then order_date end)) as double) as recency,
            cast(count(distinct case when kind = 'sale' then order_id end) as double) as frequency, ln(1 + greatest(cast(sum(amount) as double), 0)) as money
        from lines
        where customer_id is not null and kind in ('sale', 'return')
        group by customer_id
        having count_if(kind = 'sale') > 0
        """;

    /// <summary>Runs all steps and prints how long each took.</summary>
    /// <param name="csv">Online Retail.</param>
    /// <param name="folder">A folder for what is written.</param>
    /// <param name="master">Spark's master.</param>
    public static void Run(string csv, string folder, string master)
    {
        Directory.CreateDirectory(folder);
        using var engine = new SparkEngine(new SparkOptions
        {
            ScratchFolder = Path.Combine(folder, "scratch"),
            ApplicationName = "analytics bench",
            Master = master,
            LogFile = Path.Combine(folder, "spark.log"),
            Settings = new Dictionary<string, string> { ["spark.driver.memory"] = "4g", ["spark.ui.enabled"] = "false", ["spark.sql.shuffle.partitions"] = "8" },
        });
        var session = engine.Session;
        var path = SparkLiteral.Text("file:" + Path.GetFullPath(csv));
        session.Sql($"create temporary view csv using csv options (path {path}, header 'true', escape '\"')").Dispose();
        Time("read", () => Count(session, """
            select InvoiceNo, StockCode, cast(Quantity as int) as quantity, CustomerID, to_date(substring(InvoiceDate, 1, 10)) as day, cast(UnitPrice as decimal(18, 4)) as price from csv
            """));
        var lines = Path.Combine(folder, "lines");
        Time("lines", () =>
        {
            Write(session, Clean, lines, "order_date");
            session.Sql($"create temporary view lines using parquet options (path {SparkLiteral.Text("file:" + lines)})").Dispose();
        });
        Console.WriteLine($"# {session.Longs("select count(*) from lines")[0]} lines");
        Time("sales", () => Write(session, DailySales, Path.Combine(folder, "sales"), null));
        Mine(engine.Gateway, session);
        Segment(engine.Gateway, session);
    }

    private static void Mine(Gateway gateway, SparkSession session)
    {
        Time("baskets", () => Keep(session, "baskets", "select order_id, collect_set(item_id) as items from lines where kind = 'sale' group by order_id"));
        using var miner = gateway.New("org.apache.spark.ml.fpm.FPGrowth");
        miner.CallVoid("setItemsCol", "items");
        miner.CallVoid("setMinSupport", 0.01);
        miner.CallVoid("setMinConfidence", 0.3);
        JavaObject? model = null;
        Time("itemsets", () =>
        {
            using var baskets = session.SqlObject("select items from baskets");
            model = miner.Call("fit", baskets);
            using var itemsets = model.Call("freqItemsets");
            Console.WriteLine($"# {itemsets.CallLong("count")} itemsets");
        });
        Time("rules", () =>
        {
            using var rules = model!.Call("associationRules");
            Console.WriteLine($"# {rules.CallLong("count")} rules");
        });
        model!.Dispose();
    }

    private static void Segment(Gateway gateway, SparkSession session)
    {
        Time("rfm", () => Keep(session, "rfm", Customers));
        Console.WriteLine($"# {session.Longs("select count(*) from rfm")[0]} customers");
        Time("kmeans", () =>
        {
            using var columns = gateway.TextArray(["recency", "frequency", "money"]);
            using var assembler = gateway.New("org.apache.spark.ml.feature.VectorAssembler");
            assembler.CallVoid("setInputCols", columns);
            assembler.CallVoid("setOutputCol", "features");
            using var rfm = session.SqlObject("select * from rfm");
            using var features = assembler.Call("transform", rfm);
            // As many numbers of clusters as ours tries.
            for (var k = 3; k <= 8; k++)
            {
                using var clusters = gateway.New("org.apache.spark.ml.clustering.KMeans");
                clusters.CallVoid("setK", k);
                clusters.CallVoid("setSeed", 20111209L);
                using var fitted = clusters.Call("fit", features);
            }
        });
    }

    private static void Time(string step, Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step} {watch.Elapsed.TotalSeconds:F2}"));
    }

    /// <summary>Has every row computed, and writes none.</summary>
    private static void Count(SparkSession session, string sql)
    {
        using var frame = session.SqlObject(sql);
        using var writer = frame.Call("write");
        writer.CallVoid("format", "noop");
        writer.CallVoid("mode", "overwrite");
        writer.CallVoid("save");
    }

    private static void Write(SparkSession session, string sql, string folder, string? by)
    {
        using var frame = session.SqlObject(sql);
        using var writer = frame.Call("write");
        if (by is not null)
        {
            using var columns = session.Gateway.TextArray([by]);
            writer.CallVoid("partitionBy", columns);
        }
        writer.CallVoid("parquet", "file:" + folder);
    }

    private static void Keep(SparkSession session, string name, string sql)
    {
        using var frame = session.Sql(sql);
        frame.Persist();
        frame.Count();
        frame.CreateView(name);
    }
}
