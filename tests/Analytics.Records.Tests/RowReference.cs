using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Analytics.Columns;

namespace Analytics.Records.Tests;

/// <summary>What a file should give, one text a row and one a reject; null where it should be refused as a whole.</summary>
internal sealed record NaiveResult(List<string> Rows, List<string> Rejects);

/// <summary>The contract in strings, regular expressions and big integers, apart from the parser's own code.</summary>
internal static partial class RowReference
{
    private static readonly string[] Order =
    [
        "order_id", "item_id", "quantity", "ordered_at", "unit_price", "item_name", "customer_id", "country", "category", "store_id",
        "unit_cost", "promotion", "discount_amount", "tax_amount", "currency",
    ];

    private static readonly Dictionary<string, (int Digits, int Scale)> Numbers = new()
    {
        ["quantity"] = (18, 3), ["unit_price"] = (18, 4), ["unit_cost"] = (18, 4), ["discount_amount"] = (28, 7), ["tax_amount"] = (28, 7),
    };

    public static NaiveResult? Csv(byte[] data, RecordMapping mapping, int most)
    {
        foreach (var magic in (byte[][])[[0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD], "PAR1"u8.ToArray(), "PK\x03\x04"u8.ToArray(), [0xFF, 0xFE], [0xFE, 0xFF]])
            if (data.AsSpan().StartsWith(magic)) return null;
        var records = CsvReference.Read(data, (byte)mapping.Delimiter, mapping.Quote == '\0' ? null : (byte)mapping.Quote, most);
        if (records.Count == 0 || records[0].Rule is not null) return null;
        var first = records[0];
        if (first.Raw.Contains((byte)'\r') && !first.Raw.Contains((byte)'\n')) return null;
        var names = mapping.Header
            ? first.Fields.Select(Encoding.UTF8.GetString).ToList()
            : Enumerable.Range(1, first.Fields.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToList();
        if (names.Distinct().Count() != names.Count || mapping.Columns.Values.Any(column => !names.Contains(column.Source))) return null;
        var result = new NaiveResult([], []);
        foreach (var record in mapping.Header ? records.Skip(1) : records)
        {
            var raw = record.Raw;
            if (record.Rule is not null) result.Rejects.Add(Reject(record.Line, record.Rule, null, null, raw));
            else if (record.Fields.Count != names.Count) result.Rejects.Add(Reject(record.Line, "columns", null, null, raw));
            else Record(names, record.Fields, record.Line, raw, mapping, result);
        }
        return result;
    }

    public static void Record(List<string> names, List<byte[]> fields, long line, byte[] raw, RecordMapping mapping, NaiveResult result)
    {
        var values = new Dictionary<string, string?>();
        BigInteger quantity = 0, price = 0;
        var utc = default(DateTime);
        var local = default(DateTime);
        foreach (var target in Order)
        {
            values[target] = null;
            if (!mapping.Columns.TryGetValue(target, out var column)) continue;
            var source = fields[names.IndexOf(column.Source)];
            var text = Encoding.UTF8.GetString(source);
            var trimmed = text.Trim();
            string? rule = null;
            if (column.Trim || target == "item_name") text = trimmed;
            if (trimmed.Length == 0)
            {
                if (Array.IndexOf(Order, target) < 5) rule = "missing";
            }
            else if (Numbers.TryGetValue(target, out var type))
            {
                if (!Number().IsMatch(text))
                {
                    rule = "number";
                }
                else
                {
                    var parts = text.TrimStart('+', '-').Split('.');
                    var decimals = parts.Length == 2 ? parts[1] : "";
                    var unscaled = decimals.Length > type.Scale ? 0 : BigInteger.Parse(parts[0] + decimals.PadRight(type.Scale, '0'), CultureInfo.InvariantCulture);
                    if (decimals.Length > type.Scale || unscaled >= BigInteger.Pow(10, type.Digits)) rule = "precision";
                    if (text[0] == '-') unscaled = -unscaled;
                    if (target == "quantity") quantity = unscaled;
                    if (target == "unit_price") price = unscaled;
                    if (rule is null && target == "unit_price" && price < 0) rule = "negative";
                    values[target] = unscaled.ToString(CultureInfo.InvariantCulture);
                }
            }
            else if (target == "ordered_at")
            {
                rule = Time(text, column.Formats, mapping, out utc, out local);
            }
            else
            {
                values[target] = column.Upper ? text.ToUpperInvariant() : text;
                if (target == "currency" && mapping.Currency is not null && values[target] != mapping.Currency) rule = "currency";
            }
            if (rule is null) continue;
            result.Rejects.Add(Reject(line, rule, target, source.Length == 0 ? null : source, raw));
            return;
        }
        if (BigInteger.Abs(quantity * price) >= BigInteger.Pow(10, 28))
        {
            result.Rejects.Add(Reject(line, "precision", "amount", null, raw));
            return;
        }
        var kind = price == 0 || (mapping.ProductPattern is { } product && !Regex.IsMatch(values["item_id"]!, product)) ? 2
            : quantity < 0 || (mapping.CancellationPattern is { } cancel && Regex.IsMatch(values["order_id"]!, cancel)) ? 1 : 0;
        var print = Fingerprint(names, fields);
        result.Rows.Add(string.Join('|', new object?[]
        {
            Show(values["order_id"]), Show(values["item_id"]), Show(values["item_name"]), quantity, price, quantity * price,
            (utc - DateTime.UnixEpoch).Ticks / 10, DateOnly.FromDateTime(local).DayNumber - 719_162, Show(values["customer_id"]), Show(values["country"]),
            Show(values["category"]), Show(values["store_id"]), values["unit_cost"] ?? "NULL", Show(values["promotion"]), values["discount_amount"] ?? "NULL",
            values["tax_amount"] ?? "NULL", Show(values["currency"]), kind, line, (long)(ulong)(print >> 64), (long)(ulong)print,
        }.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture))));
    }

    private static string? Time(string text, IReadOnlyList<string> formats, RecordMapping mapping, out DateTime utc, out DateTime local)
    {
        utc = local = default;
        foreach (var format in formats)
        {
            // .NET reads an offset of one digit too; the contract does not.
            if (format.Contains("zzz", StringComparison.Ordinal) && !Offset().IsMatch(text)) continue;
            // .NET reads an hour 0 of 12 too; no clock shows it.
            if (format.Contains("tt", StringComparison.Ordinal) && text.Contains(" 00:", StringComparison.Ordinal)) continue;
            if (!DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)) continue;
            local = parsed.DateTime;
            if (format.Contains('z') || format.Contains('K'))
            {
                utc = parsed.UtcDateTime;
                if (mapping.TimeZone is not null) local = TimeZoneInfo.ConvertTimeFromUtc(utc, TimeZoneInfo.FindSystemTimeZoneById(mapping.TimeZone));
            }
            else
            {
                var zone = TimeZoneInfo.FindSystemTimeZoneById(mapping.TimeZone!);
                if (zone.IsInvalidTime(local)) return "time_gap";
                var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
                utc = new DateTimeOffset(local, offset).UtcDateTime;
            }
            var date = DateOnly.FromDateTime(local);
            return date < mapping.DateFrom || date > mapping.DateTo ? "window" : null;
        }
        return "time";
    }

    public static UInt128 Fingerprint(List<string> names, IReadOnlyList<byte[]?> fields)
    {
        var order = Enumerable.Range(0, names.Count).OrderBy(i => Convert.ToHexString(Encoding.UTF8.GetBytes(names[i])), StringComparer.Ordinal).ToList();
        var head = new List<byte>();
        var body = new List<byte>();
        foreach (var i in order)
        {
            Append(head, Encoding.UTF8.GetBytes(names[i]));
            Append(body, fields[i]);
        }
        return XxHash128.HashToUInt128([.. body], (long)XxHash3.HashToUInt64([.. head]));

        static void Append(List<byte> to, byte[]? text)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, text?.Length ?? -1);
            to.AddRange(length);
            to.AddRange(text ?? []);
        }
    }

    public static string Reject(long line, string rule, string? column, byte[]? value, byte[] raw, long? rawBytes = null)
        => string.Create(CultureInfo.InvariantCulture, $"{line}|{rule}|{column ?? "NULL"}|{(value is null ? "NULL" : Show(Printable(value)))}|{Show(Printable(raw))}|{rawBytes ?? raw.Length}");

    private static string Show(string? text) => text is null ? "NULL" : "'" + text + "'";

    private static string Printable(byte[] bytes)
    {
        var encoding = (Encoding)Encoding.UTF8.Clone();
        encoding.DecoderFallback = new HexFallback();
        return encoding.GetString(bytes).Replace("\0", "\\x00", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"[+-][0-9]{2}:?[0-9]{2}\z")]
    private static partial Regex Offset();

    [GeneratedRegex(@"^[+-]?[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex Number();

    /// <summary>The rows of a batch, written as above.</summary>
    public static List<string> Write(ColumnBatch batch)
    {
        var rows = new List<string>();
        for (var row = 0; row < batch.Count; row++)
            rows.Add(string.Join('|', batch.Columns.Select((column, i) => batch[i].IsNull(row) ? "NULL" : batch[i] switch
            {
                TextVector texts when batch.Columns == RejectColumns.All && i < 3 => texts.GetString(row)!,
                TextVector texts => Show(texts.GetString(row)),
                ValueVector<int> ints => ints[row].ToString(CultureInfo.InvariantCulture),
                ValueVector<long> longs => longs[row].ToString(CultureInfo.InvariantCulture),
                ValueVector<Int128> wide => wide[row].ToString(CultureInfo.InvariantCulture),
                _ => throw new InvalidOperationException(column.Name),
            })));
        return rows;
    }

    private sealed class HexFallback : DecoderFallback
    {
        public override int MaxCharCount => 16;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

        private sealed class Buffer : DecoderFallbackBuffer
        {
            private string _text = "";
            private int _next;

            public override int Remaining => _text.Length - _next;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                _text = string.Concat(bytesUnknown.Select(value => "\\x" + value.ToString("X2", CultureInfo.InvariantCulture)));
                _next = 0;
                return true;
            }

            public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

            public override bool MovePrevious() => _next > 0 && --_next >= 0;
        }
    }
}
