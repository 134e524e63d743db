using System.Collections;
using System.Globalization;
using System.Text;

namespace Analytics.Sample;

/// <summary>The truths as JSON: one line a record, so that a change reads well in a diff.</summary>
internal static class TruthsText
{
    private static readonly (string, object?)[] Mapping =
    [
        ("columns", "named as in the contract: order_id, item_id, item_name, quantity, ordered_at, unit_price, customer_id, country, category, store_id, unit_cost, promotion, discount_amount, tax_amount, currency"),
        ("time_format", ShopLine.TimeFormat), ("time_zone", ShopCalendar.TimeZone), ("currency", Catalog.Currency),
        ("product_pattern", "^[0-9]{4}$"), ("cancellation_pattern", "^C"), ("trim", false), ("upper", false), ("delimiter", ","),
        ("unit_price", "the price paid; discount_amount is (list price - unit_price) x quantity, tax_amount the tax inside quantity x unit_price"),
    ];

    private static readonly string[] Notes =
    [
        "Made by the seeded generator lib/Analytics.Sample; a test makes it anew and compares the bytes.",
        "Both stores count their orders from 100001: a basket is one (store_id, order_id). Broken lines have order 9000xx, odd but good ones 9500xx.",
        "duplicate: the later of two equal records, named by its own file and line; some repeat lines of the file before.",
        "A time that comes twice is the first, in summer time. One that does not exist is rejected.",
        "An unterminated quote rejects its first line alone; the lines after it are good.",
        "Orders a day = base x trend x weekday x month x noise of 0.9 to 1.1, 0 where a store is closed.",
        "Promotion lift and elasticity are factors on the share of baskets with the item; its units a basket stay the same.",
        "baskets.txt holds the sale baskets from 2025-10-01 on, without the odd lines.",
    ];

    public static string Write(SampleTruths truths)
    {
        var text = new StringBuilder();
        Append(text, 0,
        [
            ("version", 1), ("seed", truths.Seed), ("notes", Notes), ("mapping", Mapping),
            ("first", truths.First), ("last", truths.Last), ("time_zone", truths.TimeZone),
            ("totals", ((string, object?)[])[.. Fates(truths.Totals.Fates), ("sales_amount", truths.Totals.SalesAmount),
                ("sales_units", truths.Totals.SalesUnits), ("return_amount", truths.Totals.ReturnAmount), ("baskets", truths.Totals.Baskets),
                ("customers", truths.Totals.Customers), ("items", truths.Totals.Items)]),
            ("bundles", truths.Bundles.Select(bundle => ((string, object?)[])[("antecedent", bundle.Antecedent), ("consequent", bundle.Consequent),
                ("planted_confidence", bundle.PlantedConfidence), ("support_count", bundle.SupportCount), ("antecedent_count", bundle.AntecedentCount),
                ("consequent_count", bundle.ConsequentCount), ("confidence", bundle.Confidence), ("lift", bundle.Lift)])),
            ("trend_growth", truths.TrendGrowth), ("month_factors", truths.MonthFactors),
            ("stores", truths.Stores.Select(store => ((string, object?)[])[("store", store.Store), ("weekday_factors", store.WeekdayFactors), ("closed_dates", store.ClosedDates)])),
            ("promotions", truths.Promotions.Select(promotion => ((string, object?)[])[("code", promotion.Code), ("item_id", promotion.ItemId),
                ("from", promotion.From), ("to", promotion.To), ("percent_off", promotion.PercentOff), ("lift", promotion.Lift)])),
            ("price_change", ((string, object?)[])[("item_id", truths.PriceChange.ItemId), ("elasticity", truths.PriceChange.Elasticity),
                ("steps", truths.PriceChange.Steps.Select(step => ((string, object?)[])[("from", step.From), ("price", step.Price), ("demand", step.Demand)]))]),
            ("customer_groups", truths.CustomerGroups.Select(group => ((string, object?)[])[("name", group.Name), ("customers", group.CustomerIds.Count),
                ("quantity_factor", group.QuantityFactor), ("customer_ids", group.CustomerIds)])),
            ("files", truths.Files.Select(file => ((string, object?)[])[("file", file.Name), ("traits", file.Traits), .. Fates(file.Fates)])),
            ("oddities_by_kind", ((string, object?)[])[.. truths.Oddities.GroupBy(oddity => oddity.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => (kind.Key, (object?)kind.Count()))]),
            ("oddities", truths.Oddities.Select(oddity => ((string, object?)[])[("kind", oddity.Kind), ("file", oddity.File), ("line", oddity.Line),
                ("fate", oddity.Fate.ToString().ToLowerInvariant()), ("rule", oddity.Rule), ("column", oddity.Column), ("value", oddity.Value)])),
        ]);
        return text.Append('\n').ToString();
    }

    private static (string, object?)[] Fates(FateCounts fates) =>
    [
        ("records", fates.Records), ("sales", fates.Sales), ("returns", fates.Returns), ("adjustments", fates.Adjustments),
        ("duplicates", fates.Duplicates), ("rejected", fates.Rejected),
    ];

    private static void Append(StringBuilder text, int depth, (string Name, object? Value)[] fields)
    {
        // Records of lists stay on one line; only the outermost object is broken up.
        var (open, between, close) = depth == 0 ? ("{\n  ", ",\n  ", "\n}") : ("{ ", ", ", " }");
        text.Append(open);
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0) text.Append(between);
            text.Append(Json.Quote(fields[i].Name)).Append(": ");
            Append(text, depth + 1, fields[i].Value);
        }
        text.Append(close);
    }

    private static void Append(StringBuilder text, int depth, object? value)
    {
        switch (value)
        {
            case null: text.Append("null"); break;
            case string words: text.Append(Json.Quote(words)); break;
            case bool truth: text.Append(truth ? "true" : "false"); break;
            case DateOnly date: text.Append(Json.Quote(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))); break;
            case (string, object?)[] fields: Append(text, depth, fields); break;
            case IEnumerable values: AppendList(text, depth, [.. values.Cast<object?>()]); break;
            case IFormattable number: text.Append(number.ToString(null, CultureInfo.InvariantCulture)); break;
            default: throw new ArgumentException($"a truth of type {value.GetType()} has no text");
        }
    }

    private static void AppendList(StringBuilder text, int depth, object?[] values)
    {
        var broken = depth == 1 && values.Length > 0 && values[0] is (string, object?)[] or string;
        text.Append(broken ? "[\n    " : "[");
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) text.Append(broken ? ",\n    " : ", ");
            Append(text, depth + 1, values[i]);
        }
        text.Append(broken ? "\n  ]" : "]");
    }
}
