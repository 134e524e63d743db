using System.Globalization;
using System.Text;

namespace Analytics.Jobs.Tests.Mining;

/// <summary>What results.mine can ask of the nightly stage, held against sums over the published lines.</summary>
public sealed class NightlyMiningTests : IDisposable
{
    private const string Configuration = """
        {
          "results": {
            "shop": "Two countries",
            "stages": ["ingest", "sales", "mine"],
            "input": {
              "columns": { "order_id": "order", "item_id": "item", "item_name": "name", "quantity": "quantity", "ordered_at": { "source": "time", "formats": ["yyyy-MM-dd HH:mm:ss"] },
                "unit_price": "price", "customer_id": "customer", "country": "country", "category": "category", "store_id": "store" },
              "time_zone": "Europe/London"
            },
            "limits": { "max_duplicate_share": 1 },
            "mine": { "min_support": "0.05", "min_confidence": 0.3 }
          }
        }
        """;

    private readonly TestShop _shop;

    public NightlyMiningTests()
    {
        var folder = Directory.CreateTempSubdirectory("analytics-e2e-config-").FullName;
        var file = Path.Combine(folder, "shop.json");
        File.WriteAllText(file, Configuration);
        _shop = new TestShop(file) { AlsoRemove = folder };
        _shop.Always.Add("--quiet");
        _shop.Write("in/lines.csv", Lines());
    }

    public void Dispose() => _shop.Dispose();

    // In France tea follows milk, elsewhere it does not; in May bread comes with butter; one basket holds everything.
    private static string Lines()
    {
        var random = new Random(7);
        var text = new StringBuilder("order,item,name,quantity,time,price,customer,country,category,store\n");
        string[] items = ["apple", "bread", "butter", "coffee", "milk", "tea"];
        string[] categories = ["fruit", "bakery", "dairy", "drinks", "dairy", "drinks"];
        for (var order = 0; order < 600; order++)
        {
            var (france, may) = (order % 3 == 0, order % 2 == 0);
            var held = Enumerable.Range(0, 6).Where(_ => random.Next(3) == 0 || order == 5).ToHashSet();
            if (france && held.Contains(4) && random.Next(10) > 0) held.Add(5);
            if (may && held.Contains(1) && random.Next(10) > 1) held.Add(2);
            foreach (var item in held.DefaultIfEmpty(0).Order())
                text.Append(string.Create(CultureInfo.InvariantCulture,
                    $"o{order:D4},{items[item]},The {items[item]},1,2025-0{(may ? 5 : 6)}-{1 + order % 28:D2} 10:00:00,2.50,c{order % 50},{(france ? "FR" : order % 5 == 0 ? "" : "GB")},{categories[item]},s1\n"));
        }
        return text.ToString();
    }

    private Ended Run(params string[] settings) =>
        _shop.Nightly(["--input", _shop.At("in"), .. settings.SelectMany(setting => new[] { "--set", "results.mine." + setting })]);

