namespace Analytics.Report.Internals.Sections;

/// <summary>Each term of the page in one sentence.</summary>
internal static class GlossarySection
{
    private static readonly (string Term, string Meaning)[] Terms =
    [
        ("Sale, return, adjustment", "A line of an order that sells an item; a cancelled order or a negative quantity; a line that is no product or has price 0."),
        ("Sales, net sales", "Sales are the amounts of sale lines; net sales are sales plus the (negative) returns."),
        ("Basket", "The distinct items of one order's sale lines."),
        ("Support", "The share of all baskets that hold all items of a rule."),
        ("Confidence", "Of the baskets that hold the left side, the share that also holds the right side."),
        ("Lift", "Confidence divided by the right side's share of all baskets: 1 is chance, 5 is five times as often."),
        ("q-value", "The share of false finds to expect among all rules at least as significant as this one (Benjamini and Hochberg, on Fisher's exact test)."),
        ("Redundant rule", "A shorter rule with the same right side is at least as confident, so the longer one adds nothing."),
        ("80 % and 95 % interval", "A range that should hold the actual value on 80 or 95 of 100 days; the accuracy section says how often it did."),
        ("Seasonal naive", "The forecast that repeats the value of the same weekday one week ago: what a better model must beat."),
        ("MASE", "Mean absolute scaled error: the forecast's error over that of the seasonal naive forecast on the training days; below 1 is better than that."),
        ("sMAPE", "Symmetric mean absolute percentage error, from 0 to 200: error as a share of the mean of forecast and actual value."),
        ("RMSSE", "As MASE with squared errors: large misses weigh more."),
        ("Recency, frequency, monetary", "Days since a customer's last sale, the number of sale orders, and sales plus returns."),
        ("Silhouette", "How much closer a customer is to the own segment than to the next one, from −1 to 1; near 0 segments run into each other."),
        ("Stability", "How much of a segment comes back when it is built from a random part of the customers (mean Jaccard index), from 0 to 1."),
    ];

    public static void Write(Page page)
    {
        page.Section("glossary", "Glossary");
        page.M.Open("dl", "glossary");
        foreach (var (term, meaning) in Terms) page.M.Open("div").Element("dt", term).Element("dd", meaning).Close();
        page.M.Close();
        page.EndSection();
    }
}
