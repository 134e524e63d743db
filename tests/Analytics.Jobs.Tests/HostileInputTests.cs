using System.Globalization;
using System.Text;

namespace Analytics.Jobs.Tests;

/// <summary>All stages, so all files of Sql/, on shops that are empty, one-sided, or named to break a query.</summary>
public sealed class HostileInputTests
{
    private static readonly string[] All = ["ingest", "sales", "mine", "forecast", "segment"];

    [Fact]
    public void AnEmptyShopHasEveryTableEmpty()
    {
        using var shop = SmallShop.New(All);
        shop.Nightly("--date", "2025-03-03", "--input", shop.Write("in/empty.csv", SmallShop.Header), "--set", "results.limits.allow_no_input=true").With(0);
        shop.Run("verify").With(0);
        using var tables = new Tables();
        tables.Execute($"set variable run = '{shop.Latest}'");
        tables.Execute(File.ReadAllText(Path.Combine(shop.Latest, "tables.sql")));
        foreach (var table in (string[])["transactions", "daily_sales", "itemsets", "rules", "forecasts", "forecast_accuracy", "segments", "segment_profiles", "rejects"])
            Assert.Equal(0L, tables.One<long>($"select count(*) from {table}"));
        Assert.True(tables.One<long>("select count(*) from quality") > 0);
        // A shop that begins to sell on the next night.
        shop.Nightly("--date", "2025-03-04", "--input", shop.Write("in/first.csv", SmallShop.Day("2025-03-04", 1))).With(0);
        using var next = new Tables(shop.Latest);
        Assert.True(next.One<long>("select count(*) from segments") > 0);
        Assert.True(next.One<long>("select count(*) from forecasts") > 0);
    }

    [Fact]
    public void AShopOfReturnsAndAdjustmentsAloneRuns()
    {
        using var shop = SmallShop.New(All);
        shop.Nightly("--input", shop.Write("in/a.csv", SmallShop.Header + "C1,i1,-2,2025-03-03 10:00:00,1.50,c1,GB\no2,postage,1,2025-03-03 10:00:00,4.00,c1,GB\no3,i1,1,2025-03-03 10:00:00,0,c1,GB\n")).With(0);
        using var tables = new Tables(shop.Latest);
        Assert.Equal(-3m, tables.One<decimal>("select net_amount from daily_sales where level = 'total'"));
        Assert.Equal(0L, tables.One<long>("select lines from daily_sales where level = 'total'"));
        tables.None("select * from segments");
        tables.None("select * from itemsets");
        tables.None("select * from forecasts where level = 'item'");
    }

    [Fact]
    public void OneSaleIsEnough()
    {
        using var shop = SmallShop.New(All);
        shop.Nightly("--input", shop.Write("in/a.csv", SmallShop.Header + "o1,i1,1,2025-03-03 10:00:00,1.50,,\n")).With(0);
        using var tables = new Tables(shop.Latest);
        Assert.Equal("(unknown)", tables.One<string>("select key from daily_sales where level = 'country'"));
        Assert.Equal(0L, tables.One<long>("select customers from daily_sales where level = 'total'"));
        SampleShopTests.AssertCoherent(tables, hasCategories: false, horizon: 7);
    }

