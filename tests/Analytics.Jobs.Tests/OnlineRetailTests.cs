using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Analytics.Tests;

namespace Analytics.Jobs.Tests;

/// <summary>The run on the real shop, made once, and the same file as a naive reader sees it.</summary>
public sealed class OnlineRetailRun : IDisposable
{
    private readonly Lazy<TestShop> _shop = new(() =>
    {
        var shop = new TestShop(TestShop.OnlineRetailConfiguration);
        shop.Nightly("--input", SharedData.Path("online_retail/online_retail.csv.gz")).With(0);
        return shop;
    });

    private readonly Lazy<NaiveRetail> _naive = new(() => NaiveRetail.Read(SharedData.Path("online_retail/online_retail.csv.gz")));

    internal TestShop Shop
    {
        get
        {
            // Skips here, not in a fixture's constructor, where a skip would be a failure.
            SharedData.Path("online_retail/online_retail.csv.gz");
            return _shop.Value;
        }
    }

    internal NaiveRetail Naive => _naive.Value;

    public void Dispose()
    {
        if (_shop.IsValueCreated) _shop.Value.Dispose();
    }
}

/// <summary>One line as the naive reader sees it.</summary>
internal sealed record NaiveLine(string Order, string Item, int Quantity, DateOnly Date, decimal Price, string? Customer, string Country, string Fate)
{
    public decimal Amount => Quantity * Price;
}

/// <summary>The file read once more with nothing of the program: a splitter of characters, decimals, dictionaries.</summary>
internal sealed class NaiveRetail
{
    public List<NaiveLine> Lines { get; } = [];

    public static NaiveRetail Read(string path)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var product = new Regex("^([0-9]{5}|DCGS|gift_)");
        var result = new NaiveRetail();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var header = Record(reader)!;
        Assert.Equal(["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"], header);
        while (Record(reader) is { } fields)
        {
            var price = decimal.Parse(fields[5], CultureInfo.InvariantCulture);
            var quantity = int.Parse(fields[3], CultureInfo.InvariantCulture);
            var fate = price < 0 ? "rejected"
                : !seen.Add(string.Join('\u0001', fields)) ? "duplicate"
                : !product.IsMatch(fields[1]) || price == 0 ? "adjustment"
                : fields[0].StartsWith('C') || quantity < 0 ? "return"
                : "sale";
            result.Lines.Add(new NaiveLine(fields[0], fields[1], quantity, DateOnly.ParseExact(fields[4][..10], "yyyy-MM-dd", CultureInfo.InvariantCulture), price,
                fields[6].Trim().Length == 0 ? null : fields[6], fields[7], fate));
        }
        return result;
    }

    private static List<string>? Record(TextReader reader)
    {
        if (reader.Peek() < 0) return null;
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        while (true)
        {
            var c = reader.Read();
            if (quoted && c == '"' && reader.Peek() == '"') field.Append((char)reader.Read());
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c < 0 || (c == '\n' && !quoted))
            {
                if (field.Length > 0 && field[^1] == '\r') field.Length--;
                fields.Add(field.ToString());
                return fields;
            }
            else field.Append((char)c);
        }
    }
}

public sealed class OnlineRetailTests(OnlineRetailRun run) : IClassFixture<OnlineRetailRun>
{
    [Fact]
    public void TheContractsNumbersToTheLastPenny()
    {
        var fates = TestShop.Json(Path.Combine(run.Shop.Latest, "manifest.json")).GetProperty("sources").EnumerateArray().Single().GetProperty("fates");
        Assert.Equal((541_909, 522_568, 8_668, 5_403, 5_268, 2), (fates.GetProperty("records").GetInt32(), fates.GetProperty("sale").GetInt32(), fates.GetProperty("return").GetInt32(),
            fates.GetProperty("adjustment").GetInt32(), fates.GetProperty("duplicate").GetInt32(), fates.GetProperty("rejected").GetInt32()));
        using var tables = new Tables(run.Shop.Latest);
        Assert.Equal(10_247_905.13m, Math.Round(tables.One<decimal>("select sum(amount) from transactions where kind = 'sale'"), 2, MidpointRounding.AwayFromZero));
        Assert.Equal(5_561_417m, tables.One<decimal>("select sum(quantity) from transactions where kind = 'sale'"));
        Assert.Equal(-475_901.16m, Math.Round(tables.One<decimal>("select sum(amount) from transactions where kind = 'return'"), 2, MidpointRounding.AwayFromZero));
        Assert.Equal(19_773L, tables.One<long>("select max(baskets) from rules"));
        Assert.Equal(4_334L, tables.One<long>("select count(*) from segments"));
        Assert.Equal(3_912L, tables.One<long>("select count(distinct key) from daily_sales where level = 'item' and lines > 0"));
        Assert.Equal(3_912L, tables.One<long>("select count(distinct key) from forecasts where level = 'item'"));
        Assert.Equal(["1 829", "2 894", "3 258", "4 25", "5 1"], tables.Query("select size, count(*) from itemsets group by size order by size").Select(row => $"{row[0]} {row[1]}"));
        Assert.Equal(2L, tables.One<long>("select count(*) from rejects where rule = 'negative' and \"column\" = 'unit_price'"));
        tables.None("select stage, \"check\", message from quality where status = 'fail'");
        run.Shop.Run("verify").With(0);
    }

