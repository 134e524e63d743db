namespace Analytics.Sample;

/// <summary>Every good line of the shop, in order of time: orders, their returns, postage and other adjustments.</summary>
internal sealed class OrderBook
{
    /// <summary>No one orders in the hours that the clock change takes or gives; those lines are planted apart.</summary>
    private const int EarliestHour = 6;

    private readonly ulong _seed;
    private readonly Dictionary<BundleStep, (Quota With, Quota Without)> _bundles;
    private readonly Dictionary<Product, Quota> _items;
    private readonly Dictionary<string, Quota> _second = [];
    private readonly Prng _quantities, _times;
    private readonly Quota _postage, _samples, _vouchers, _returns, _counterReturns;
    private readonly Dictionary<string, int> _lastOrder = [];
    private readonly Dictionary<string, int> _lastCancellation = [];

    private OrderBook(ulong seed)
    {
        _seed = seed;
        _bundles = Catalog.Bundles.ToDictionary(step => step, step => (Stream(step.Then + " with"), Stream(step.Then + " without")));
        _items = Catalog.Products.ToDictionary(product => product, product => Stream(product.Slug));
        foreach (var product in Catalog.Products) _second[product.Slug] = Stream(product.Slug + " second");
        (_quantities, _times) = (new(seed, "quantities"), new(seed, "times"));
        (_postage, _samples, _vouchers) = (Stream("postage"), Stream("samples"), Stream("vouchers"));
        (_returns, _counterReturns) = (Stream("returns"), Stream("counter returns"));
        // Both stores number their orders from the same start: a basket is one (store_id, order_id), not one order_id.
        foreach (var store in ShopCalendar.Stores) (_lastOrder[store], _lastCancellation[store]) = (100_000, 500_000);
    }

    public static (List<ShopLine> Lines, List<Customer> Customers) Write(ulong seed)
    {
        var orders = ShopCalendar.Stores.ToDictionary(store => store, store => OrdersByDay(store, seed));
        var customers = CustomerBase.Draw(new(seed, "customers"));
        var visits = CustomerBase.Plan(customers, orders, new(seed, "visits"));
        var book = new OrderBook(seed);
        return (book.Fill(visits), customers);
    }

    private static int[] OrdersByDay(string store, ulong seed)
    {
        var noise = new Prng(seed, "noise of " + store);
        var quota = new Quota(new(seed, "orders of " + store));
        var orders = new int[ShopCalendar.Days];
        for (var day = 0; day < orders.Length; day++)
        {
            var expected = ShopCalendar.Expected(store, ShopCalendar.Day(day));
            orders[day] = expected == 0 ? 0 : quota.Count(expected / 1000 * noise.Between(ShopCalendar.LeastNoise, ShopCalendar.MostNoise));
        }
        return orders;
    }

    private List<ShopLine> Fill(List<Visit> visits)
    {
        var timed = visits.Select((visit, index) => (visit, index, second: _times.Between(EarliestHour * 3600, 24 * 3600 - 1)))
            .Select(entry => entry.visit.Store == ShopCalendar.Berlin ? entry with { second = 9 * 3600 + entry.second % (11 * 3600) } : entry)
            .OrderBy(entry => entry.visit.Day).ThenBy(entry => entry.second).ThenBy(entry => entry.index);
        var guests = new Prng(_seed, "guests");
        var lines = new List<ShopLine>();
        foreach (var (visit, _, second) in timed)
        {
            var at = ShopCalendar.Day(visit.Day).ToDateTime(TimeOnly.MinValue).AddSeconds(second);
            var country = visit.Customer?.Country ?? CustomerBase.CountryOf(visit.Store, guests);
            var factor = visit.Customer?.Group.QuantityFactor ?? 1;
            AddOrder(lines, at, visit.Store, visit.Customer?.Id ?? "", country, factor);
        }
        // Sorting is stable, so that the lines of one order stay together.
        return [.. lines.OrderBy(line => line.OrderedAt)];
    }