    [Fact]
    public void HostileIdsComeOutAsTheyWentIn()
    {
        string[] ids =
        [
            "i'; drop table transactions; --", "i\"quoted\"", "i:has_country", "iNULL", "i$1 ${x} %s {0}", "i\\backslash\\n", "iñ日本🙂", "i" + new string('x', 5_000), "i with  spaces", "i\ttab",
            "i,comma", "i\nnewline", "i*", "i[markup]", "i<b>&amp;</b>", "i\u200bzero width", "I", "i",
        ];
        string[] countries = ["NULL", "", "(unknown)", "*", "'", "total", "Côte d'Ivoire"];
        var text = new StringBuilder(SmallShop.Header);
        static string Field(string value) => "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        for (var order = 0; order < 60; order++)
            for (var i = 0; i < ids.Length; i++)
                if ((order + i) % 3 != 0)
                    text.Append(CultureInfo.InvariantCulture, $"{Field($"o'{order}\"")},{Field(ids[i])},1,2025-03-{3 + order % 20:D2} 10:{i:D2}:00,{i + 1}.5,{Field($"c'{order % 9};--")},{Field(countries[order % countries.Length])}\n");
        using var shop = SmallShop.New(All);
        shop.Nightly("--input", shop.Write("in/it's \"a\" file, 100%.csv", text.ToString()), "--set", "results.input.product_pattern=^[iI]", "--set", "results.shop=O'Neill <& \"Söhne\">", "--set", "results.mine.min_support=10", "--set", "results.mine.max_length=3").With(0);
        shop.Run("verify").With(0);
        using var tables = new Tables(shop.Latest);
        Assert.Equal(ids.Order(StringComparer.Ordinal), tables.Query("select distinct item_id from transactions").Select(row => (string)row[0]!).Order(StringComparer.Ordinal));
        foreach (var table in (string[])["select distinct key from daily_sales where level = 'item'", "select distinct key from forecasts where level = 'item'", "select items[1] from itemsets where size = 1"])
            Assert.Equal(ids.Order(StringComparer.Ordinal), tables.Query(table).Select(row => (string)row[0]!).Order(StringComparer.Ordinal));
        Assert.Equal(9L, tables.One<long>("select count(*) from segments where customer_id like 'c''%;--'"));
        Assert.Equal("it's \"a\" file, 100%.csv", tables.One<string>("select distinct source_file from transactions"));
        // An empty country is not known, and so is not apart from one that is called so.
        Assert.Equal(countries.Where(country => country.Length > 0).Order(StringComparer.Ordinal),
            tables.Query("select distinct key from daily_sales where level = 'country'").Select(row => (string)row[0]!).Order(StringComparer.Ordinal));
        Assert.Equal(tables.One<decimal>("select sum(amount) from transactions where kind = 'sale'"), tables.One<decimal>("select sum(gross_amount) from daily_sales where level = 'item'"));
        SampleShopTests.AssertCoherent(tables, hasCategories: false, horizon: 7);
    }

    [Fact]
    public void OrderNumbersOfTwoStoresAreTwoBaskets()
    {
        using var shop = SmallShop.New(All);
        // The same order number in two stores and without one; two names of one item at its last moment.
        var header = "order,item,quantity,time,price,customer,country,store,name,category\n";
        var lines = new[]
        {
            "1,i1,1,2025-03-03 10:00:00,1,c1,GB,a,First,x", "1,i2,1,2025-03-03 10:00:00,1,c1,GB,a,Second,", "1,i1,1,2025-03-03 10:00:00,1,c1,GB,b,Later name,y", "1,i2,1,2025-03-03 10:00:00,1,c2,GB,,Second,",
            "2,i1,1,2025-03-03 09:00:00,1,c2,GB,a,Earlier,z", "2,i2,1,2025-03-03 09:00:00,1,c2,GB,a,Second,",
        };
        string[] set = ["--set", "results.input.columns.store_id=store", "--set", "results.input.columns.item_name=name", "--set", "results.input.columns.category=category"];
        shop.Nightly(["--input", shop.Write("in/a.csv", header + string.Join('\n', lines) + "\n"), .. set]).With(0);
        using var tables = new Tables(shop.Latest);
        Assert.Equal(4L, tables.One<long>("select orders from daily_sales where level = 'total'"));
        Assert.Equal(4L, tables.One<long>("select max(baskets) from rules"));
        Assert.Equal("Later name", tables.One<string>("select antecedent_names[1] from rules where antecedent = ['i1']"));
        // Categories are sold by line and forecast by the item's last one.
        Assert.Equal(["(unknown)", "x", "y", "z"], tables.Query("select distinct key from daily_sales where level = 'category' order by key").Select(row => (string)row[0]!));
        // c1 ordered in stores a and b, c2 in none and in a.
        Assert.Equal(["c1 2", "c2 2"], tables.Query("select customer_id, frequency from segments order by customer_id").Select(row => string.Create(CultureInfo.InvariantCulture, $"{row[0]} {row[1]}")));
        tables.None("select * from (select measure, date, sum(mean) as mean from forecasts where level = 'item' group by all) i join forecasts t on t.level = 'total' and t.measure = i.measure and t.date = i.date where i.mean <> t.mean");
    }
}