    [Fact]
    public void CategoriesAndContrastsAreTablesThatAddUp()
    {
        var ended = Run("categories=true", "category_interest=0", "contrast=country,month", "contrast_baskets=150", "contrast_q_value=1").With(0);
        Assert.DoesNotContain("truncated", ended.Out, StringComparison.Ordinal);
        using var tables = new Tables(_shop.Latest);
        tables.Execute("create temp table baskets as select distinct order_id as basket, item_id as item, category, coalesce(country, '(unknown)') as country, strftime(order_date, '%Y-%m') as month from transactions where kind = 'sale'");

        // Single categories, and pairs of a category and an item of another one.
        Assert.Equal(4L, tables.One<long>("select count(*) from category_itemsets where size = 1"));
        tables.None("""
            select items, support_count, n from category_itemsets
            join (select 'category:' || category as id, count(distinct basket) as n from baskets group by all) c on items = [c.id] where n <> support_count
            """);
        Assert.Equal(
            tables.One<long>("select count(distinct a.basket) from baskets a join baskets b using (basket) where a.category = 'dairy' and b.item = 'tea'"),
            tables.One<long>("select support_count from category_itemsets where items = ['category:dairy', 'tea']"));
        tables.None("select items from category_itemsets where list_contains(items, 'category:dairy') and (list_contains(items, 'milk') or list_contains(items, 'butter'))");
        tables.None("select items from category_itemsets where len(list_filter(items, x -> x like 'category:%')) = 0");
        Assert.True(tables.One<long>("select count(*) from category_rules where antecedent = ['bread'] and consequent = ['category:dairy']") == 1);
        tables.None("select antecedent, consequent from category_rules where len(list_filter(list_concat(antecedent, consequent), x -> x like 'category:%')) = 0");

        // Contrasts: the counts of each rule of single items, recounted from the lines.
        tables.Execute("""
            create temp table parts as
            select basket, 'country' as dimension, case when count(*) over (partition by country) < 150 then '(other)' else country end as part from (select distinct basket, country from baskets)
            union all select basket, 'month', month from (select distinct basket, month from baskets)
            """);
        tables.None("""
            with held as (
              select dimension, part, a.item as antecedent, b.item as consequent, count(*) as n
              from baskets a join baskets b using (basket) join parts using (basket) where a.item <> b.item group by all
            ), single as (select dimension, part, item, count(*) as n from baskets join parts using (basket) group by all)
            select c.dimension, c.part, c.antecedent, c.consequent, c.support_count, h.n, c.antecedent_count, s.n
            from rule_contrasts c join held h on h.dimension = c.dimension and h.part = c.part and c.antecedent = [h.antecedent] and c.consequent = [h.consequent]
            join single s on s.dimension = c.dimension and s.part = c.part and s.item = h.antecedent
            where c.support_count <> h.n or c.antecedent_count <> s.n
            """);
        Assert.Equal(600L, tables.One<long>("select max(baskets + other_baskets) from rule_contrasts"));
        Assert.Equal(600L, tables.One<long>("select min(baskets + other_baskets) from rule_contrasts"));
        var tea = tables.Query("select confidence, other_confidence, q_value from rule_contrasts where dimension = 'country' and part = 'FR' and antecedent = ['milk'] and consequent = ['tea']");
        Assert.True((double)tea[0][0]! > 0.85 && (double)tea[0][1]! < 0.5 && (double)tea[0][2]! < 1e-6, string.Join(' ', tea[0]));
        Assert.Equal(2L, tables.One<long>("select count(distinct part) from rule_contrasts where dimension = 'month'"));
        Assert.Contains("Rules of one part alone", File.ReadAllText(Path.Combine(_shop.Latest, "report.html")), StringComparison.Ordinal);

        // A second configuration: only what is significant is published, and the q-values stay.
        var q = tables.One<double>("select max(q_value) from rule_contrasts where q_value <= 0.05");
        var significant = tables.One<long>("select count(*) from rule_contrasts where q_value <= 0.05");
        Run("contrast=country,month", "contrast_baskets=150").With(0);
        using var second = new Tables(_shop.Latest);
        Assert.Equal(significant, second.One<long>("select count(*) from rule_contrasts"));
        Assert.Equal(q, second.One<double>("select max(q_value) from rule_contrasts"));
        Assert.False(Directory.Exists(Path.Combine(_shop.Latest, "category_rules")));
    }