    [Fact]
    public void LinesAreThoseOfAnIndependentReading()
    {
        using var tables = new Tables(run.Shop.Latest);
        var naive = run.Naive.Lines.Where(line => line.Fate is "sale" or "return" or "adjustment").GroupBy(line => line.Fate)
            .ToDictionary(group => group.Key, group => $"{group.Count()} {group.Sum(line => line.Amount):F4} {group.Sum(line => (decimal)line.Quantity):F0}");
        foreach (var row in tables.Query("select kind, count(*), cast(sum(amount) as decimal(28, 4)), cast(sum(quantity) as decimal(18, 0)) from transactions group by kind"))
            Assert.Equal(naive[(string)row[0]!], string.Create(CultureInfo.InvariantCulture, $"{row[1]} {row[2]:F4} {row[3]:F0}"));
        Assert.Equal(3, naive.Count);
    }

    [Fact]
    public void DailySalesAreThoseOfAnIndependentReading()
    {
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var lines = run.Naive.Lines.Where(line => line.Fate is "sale" or "return").ToList();
        // All totals and countries, and of the items those that end in 5.
        var suffix = LongTests.Enabled ? "" : "5";
        foreach (var (level, key) in (ReadOnlySpan<(string, Func<NaiveLine, string>)>)[("total", _ => "*"), ("country", line => line.Country), ("item", line => line.Item)])
            foreach (var group in lines.Where(line => level != "item" || line.Item.EndsWith(suffix, StringComparison.Ordinal)).GroupBy(line => (Key: key(line), line.Date)))
            {
                var sales = group.Where(line => line.Fate == "sale").ToList();
                var (gross, returned) = (sales.Sum(line => line.Amount), group.Where(line => line.Fate == "return").Sum(line => line.Amount));
                expected.Add(string.Create(CultureInfo.InvariantCulture, $"{level}|{group.Key.Key}|{group.Key.Date:yyyy-MM-dd}"), string.Create(CultureInfo.InvariantCulture,
                    $"{sales.Select(line => line.Order).Distinct().Count()} orders {sales.Count} lines {sales.Sum(line => (decimal)line.Quantity):F3} units {gross:F7} gross {sales.Select(line => line.Customer).Where(id => id is not null).Distinct().Count()} customers {returned:F7} returns {gross + returned:F7} net"));
            }
        using var tables = new Tables(run.Shop.Latest);
        var rows = tables.Query("select level, key, date, orders, lines, units, gross_amount, customers, return_amount, net_amount from daily_sales where level <> 'item' or suffix(key, '" + suffix + "')");
        Assert.Equal(expected.Count, rows.Count);
        foreach (var row in rows)
            Assert.Equal(expected[string.Create(CultureInfo.InvariantCulture, $"{row[0]}|{row[1]}|{row[2]:yyyy-MM-dd}")],
                string.Create(CultureInfo.InvariantCulture, $"{row[3]} orders {row[4]} lines {row[5]:F3} units {row[6]:F7} gross {row[7]} customers {row[8]:F7} returns {row[9]:F7} net"));
    }

