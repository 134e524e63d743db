namespace Analytics.Sample.Tests;

/// <summary>A naive reader of the files finds every truth that truths.json claims.</summary>
public sealed class PlantedTruthTests
{
    private readonly SampleTruths _truths;
    private readonly string _folder;
    private readonly NaiveReader _shop;

    public PlantedTruthTests(SampleFolder sample)
    {
        (_truths, _folder, _shop) = (sample.Truths, sample.Folder, sample.Shop);
    }

    [Fact]
    public void Fates_add_up_file_by_file()
    {
        foreach (var file in _truths.Files)
        {
            var found = new FateCounts(
                _shop.Sales.Count(line => line.File == file.Name), _shop.Returns.Count(line => line.File == file.Name),
                _shop.Adjustments.Count(line => line.File == file.Name), _shop.Duplicates.Count(line => line.File == file.Name),
                _shop.Rejected.Count(line => line.File == file.Name));
            Assert.Equal((file.Name, file.Fates), (file.Name, found));
        }
        Assert.Equal(_truths.Totals.Fates.Records, _truths.Files.Sum(file => file.Fates.Records));
        Assert.Equal(_truths.Totals.Fates.Sales, _truths.Files.Sum(file => file.Fates.Sales));
    }

    [Fact]
    public void Totals_are_those_of_the_lines()
    {
        Assert.Equal(_truths.Totals.SalesAmount, _shop.Sales.Sum(line => line.Quantity * line.Price));
        Assert.Equal(_truths.Totals.SalesUnits, _shop.Sales.Sum(line => line.Quantity));
        Assert.Equal(_truths.Totals.ReturnAmount, _shop.Returns.Sum(line => line.Quantity * line.Price));
        Assert.Equal(_truths.Totals.Baskets, _shop.Sales.Select(line => (line.Store, line.Order)).Distinct().Count());
        Assert.True(_shop.Sales.Select(line => line.Order).Distinct().Count() < _truths.Totals.Baskets, "orders of two stores should share numbers");
        Assert.Equal(_truths.Totals.Customers, _shop.Sales.Select(line => line.Customer).Where(id => id != "").Distinct().Count());
        Assert.Equal(_truths.Totals.Items, _shop.Sales.Select(line => line.Item).Distinct().Count());
    }

    [Fact]
    public void Every_broken_line_stands_where_it_is_said_to_and_breaks_the_rule_that_is_said()
    {
        var planted = _truths.Oddities.Where(oddity => oddity.Fate == Fate.Rejected).Select(oddity => (oddity.File, oddity.Line, oddity.Rule!, oddity.Column));
        Assert.Equal(planted.Order(), _shop.Rejected.Order());
        Assert.Equal(
            _truths.Oddities.Where(oddity => oddity.Kind == "duplicate").Select(oddity => (oddity.File, oddity.Line)).Order(), _shop.Duplicates.Order());
        var good = _truths.Oddities.Where(oddity => oddity.Fate == Fate.Sale).ToList();
        Assert.Equal(7, good.Count);
        Assert.All(good, oddity => Assert.Single(_shop.Sales, line => (line.File, line.Line) == (oddity.File, oddity.Line)));
    }

