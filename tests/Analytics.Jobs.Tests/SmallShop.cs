using System.Globalization;

namespace Analytics.Jobs.Tests;

/// <summary>A shop of a few lines with a configuration of its own, quick to run whole.</summary>
internal static class SmallShop
{
    public const string Header = "order,item,quantity,time,price,customer,country\n";

    public const string Configuration = """
        {
          "results": {
            "shop": "Small shop",
            "stages": ["ingest", "sales"],
            "input": {
              "columns": { "order_id": "order", "item_id": "item", "quantity": "quantity", "ordered_at": { "source": "time", "formats": ["yyyy-MM-dd HH:mm:ss"] },
                "unit_price": "price", "customer_id": "customer", "country": "country" },
              "time_zone": "Europe/London",
              "cancellation_pattern": "^C",
              "product_pattern": "^i"
            },
            "limits": { "max_rejected_share": 0.9, "max_duplicate_share": 1 },
            "mine": { "min_support": "2", "min_confidence": 0.1 },
            "forecast": { "horizon": 7 }
          }
        }
        """;

    public static TestShop New(params string[] stages)
    {
        var folder = Directory.CreateTempSubdirectory("analytics-e2e-config-").FullName;
        var file = Path.Combine(folder, "small.json");
        File.WriteAllText(file, Configuration);
        var shop = new TestShop(file) { AlsoRemove = folder };
        shop.Always.Add("--quiet");
        if (stages.Length > 0) shop.Always.AddRange(["--set", "results.stages=" + string.Join(',', stages)]);
        return shop;
    }

    public static string Line(int order, string date, int item, int quantity) =>
        string.Create(CultureInfo.InvariantCulture, $"o{order}-{date},i{item},{quantity},{date} 1{order}:0{item}:00,{item + 1}.25,c{order % 4},{(order % 2 == 0 ? "GB" : "FR")}");

    /// <summary>One day's file: some orders of some items.</summary>
    public static string Day(string date, int seed, int orders = 6)
    {
        var random = new Random(seed);
        var lines = Enumerable.Range(0, orders).SelectMany(order => Enumerable.Range(0, 5).Where(_ => random.Next(2) == 0).Select(item => Line(order, date, item, 1 + random.Next(4)))).ToList();
        return Header + string.Concat(lines.Append(Line(0, date, 0, 1)).Distinct().Select(line => line + "\n"));
    }
}