    private void AddOrder(List<ShopLine> lines, DateTime at, string store, string customer, string country, int factor)
    {
        var id = $"{++_lastOrder[store]}";
        var day = DateOnly.FromDateTime(at);
        foreach (var product in Basket(day))
        {
            var line = Line(id, product, QuantityOf(product, factor), at, store, customer, country);
            lines.Add(line);
            if (_returns.Take(20_000) && ReturnOf(line) is { } back) lines.Add(back);
        }
        if (store == ShopCalendar.Web && _postage.Take(40_000))
            lines.Add(Adjustment(id, "POST", "Postage", 1, 4.90m, at, store, customer, country));
        if (_vouchers.Take(4_000)) lines.Add(Adjustment(id, "VOUCHER", "Voucher", -1, 5.00m, at, store, customer, country));
        if (_samples.Take(6_000)) lines.Add(Adjustment(id, "1990", "Free sample", 1, 0m, at, store, customer, country));
    }

    private List<Product> Basket(DateOnly day)
    {
        var chosen = new HashSet<string>();
        foreach (var step in Catalog.Bundles)
        {
            var (with, without) = _bundles[step];
            if (step.If.All(chosen.Contains) ? with.Take(step.Rate) : without.Take(step.Otherwise)) chosen.Add(step.Then);
        }
        foreach (var product in Catalog.Products)
        {
            var rate = product.RateIn(day.Month);
            if (rate == 0) continue;
            if (product.Slug == Catalog.ElasticItem) rate = rate / 1000 * Catalog.PriceStepOf(day).DemandPermille;
            if (Catalog.PromotionOf(product.Slug, day) is { } promotion) rate = rate / 1000 * promotion.LiftPermille;
            if (_items[product].Take(rate)) chosen.Add(product.Slug);
        }
        if (chosen.Count == 0) chosen.Add("milk");
        return [.. Catalog.Products.Where(product => chosen.Contains(product.Slug))];
    }

    private decimal QuantityOf(Product product, int factor) => product.Measure switch
    {
        Measure.Steady => _second[product.Slug].Take(200_000) ? 2 : 1,
        Measure.Weight => _quantities.Between(200, 2200) / 1000m * factor,
        Measure.Loose => _quantities.Between(10, 60) * factor,
        _ => _quantities.Next(10) switch { < 7 => 1, < 9 => 2, _ => 3 } * factor,
    };

    private static ShopLine Line(string order, Product product, decimal quantity, DateTime at, string store, string customer, string country)
    {
        var day = DateOnly.FromDateTime(at);
        var list = product.Slug == Catalog.ElasticItem ? Catalog.PriceStepOf(day).Price : product.Price;
        var promotion = Catalog.PromotionOf(product.Slug, day);
        var price = promotion is null ? list : decimal.Round(list * (100 - promotion.PercentOff) / 100, 2, MidpointRounding.AwayFromZero);
        var name = product.Id == Catalog.RenamedItem && day >= Catalog.RenamedOn ? Catalog.NameAfter : product.Name;
        var cost = decimal.Round(product.Price * 0.62m, 4, MidpointRounding.AwayFromZero);
        return new(order, product.Id, name, quantity, at, price, customer, country, product.Category, store, cost, promotion?.Code ?? "",
            promotion is null ? null : (list - price) * quantity, TaxIn(price * quantity, product.TaxPercent), Catalog.Currency);
    }

    private static ShopLine Adjustment(
        string order, string item, string name, decimal quantity, decimal price, DateTime at, string store, string customer, string country) =>
        new(order, item, name, quantity, at, price, customer, country, "", store, 0m, "", null, null, Catalog.Currency);

    private static decimal TaxIn(decimal gross, int percent) => decimal.Round(gross * percent / (100 + percent), 2, MidpointRounding.AwayFromZero);

    /// <summary>The whole line given back some days later; null where the shop's last day has passed by then.</summary>
    private ShopLine? ReturnOf(ShopLine line)
    {
        var day = line.Date.AddDays(_times.Between(3, 12));
        while (day <= ShopCalendar.Last && ShopCalendar.IsClosed(line.StoreId, day)) day = day.AddDays(1);
        if (day > ShopCalendar.Last) return null;
        // At the counter the old order number is used again; the rest are cancellations with a number of their own.
        var counter = line.StoreId == ShopCalendar.Berlin && _counterReturns.Take(400_000);
        return line with
        {
            OrderId = counter ? line.OrderId : $"C{++_lastCancellation[line.StoreId]}",
            Quantity = -line.Quantity,
            OrderedAt = day.ToDateTime(TimeOnly.MinValue).AddSeconds(_times.Between(10 * 3600, 17 * 3600)),
            DiscountAmount = -line.DiscountAmount,
            TaxAmount = -line.TaxAmount,
        };
    }

    private Quota Stream(string purpose) => new(new(_seed, "quota " + purpose));
}