    [Fact]
    public void Every_kind_of_the_contract_is_there()
    {
        string[] kinds =
        [
            "missing_value", "bad_number", "too_many_decimals", "too_many_digits", "negative_price", "bad_date", "date_outside_window",
            "time_that_does_not_exist", "time_that_comes_twice", "wrong_currency", "too_few_fields", "too_many_fields", "unterminated_quote", "text_after_quote",
            "not_utf8", "nul_byte", "broken_json", "quoted_newline", "quoted_crlf", "doubled_quotes", "escaped_json", "duplicate",
        ];
        Assert.Equal(kinds.Order(StringComparer.Ordinal), _truths.Oddities.Select(oddity => oddity.Kind).Distinct().Order(StringComparer.Ordinal));
        string[] traits = ["gzip", "zstd", "jsonl", "bom", "crlf", "blank_line", "no_last_line_end", "column_order", "late_lines"];
        Assert.Equal(traits.Order(StringComparer.Ordinal), _truths.Files.SelectMany(file => file.Traits).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bundles_have_their_confidence_and_lift()
    {
        var baskets = Baskets();
        foreach (var bundle in _truths.Bundles)
        {
            var with = baskets.Where(basket => bundle.Antecedent.All(basket.Contains)).ToList();
            var both = with.Count(basket => basket.Contains(bundle.Consequent));
            var consequent = baskets.Count(basket => basket.Contains(bundle.Consequent));
            Assert.Equal((bundle.SupportCount, bundle.AntecedentCount, bundle.ConsequentCount), (both, with.Count, consequent));
            Assert.Equal((double)bundle.PlantedConfidence, (double)both / with.Count, 0.02);
            Assert.Equal((double)bundle.Lift, (double)both * baskets.Count / ((double)with.Count * consequent), 1e-5);
            Assert.True(bundle.Lift > 2.5m);
        }
    }

    [Fact]
    public void The_week_and_the_year_have_their_seasons_and_closed_days_no_sale()
    {
        foreach (var store in _truths.Stores)
        {
            var orders = _shop.Sales.Where(line => line.Store == store.Store).GroupBy(line => line.Date)
                .ToDictionary(day => day.Key, day => day.Select(line => line.Order).Distinct().Count());
            var closed = store.ClosedDates.ToHashSet();
            Assert.DoesNotContain(orders.Keys, closed.Contains);
            var days = Enumerable.Range(0, _truths.Last.DayNumber - _truths.First.DayNumber + 1).Select(_truths.First.AddDays)
                .Where(day => !closed.Contains(day)).ToList();
            double Expected(DateOnly day) =>
                8.5 * (1 + (double)_truths.TrendGrowth * (day.DayNumber - _truths.First.DayNumber) / 730)
                * (double)store.WeekdayFactors[((int)day.DayOfWeek + 6) % 7] * (double)_truths.MonthFactors[day.Month - 1];
            void Holds(Func<DateOnly, bool> which, double tolerance)
            {
                var chosen = days.Where(which).ToList();
                var expected = chosen.Sum(Expected);
                var found = chosen.Sum(day => orders.GetValueOrDefault(day));
                if (expected == 0) Assert.Equal(0, found);
                else Assert.Equal(1, found / expected, tolerance);
            }
            for (var weekday = 0; weekday < 7; weekday++) Holds(day => ((int)day.DayOfWeek + 6) % 7 == weekday, 0.025);
            for (var month = 1; month <= 12; month++) Holds(day => day.Month == month, 0.035);
            Holds(day => day.Year == 2024, 0.02);
            Holds(day => day.Year == 2025, 0.02);
        }
    }

    [Fact]
    public void Promotions_lift_the_share_of_baskets_with_the_item_and_lower_its_price()
    {
        foreach (var item in _truths.Promotions.GroupBy(promotion => promotion.ItemId))
        {
            bool During(DateOnly day) => item.Any(promotion => promotion.From <= day && day <= promotion.To);
            var usual = Share(item.Key, day => !During(day));
            var lifted = Share(item.Key, During);
            Assert.Equal((double)item.First().Lift, lifted / usual, 0.12);
            Assert.All(_shop.Sales.Where(line => line.Item == item.Key), line => Assert.Equal(During(line.Date), line.Fields["promotion"] != ""));
        }
    }

    [Fact]
    public void The_price_change_moves_demand_by_its_elasticity()
    {
        var change = _truths.PriceChange;
        var shares = change.Steps.Select((step, i) =>
        {
            var end = i + 1 < change.Steps.Count ? change.Steps[i + 1].From : _truths.Last.AddDays(1);
            return Share(change.ItemId, day => step.From <= day && day < end);
        }).ToList();
        for (var i = 1; i < shares.Count; i++)
        {
            var elasticity = Math.Log(shares[i] / shares[0]) / Math.Log((double)(change.Steps[i].Price / change.Steps[0].Price));
            Assert.Equal((double)change.Elasticity, elasticity, 0.12);
        }
    }

    [Fact]
    public void Customer_groups_have_their_members_recency_and_frequency()
    {
        var known = _shop.Sales.Where(line => line.Customer != "").GroupBy(line => line.Customer).ToDictionary(
            customer => customer.Key,
            customer => (Recency: _truths.Last.DayNumber - customer.Max(line => line.Date).DayNumber,
                Orders: customer.Select(line => (line.Store, line.Order)).Distinct().Count()));
        Assert.Equal(known.Keys.Order(StringComparer.Ordinal), _truths.CustomerGroups.SelectMany(group => group.CustomerIds).Order(StringComparer.Ordinal));
        void Holds(string name, int customers, (int Least, int Most) recency, (int Least, int Most) orders)
        {
            var group = _truths.CustomerGroups.Single(group => group.Name == name);
            Assert.Equal(customers, group.CustomerIds.Count);
            Assert.All(group.CustomerIds, id => Assert.InRange(known[id].Recency, recency.Least, recency.Most));
            Assert.All(group.CustomerIds, id => Assert.InRange(known[id].Orders, orders.Least, orders.Most));
        }
        Holds("champions", 40, (0, 12), (60, 105));
        Holds("regulars", 120, (0, 45), (18, 30));
        Holds("big_spenders", 20, (5, 140), (6, 12));
        Holds("lapsed", 90, (295, 470), (6, 20));
        Holds("new", 70, (0, 20), (1, 8));
        Holds("one_time", 400, (200, 710), (1, 1));
    }

    [Fact]
    public void Baskets_are_the_last_quarters_sale_baskets_with_a_handful_of_pretty_rules()
    {
        var baskets = File.ReadAllLines(Path.Combine(_folder, "baskets.txt"))[..].Select(line => line.Split(' ').ToHashSet()).ToList();
        Assert.Equal(
            _shop.Sales.Where(line => line.Date >= new DateOnly(2025, 10, 1) && !line.Order.StartsWith("95", StringComparison.Ordinal))
                .Select(line => (line.Store, line.Order)).Distinct().Count(), baskets.Count);
        var items = baskets.SelectMany(basket => basket).Distinct().Where(item => baskets.Count(basket => basket.Contains(item)) >= 0.1 * baskets.Count).ToList();
        var rules = (from one in items from other in items where one != other
                     let both = baskets.Count(basket => basket.Contains(one) && basket.Contains(other))
                     where both >= 0.1 * baskets.Count && both >= 0.5 * baskets.Count(basket => basket.Contains(one))
                     select $"{one} -> {other}").ToList();
        Assert.Contains("coffee -> filter_papers", rules);
        Assert.Contains("pasta -> tomato_sauce", rules);
        Assert.InRange(rules.Count, 4, 12);
    }

    private List<HashSet<string>> Baskets() =>
        [.. _shop.Sales.GroupBy(line => (line.Store, line.Order)).Select(basket => basket.Select(line => line.Item).ToHashSet())];

    private double Share(string item, Func<DateOnly, bool> when)
    {
        var baskets = _shop.Sales.Where(line => when(line.Date)).GroupBy(line => (line.Store, line.Order)).ToList();
        return (double)baskets.Count(basket => basket.Any(line => line.Item == item)) / baskets.Count;
    }
}