    [Fact]
    public void CustomersMeasuresAndScoresAreThoseOfAnIndependentReading()
    {
        var today = new DateOnly(2011, 12, 9);
        var customers = run.Naive.Lines.Where(line => line.Fate is "sale" or "return" && line.Customer is not null).GroupBy(line => line.Customer!)
            .Where(group => group.Any(line => line.Fate == "sale"))
            .Select(group =>
            {
                var sales = group.Where(line => line.Fate == "sale").ToList();
                return (Id: group.Key, Recency: today.DayNumber - sales.Max(line => line.Date).DayNumber, Tenure: today.DayNumber - sales.Min(line => line.Date).DayNumber,
                    Frequency: (long)sales.Select(line => line.Order).Distinct().Count(), Monetary: group.Sum(line => line.Amount));
            }).OrderBy(customer => customer.Id, StringComparer.Ordinal).ToList();
        // 1 + floor(5 (rank - 1) / n), ties sharing the lowest rank; the worst has rank 1.
        int Score<T>(Func<(string Id, int Recency, int Tenure, long Frequency, decimal Monetary), T> measure, T value, bool lessIsBetter) where T : IComparable<T>
        {
            var worse = customers.Count(other => lessIsBetter ? measure(other).CompareTo(value) > 0 : measure(other).CompareTo(value) < 0);
            return 1 + 5 * worse / customers.Count;
        }
        using var tables = new Tables(run.Shop.Latest);
        var rows = tables.Query("select customer_id, recency_days, tenure_days, frequency, monetary, r_score, f_score, m_score from segments order by customer_id");
        Assert.Equal(4_334, customers.Count);
        Assert.Equal(customers.Select(customer => string.Create(CultureInfo.InvariantCulture, $"{customer.Id} {customer.Recency} {customer.Tenure} {customer.Frequency} {customer.Monetary:F7}")),
            rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row[0]} {row[1]} {row[2]} {row[3]} {row[4]:F7}")));
        for (var i = 0; i < customers.Count; i += 41)
            Assert.Equal((customers[i].Id, Score(c => c.Recency, customers[i].Recency, true), Score(c => c.Frequency, customers[i].Frequency, false), Score(c => c.Monetary, customers[i].Monetary, false)),
                ((string)rows[i][0]!, (int)rows[i][5]!, (int)rows[i][6]!, (int)rows[i][7]!));
    }

    [Fact]
    public void ItemsetsAndRulesAgreeWithANaiveCount()
    {
        var baskets = run.Naive.Lines.Where(line => line.Fate == "sale").GroupBy(line => line.Order).Select(group => group.Select(line => line.Item).ToHashSet(StringComparer.Ordinal)).ToList();
        Assert.Equal(19_773, baskets.Count);
        long Count(IEnumerable<string> items) => baskets.LongCount(basket => items.All(basket.Contains));
        using var tables = new Tables(run.Shop.Latest);
        var itemsets = tables.Query("select array_to_string(items, '|'), support_count, support, size from itemsets order by items");
        for (var i = 0; i < itemsets.Count; i += itemsets[i][3] is int and >= 4 ? 1 : 20)
        {
            var count = Count(((string)itemsets[i][0]!).Split('|'));
            Assert.Equal((itemsets[i][0], count, count / 19_773.0), (itemsets[i][0], (long)itemsets[i][1]!, (double)itemsets[i][2]!));
            // ceil(0.01 x 19,773)
            Assert.True(count >= 198);
        }
        // No frequent single item is missing, so no itemset is lost at its root.
        Assert.Equal(baskets.SelectMany(basket => basket).GroupBy(item => item).Count(group => group.Count() >= 198), itemsets.Count(row => (int)row[3]! == 1));
        var rules = tables.Query("select array_to_string(antecedent, '|'), array_to_string(consequent, '|'), support_count, antecedent_count, consequent_count, confidence, lift from rules order by antecedent, consequent");
        Assert.True(rules.Count > 500);
        for (var i = 0; i < rules.Count; i += 40)
        {
            var (a, c) = (((string)rules[i][0]!).Split('|'), ((string)rules[i][1]!).Split('|'));
            var (both, antecedent, consequent) = (Count(a.Concat(c)), Count(a), Count(c));
            Assert.Equal((both, antecedent, consequent), ((long)rules[i][2]!, (long)rules[i][3]!, (long)rules[i][4]!));
            Assert.Equal((double)both / antecedent, (double)rules[i][5]!, 1e-12);
            Assert.Equal((double)both / antecedent / ((double)consequent / baskets.Count), (double)rules[i][6]!, 1e-9);
            Assert.True((decimal)both / antecedent >= 0.3m);
        }
    }

    [Fact]
    public void ForecastMeansAddUpExactly()
    {
        using var tables = new Tables(run.Shop.Latest);
        SampleShopTests.AssertCoherent(tables, hasCategories: false, horizon: 28);
        Assert.Equal(new DateOnly(2011, 12, 10), tables.One<DateOnly>("select min(date) from forecasts"));
    }
}