    [Fact]
    public void KindsFiltersAndCapsDoWhatTheySay()
    {
        Run().With(0);
        long All(string table)
        {
            using var tables = new Tables(_shop.Latest);
            return tables.One<long>($"select count(*) from {table}");
        }
        var (itemsets, rules) = (All("itemsets"), All("rules"));
        Run("kind=closed", "algorithm=eclat", "min_length=2").With(0);
        using (var tables = new Tables(_shop.Latest))
        {
            Assert.InRange(tables.One<long>("select count(*) from itemsets"), 1, itemsets - 6);
            tables.None("select a.items from itemsets a join itemsets b on b.size > a.size and b.support_count = a.support_count and list_has_all(b.items, a.items)");
            tables.None("select items from itemsets where size < 2");
            // The rules are those of all frequent itemsets.
            Assert.Equal(rules, tables.One<long>("select count(*) from rules"));
        }
        Run("top_itemsets=5").With(0);
        Assert.Equal(5, All("itemsets"));
        Run("rules=false").With(0);
        Assert.Equal((itemsets, 0), (All("itemsets"), All("rules")));
        Run("filter.consequent=tea,coffee", "filter.without=apple,nowhere", "filter.least=lift=1.05", "filter.no_redundant=true", "filter.top=3", "filter.top_by=confidence").With(0);
        using (var tables = new Tables(_shop.Latest))
        {
            Assert.InRange(tables.One<long>("select count(*) from rules"), 1, 3);
            tables.None("select antecedent, consequent from rules where not list_has_all(['coffee', 'tea'], consequent) or list_contains(antecedent, 'apple') or lift < 1.05 or redundant");
            Assert.Equal("nowhere", tables.One<string>("select regexp_extract(message, ': ([a-z]+)\\.', 1) from quality where \"check\" = 'filter_items' and status = 'fail'"));
            // q-values are those among all rules, so some are above p.
            Assert.True(tables.One<bool>("select bool_and(q_value >= p_value) from rules"));
        }
        Run("max_basket=4").With(0);
        using (var tables = new Tables(_shop.Latest))
        {
            var cut = tables.One<long>("select count(*) from (select order_id from transactions where kind = 'sale' group by all having count(distinct item_id) > 4)");
            Assert.True(cut > 0);
            Assert.Equal(cut.ToString(CultureInfo.InvariantCulture), tables.One<string>("select observed from quality where \"check\" = 'max_basket' and status = 'fail'"));
            Assert.Contains("the largest had 6", tables.One<string>("select message from quality where \"check\" = 'max_basket'"), StringComparison.Ordinal);
            // Every single item is frequent, so their counts add up to what the cap leaves of the baskets.
            Assert.Equal(
                tables.One<long>("select cast(sum(least(n, 4)) as bigint) from (select count(distinct item_id) as n from transactions where kind = 'sale' group by order_id)"),
                tables.One<long>("select cast(sum(support_count) as bigint) from itemsets where size = 1"));
        }
    }

    [Fact]
    public void ABudgetThatIsHitIsSaidEverywhere()
    {
        _shop.Always.Clear();
        var ended = Run("max_nodes=3").With(0);
        // The stage's line, and the end of the run.
        Assert.Contains(ended.Out.Split('\n'), line => line.StartsWith("mine", StringComparison.Ordinal) && line.Contains("truncated", StringComparison.Ordinal));
        Assert.Contains(ended.Out.Split('\n'), line => line.StartsWith("truncated", StringComparison.Ordinal) && line.Contains("Raise results.mine", StringComparison.Ordinal));
        using var tables = new Tables(_shop.Latest);
        Assert.Equal("truncated", tables.One<string>("select observed from quality where \"check\" = 'complete' and status = 'fail'"));
        Assert.Contains("most frequent of", tables.One<string>("select message from quality where \"check\" = 'complete'"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeIsRefusedBeforeAnythingRuns()
    {
        Assert.Contains("did you mean 'closed'?", Run("kind=close").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("there is no such measure", Run("filter.least=lifft=2").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("MEASURE=VALUE is expected", Run("filter.most=lift").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("one of country, month, store", Run("contrast=weekday").With(2).Err, StringComparison.Ordinal);
        Assert.Contains("no itemset would be left", Run("min_length=3", "max_length=2").With(2).Err, StringComparison.Ordinal);
    }
}
