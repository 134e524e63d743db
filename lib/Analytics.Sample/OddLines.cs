using System.Text;

namespace Analytics.Sample;

/// <summary>Broken lines of every kind that the contract names, and good ones that a careless reader breaks.</summary>
internal static class OddLines
{
    private const int FirstBrokenOrder = 900_001, FirstGoodOrder = 950_001;

    /// <summary>Appends each odd record to the file of its date, at a drawn place.</summary>
    public static void Plant(Func<DateOnly, SourceFile> fileOf, Prng prng)
    {
        var order = FirstBrokenOrder;
        foreach (var (date, kind, rule, column, value) in Values)
        {
            var texts = Base(order++, date).Texts();
            texts[Position(column)] = value;
            var file = fileOf(date);
            Insert(file, new(file.EncodeTexts(texts), Fate.Rejected, null, new(kind, rule, column, value == "" ? null : value)), prng);
        }
        foreach (var (date, kind, rule, breakIt) in Shapes)
        {
            var file = fileOf(date);
            var broken = Encoding.Latin1.GetBytes(breakIt(Encoding.Latin1.GetString(file.EncodeTexts(Base(order++, date).Texts()))));
            Insert(file, new(broken, Fate.Rejected, null, new(kind, rule, null, null)), prng);
        }
        var good = FirstGoodOrder;
        foreach (var (kind, at, item, name) in Good)
        {
            var line = Base(good++, DateOnly.FromDateTime(at)) with { OrderedAt = at };
            if (item != "") line = line with { ItemId = item, ItemName = name };
            var file = fileOf(line.Date);
            Insert(file, file.Encode(line, new(kind, null, item == "" ? "ordered_at" : "item_name", null)), prng);
        }
    }

    private static readonly (DateOnly Date, string Kind, string Rule, string Column, string Value)[] Values =
    [
        (new(2024, 1, 10), "missing_value", "missing", "order_id", ""),
        (new(2024, 2, 14), "missing_value", "missing", "item_id", ""),
        (new(2024, 5, 6), "missing_value", "missing", "quantity", ""),
        (new(2024, 7, 11), "missing_value", "missing", "ordered_at", ""),
        (new(2025, 12, 5), "missing_value", "missing", "unit_price", ""),
        (new(2024, 1, 17), "bad_number", "number", "quantity", "1e3"),
        (new(2024, 3, 12), "bad_number", "number", "unit_price", "1_000"),
        (new(2024, 7, 18), "bad_number", "number", "unit_price", "12,5"),
        (new(2025, 12, 8), "bad_number", "number", "quantity", "two"),
        (new(2025, 12, 18), "bad_number", "number", "quantity", "1e3"),
        (new(2024, 4, 9), "too_many_decimals", "precision", "quantity", "1.2345"),
        (new(2025, 12, 9), "too_many_decimals", "precision", "unit_price", "1.23456"),
        (new(2025, 2, 20), "too_many_digits", "precision", "quantity", "9999999999999999"),
        (new(2024, 6, 3), "negative_price", "negative", "unit_price", "-1.15"),
        (new(2025, 12, 12), "negative_price", "negative", "unit_price", "-0.01"),
        (new(2024, 2, 29), "bad_date", "time", "ordered_at", "2024-02-30 12:00:00"),
        (new(2024, 12, 30), "bad_date", "time", "ordered_at", "31.12.2024 10:00"),
        (new(2025, 12, 11), "bad_date", "time", "ordered_at", "2025-12-11 24:10:00"),
        (new(2024, 8, 15), "date_outside_window", "window", "ordered_at", "1970-01-01 12:00:00"),
        (new(2024, 3, 31), "time_that_does_not_exist", "time_gap", "ordered_at", "2024-03-31 02:30:00"),
        (new(2025, 3, 30), "time_that_does_not_exist", "time_gap", "ordered_at", "2025-03-30 02:00:00"),
        (new(2024, 9, 19), "wrong_currency", "currency", "currency", "USD"),
        (new(2025, 12, 16), "wrong_currency", "currency", "currency", "eur"),
    ];

    private static readonly (DateOnly Date, string Kind, string Rule, Func<string, string> Break)[] Shapes =
    [
        (new(2024, 10, 8), "too_few_fields", "columns", line => line[..line.LastIndexOf(',')]),
        (new(2025, 12, 10), "too_few_fields", "columns", _ => "900000"),
        (new(2025, 1, 22), "too_many_fields", "columns", line => line + ","),
        (new(2025, 4, 24), "unterminated_quote", "quote", line => line.Replace("Milk", "\"Milk", StringComparison.Ordinal)),
        (new(2025, 12, 22), "unterminated_quote", "quote", line => line.Replace("Milk", "\"Milk", StringComparison.Ordinal)),
        (new(2025, 5, 14), "text_after_quote", "quote", line => line.Replace("Milk", "\"Mi\"lk", StringComparison.Ordinal)),
        (new(2025, 12, 17), "text_after_quote", "quote", line => line.Replace("Milk", "\"Milk\" ", StringComparison.Ordinal)),
        (new(2025, 7, 10), "not_utf8", "encoding", line => line.Replace("Milk", "Caf\u00E9", StringComparison.Ordinal)),
        (new(2025, 12, 23), "not_utf8", "encoding", line => line.Replace("Milk", "Mi\u00C3lk", StringComparison.Ordinal)),
        (new(2025, 9, 4), "nul_byte", "encoding", line => line.Replace("Milk", "Mi\0lk", StringComparison.Ordinal)),
        (new(2025, 12, 18), "broken_json", "json", line => line[..(line.Length / 2)]),
        (new(2025, 12, 18), "broken_json", "json", line => line.Replace("{", "[", StringComparison.Ordinal)),
    ];

    private static readonly (string Kind, DateTime At, string Item, string Name)[] Good =
    [
        ("time_that_comes_twice", new(2024, 10, 27, 2, 15, 0), "", ""),
        ("time_that_comes_twice", new(2025, 10, 26, 2, 0, 0), "", ""),
        ("quoted_newline", new(2024, 11, 5, 11, 30, 0), "1701", "Gift box\nwith ribbon"),
        ("quoted_newline", new(2025, 12, 2, 11, 30, 0), "1701", "Gift box\nwith ribbon"),
        ("quoted_crlf", new(2024, 1, 24, 11, 30, 0), "1702", "Calendar\r\n2025"),
        ("doubled_quotes", new(2025, 12, 6, 15, 0, 0), "1703", "Board game \"Wer bin ich?\", \"large\""),
        ("escaped_json", new(2025, 12, 18, 15, 0, 0), "1703", "Board game \"Wer bin ich?\", \"large\""),
    ];

    private static ShopLine Base(int order, DateOnly date) => new(
        $"{order}", "1313", "Milk", 2, date.ToDateTime(new(12, order % 60, 0)), 1.15m, "", "DE", "dairy", ShopCalendar.Web, 0.713m, "", null, 0.15m,
        Catalog.Currency);

    private static int Position(string column) => Array.IndexOf(ShopLine.Columns, column);

    private static void Insert(SourceFile file, SourceRecord record, Prng prng) => file.Records.Insert(prng.Next(file.Records.Count), record);
}
