using System.Diagnostics;
using System.Globalization;
using Analytics.Engine.Spark;
using Analytics.Engine.Spark.Internals;
using Analytics.Engine.Spark.Objects;

// What people write today, on the same Spark: the shop's CSV through Spark's own reader, baskets by SQL, MLlib's FPGrowth with its rules,
// recency, frequency and money by SQL, MLlib's k-means. Prints `step seconds` lines; bench/spark.sh sets ours beside them.
// usage: Analytics.Engine.Spark.Bench online_retail.csv.gz [local[2]]
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: Analytics.Engine.Spark.Bench online_retail.csv.gz [master]");
    return 2;
}
var folder = Directory.CreateTempSubdirectory("analytics-spark-bench-").FullName;
try
{
    using var engine = new SparkEngine(new SparkOptions
    {
        ScratchFolder = folder,
        ApplicationName = "analytics bench",
        Master = args.Length > 1 ? args[1] : "local[2]",
        LogFile = Path.Combine(folder, "spark.log"),
        Settings = new Dictionary<string, string> { ["spark.driver.memory"] = "4g", ["spark.ui.enabled"] = "false", ["spark.sql.shuffle.partitions"] = "8" },
    });
    var (session, gateway) = (engine.Session, engine.Gateway);
    void Time(string step, Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step} {watch.Elapsed.TotalSeconds:F2}"));
    }
    void Keep(string name, string sql)
    {
        using var frame = session.Sql(sql);
        frame.Persist();
        frame.Count();
        frame.CreateView(name);
    }
    JavaObject Frame(string sql) => session.SqlObject(sql);

    session.Sql($"create temporary view csv using csv options (path {SparkLiteral.Text("file:" + Path.GetFullPath(args[0]))}, header 'true')").Dispose();
    Time("read", () => Keep("lines", """
        select InvoiceNo, StockCode, cast(Quantity as int) as quantity, CustomerID as customer, to_date(InvoiceDate) as day, cast(UnitPrice as decimal(18, 4)) as price
        from csv
        """));
    Time("baskets", () => Keep("baskets", "select InvoiceNo, collect_set(StockCode) as items from lines where InvoiceNo not like 'C%' and quantity > 0 group by InvoiceNo"));
    using var miner = gateway.New("org.apache.spark.ml.fpm.FPGrowth");
    miner.CallVoid("setItemsCol", "items");
    miner.CallVoid("setMinSupport", 0.01);
    miner.CallVoid("setMinConfidence", 0.3);
    JavaObject? model = null;
    Time("itemsets", () =>
    {
        using var baskets = Frame("select items from baskets");
        model = miner.Call("fit", baskets);
        using var itemsets = model.Call("freqItemsets");
        Console.WriteLine($"# {itemsets.CallLong("count")} itemsets");
    });
    Time("rules", () =>
    {
        using var rules = model!.Call("associationRules");
        Console.WriteLine($"# {rules.CallLong("count")} rules");
    });
    model?.Dispose();
    Time("rfm", () => Keep("rfm", """
        select customer, cast(datediff(date'2011-12-09', max(day)) as double) as recency, cast(count(distinct InvoiceNo) as double) as frequency, ln(1 + greatest(cast(sum(quantity * price) as double), 0)) as money
        from lines where customer is not null and InvoiceNo not like 'C%' group by customer
        """));
    Time("kmeans", () =>
    {
        using var columns = gateway.TextArray(["recency", "frequency", "money"]);
        using var assembler = gateway.New("org.apache.spark.ml.feature.VectorAssembler");
        assembler.CallVoid("setInputCols", columns);
        assembler.CallVoid("setOutputCol", "features");
        using var rfm = Frame("select * from rfm");
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
    return 0;
}
finally
{
    Directory.Delete(folder, true);
}
