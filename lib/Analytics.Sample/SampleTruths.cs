namespace Analytics.Sample;

/// <summary>What was planted in the sample shop; <c>truths.json</c> says the same.</summary>
/// <param name="Seed">The generator's seed.</param>
/// <param name="First">The first local date.</param>
/// <param name="Last">The last local date.</param>
/// <param name="TimeZone">The IANA zone of the local times.</param>
/// <param name="Totals">What a correct load finds in all files together.</param>
/// <param name="Files">The same file by file, in the order of their names' UTF-8 bytes.</param>
/// <param name="Oddities">Every broken line, and the good ones that a careless reader breaks, by file and line.</param>
/// <param name="Bundles">Items bought together.</param>
/// <param name="Stores">The weekly season of each store, and its closed days.</param>
/// <param name="MonthFactors">The yearly season of orders, January first.</param>
/// <param name="TrendGrowth">Growth of orders from the first day to the last along a straight line, 0.25 being 25 %.</param>
/// <param name="Promotions">Price promotions.</param>
/// <param name="PriceChange">The item whose price was changed.</param>
/// <param name="CustomerGroups">The customers who are known by an id.</param>
public sealed record SampleTruths(
    ulong Seed, DateOnly First, DateOnly Last, string TimeZone, TotalsTruth Totals, IReadOnlyList<FileTruth> Files, IReadOnlyList<OddityTruth> Oddities,
    IReadOnlyList<BundleTruth> Bundles, IReadOnlyList<StoreTruth> Stores, IReadOnlyList<decimal> MonthFactors, decimal TrendGrowth,
    IReadOnlyList<PromotionTruth> Promotions, PriceChangeTruth PriceChange, IReadOnlyList<CustomerGroupTruth> CustomerGroups);

/// <summary>Records by fate; they add up to <see cref="Records"/>.</summary>
/// <param name="Sales">Sale lines.</param>
/// <param name="Returns">Return lines.</param>
/// <param name="Adjustments">Lines of no product or at no price.</param>
/// <param name="Duplicates">Records dropped as exact repetitions.</param>
/// <param name="Rejected">Broken records.</param>
public sealed record FateCounts(int Sales, int Returns, int Adjustments, int Duplicates, int Rejected)
{
    /// <summary>All records.</summary>
    public int Records => Sales + Returns + Adjustments + Duplicates + Rejected;
}

/// <summary>Counts and sums over all files.</summary>
/// <param name="Fates">Records by fate.</param>
/// <param name="SalesAmount">Sum of quantity × unit_price over sale lines.</param>
/// <param name="SalesUnits">Sum of their quantities.</param>
/// <param name="ReturnAmount">Sum over return lines, negative.</param>
/// <param name="Baskets">Distinct (store_id, order_id) of sale lines.</param>
/// <param name="Customers">Distinct customers with a sale line.</param>
/// <param name="Items">Distinct items with a sale line.</param>
public sealed record TotalsTruth(FateCounts Fates, decimal SalesAmount, decimal SalesUnits, decimal ReturnAmount, int Baskets, int Customers, int Items);

/// <summary>One input file.</summary>
/// <param name="Name">Its path below <c>transactions/</c>, the input's root.</param>
/// <param name="Traits">What its form shows: gzip, zstd, jsonl, bom, crlf, blank_line, no_last_line_end, column_order, late_lines.</param>
/// <param name="Fates">Its records by fate.</param>
public sealed record FileTruth(string Name, IReadOnlyList<string> Traits, FateCounts Fates);

/// <summary>One odd record.</summary>
/// <param name="Kind">What is odd; see the notes in truths.json.</param>
/// <param name="File">Its file below <c>transactions/</c>.</param>
/// <param name="Line">The physical line, from 1, on which it starts.</param>
/// <param name="Fate">What becomes of it.</param>
/// <param name="Rule">The rule that rejects it; null where it is good.</param>
/// <param name="Column">The column at fault; null for the whole record.</param>
/// <param name="Value">The text at fault; null for the whole record or for a missing value.</param>
public sealed record OddityTruth(string Kind, string File, int Line, Fate Fate, string? Rule, string? Column, string? Value);

/// <summary>A rule planted in the baskets. The shares are the generator's; the counts are those of this sample's sale baskets.</summary>
/// <param name="Antecedent">Item ids.</param>
/// <param name="Consequent">The item id.</param>
/// <param name="PlantedConfidence">The share of baskets with the antecedent that were meant to have the consequent too.</param>
/// <param name="SupportCount">Baskets with both.</param>
/// <param name="AntecedentCount">Baskets with the antecedent.</param>
/// <param name="ConsequentCount">Baskets with the consequent.</param>
/// <param name="Confidence">SupportCount / AntecedentCount, rounded to 6 decimals.</param>
/// <param name="Lift">Confidence over the consequent's share of all baskets, rounded to 6 decimals.</param>
public sealed record BundleTruth(
    IReadOnlyList<string> Antecedent, string Consequent, decimal PlantedConfidence, int SupportCount, int AntecedentCount, int ConsequentCount,
    decimal Confidence, decimal Lift);

/// <summary>A store's days.</summary>
/// <param name="Store">The store_id.</param>
/// <param name="WeekdayFactors">Factors on its orders, Monday first; 0 is closed.</param>
/// <param name="ClosedDates">Further closed days, Sundays left out where they are closed by their factor.</param>
public sealed record StoreTruth(string Store, IReadOnlyList<decimal> WeekdayFactors, IReadOnlyList<DateOnly> ClosedDates);

/// <summary>A promotion of one item in both stores.</summary>
/// <param name="Code">The text in the promotion column.</param>
/// <param name="ItemId">The item.</param>
/// <param name="From">The first date.</param>
/// <param name="To">The last date.</param>
/// <param name="PercentOff">How much cheaper.</param>
/// <param name="Lift">The factor on the share of baskets with the item.</param>
public sealed record PromotionTruth(string Code, string ItemId, DateOnly From, DateOnly To, int PercentOff, decimal Lift);

/// <summary>The item whose price changes move its demand.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Elasticity">ln(demand) by ln(price); demand is the share of baskets with the item.</param>
/// <param name="Steps">Its prices, each from its date on.</param>
public sealed record PriceChangeTruth(string ItemId, decimal Elasticity, IReadOnlyList<PriceStepTruth> Steps);

/// <summary>One price.</summary>
/// <param name="From">The first date.</param>
/// <param name="Price">The price.</param>
/// <param name="Demand">The demand over that at the first price.</param>
public sealed record PriceStepTruth(DateOnly From, decimal Price, decimal Demand);

/// <summary>Customers who behave alike.</summary>
/// <param name="Name">The group.</param>
/// <param name="QuantityFactor">The factor on the quantities of most items.</param>
/// <param name="CustomerIds">Its members, in order of their ids' bytes.</param>
public sealed record CustomerGroupTruth(string Name, int QuantityFactor, IReadOnlyList<string> CustomerIds);
