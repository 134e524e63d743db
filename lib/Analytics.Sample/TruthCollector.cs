namespace Analytics.Sample;

/// <summary>Counts what stands in the files, by the fates that they were written with.</summary>
internal static class TruthCollector
{
    public static SampleTruths Collect(
        ulong seed, List<SourceFile> files, Dictionary<SourceFile, int[]> starts, List<Customer> customers)
    {
        var records = files.SelectMany(file => file.Records).ToList();
        var sales = records.Where(record => record.Fate == Fate.Sale).Select(record => record.Line!).ToList();
        var returns = records.Where(record => record.Fate == Fate.Return).Select(record => record.Line!);
        var baskets = sales.GroupBy(line => (line.StoreId, line.OrderId)).Select(basket => basket.Select(line => line.ItemId).ToHashSet()).ToList();
        var totals = new TotalsTruth(
            Count(records), sales.Sum(line => line.Quantity * line.UnitPrice), sales.Sum(line => line.Quantity),
            returns.Sum(line => line.Quantity * line.UnitPrice), baskets.Count,
            sales.Where(line => line.CustomerId != "").Select(line => line.CustomerId).Distinct().Count(),
            sales.Select(line => line.ItemId).Distinct().Count());
        var oddities = files.SelectMany(file => file.Records.Select((record, i) => (file, record, line: starts[file][i])))
            .Where(entry => entry.record.Planted is not null)
            .Select(entry => new OddityTruth(
                entry.record.Planted!.Kind, entry.file.Name, entry.line, entry.record.Fate, entry.record.Planted.Rule, entry.record.Planted.Column,
                entry.record.Planted.Value));
        return new(
            seed, ShopCalendar.First, ShopCalendar.Last, ShopCalendar.TimeZone, totals,
            [.. files.Select(file => new FileTruth(file.Name, SourceFolder.TraitsOf(file), Count(file.Records)))],
            [.. oddities], [.. Catalog.Bundles.Where(step => step.If.Length > 0).Select(step => Bundle(step, baskets))],
            [.. ShopCalendar.Stores.Select(Store)], Factors(ShopCalendar.MonthPermille), ShopCalendar.TrendPermille / 1000m,
            [.. Catalog.Promotions.Select(promotion => new PromotionTruth(
                promotion.Code, Catalog.BySlug(promotion.Slug).Id, promotion.From, promotion.To, promotion.PercentOff, promotion.LiftPermille / 1000m))],
            new(Catalog.BySlug(Catalog.ElasticItem).Id, Catalog.Elasticity,
                [.. Catalog.PriceSteps.Select(step => new PriceStepTruth(step.From, step.Price, step.DemandPermille / 1000m))]),
            [.. CustomerBase.Groups.Select(group => new CustomerGroupTruth(
                group.Name, group.QuantityFactor,
                [.. customers.Where(customer => customer.Group == group).Select(customer => customer.Id).Order(StringComparer.Ordinal)]))]);
    }

    private static FateCounts Count(List<SourceRecord> records)
    {
        int Of(Fate fate) => records.Count(record => record.Fate == fate);
        return new(Of(Fate.Sale), Of(Fate.Return), Of(Fate.Adjustment), Of(Fate.Duplicate), Of(Fate.Rejected));
    }

    private static BundleTruth Bundle(BundleStep step, List<HashSet<string>> baskets)
    {
        string[] antecedent = [.. step.If.Select(slug => Catalog.BySlug(slug).Id)];
        var consequent = Catalog.BySlug(step.Then).Id;
        var with = baskets.Where(basket => antecedent.All(basket.Contains)).ToList();
        var both = with.Count(basket => basket.Contains(consequent));
        var consequents = baskets.Count(basket => basket.Contains(consequent));
        return new(antecedent, consequent, step.Rate / 1_000_000m, both, with.Count, consequents, Ratio(both, with.Count),
            Ratio((long)both * baskets.Count, (long)with.Count * consequents));
    }

    private static decimal Ratio(long of, long to) => decimal.Round((decimal)of / to, 6, MidpointRounding.AwayFromZero);

    private static StoreTruth Store(string store)
    {
        var factors = ShopCalendar.WeekdayPermille[store];
        var closed = Enumerable.Range(0, ShopCalendar.Days).Select(ShopCalendar.Day)
            .Where(day => factors[ShopCalendar.WeekdayIndex(day)] > 0 && ShopCalendar.IsClosed(store, day));
        return new(store, Factors(factors), [.. closed]);
    }

    private static List<decimal> Factors(int[] permille) => [.. permille.Select(factor => factor / 1000m)];
}
