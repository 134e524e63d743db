using System.Globalization;
using Analytics.Records.Internals;

namespace Analytics.Records;

/// <summary>How the columns of a source become the columns of the contract. Every key has a default but <see cref="Columns"/> and, where times carry no offset, <see cref="TimeZone"/>.</summary>
public sealed record RecordMapping
{
    /// <summary>The layout; by the file's name by default.</summary>
    public SourceFormat Format { get; init; }

    /// <summary>What stands between two fields; a comma by default. An ASCII character.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>What quotes a field, doubled inside one; a double quote by default, '\0' for none. An ASCII character. It quotes at the start of a field alone; elsewhere it is text.</summary>
    public char Quote { get; init; } = '"';

    /// <summary>Whether the first record names the columns; true by default. Without, <see cref="ColumnMapping.Source"/> is a position from 1.</summary>
    public bool Header { get; init; } = true;

    /// <summary>The encoding of CSV: utf-8 by default, windows-1252 or iso-8859-1. JSON lines and Parquet are UTF-8.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>The IANA zone (Europe/London) of times without an offset, and of order_date. Where it is absent, every time carries an offset and order_date is the date as written.</summary>
    public string? TimeZone { get; init; }

    /// <summary>
    /// The rules of <see cref="TimeZone"/> as <see cref="ZoneRules"/> writes them, for a machine that need not have them;
    /// null, the default, for the machine's own.
    /// </summary>
    public string? TimeZoneRules { get; init; }

    /// <summary>Target column to source. Needed: order_id, item_id, quantity, ordered_at, unit_price.</summary>
    public IReadOnlyDictionary<string, ColumnMapping> Columns { get; init; } = new Dictionary<string, ColumnMapping>();

    /// <summary>An order whose id this matches is a return; null for none. A .NET regular expression, culture-invariant, without backtracking.</summary>
    public string? CancellationPattern { get; init; }

    /// <summary>An item whose id this does not match is no product, its lines adjustments; null: every item is a product. A regular expression as above.</summary>
    public string? ProductPattern { get; init; }

    /// <summary>The one currency; a record with another is rejected. Null, the default: none is, and <see cref="ParseSummary.Currencies"/> lists them.</summary>
    public string? Currency { get; init; }

    /// <summary>The first order date that is accepted; 1990-01-01 by default.</summary>
    public DateOnly DateFrom { get; init; } = new(1990, 1, 1);

    /// <summary>The last order date that is accepted; 9999-12-31 by default.</summary>
    public DateOnly DateTo { get; init; } = new(9999, 12, 31);

    /// <summary>
    /// Checks the mapping. Each error starts with its key as the configuration writes it (<c>columns.ordered_at.formats: ...</c>, <c>time_zone: ...</c>) and says what was found and what is expected;
    /// empty where all is well.
    /// </summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (!Enum.IsDefined(Format)) errors.Add($"format: {(int)Format} is no format; expected Auto, Csv, JsonLines or Parquet");
        CheckSeparators(errors);
        if (!SourceEncodings.TryParse(Encoding, out _)) errors.Add($"encoding: '{Encoding}' is not known; expected utf-8, windows-1252 or iso-8859-1");
        if (TimeZone is not null && TimeZoneRules is null && !ZoneClock.TryFind(TimeZone, out _)) errors.Add($"time_zone: '{TimeZone}' is no zone of this machine; expected an IANA name like Europe/London (the machine needs tzdata)");
        CheckPattern(errors, "cancellation_pattern", CancellationPattern);
        CheckPattern(errors, "product_pattern", ProductPattern);
        if (Currency is { Length: 0 }) errors.Add("currency: it is empty; expected a currency like EUR, or no key");
        if (DateFrom > DateTo) errors.Add(string.Create(CultureInfo.InvariantCulture, $"date_from: {DateFrom:yyyy-MM-dd} is after date_to, {DateTo:yyyy-MM-dd}"));
        CheckColumns(errors);
        return errors;
    }

    private void CheckSeparators(List<string> errors)
    {
        if (Delimiter is '\0' or '\r' or '\n' || Delimiter >= 0x80) errors.Add($"delimiter: U+{(int)Delimiter:X4} cannot separate fields; expected an ASCII character other than NUL and line ends");
        if (Quote is '\r' or '\n' || Quote >= 0x80) errors.Add($"quote: U+{(int)Quote:X4} cannot quote; expected an ASCII character other than a line end, or NUL for none");
        if (Delimiter == Quote) errors.Add($"quote: '{Quote}' is the delimiter too");
    }

    private static void CheckPattern(List<string> errors, string key, string? pattern)
    {
        if (pattern is null) return;
        try
        {
            BytePattern.Check(pattern);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            errors.Add($"{key}: '{pattern}' is no regular expression that can be used: {exception.Message} Expected one of .NET's without look-around and back references");
        }
    }

    private void CheckColumns(List<string> errors)
    {
        foreach (var target in TargetColumns.All)
            if (target.Needed && !Columns.ContainsKey(target.Name)) errors.Add($"columns.{target.Name}: it is missing and needed; name the source's column");
        foreach (var (name, column) in Columns.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var index = TargetColumns.IndexOf(name);
            if (index < 0)
            {
                errors.Add($"columns.{name}: there is no such column{NearestName.Hint(name, TargetColumns.All.Select(target => target.Name))}");
                continue;
            }
            var kind = TargetColumns.All[index].Kind;
            if (column.Source.Length == 0) errors.Add($"columns.{name}.source: it is empty; name the source's column");
            else if (!Header && Format != SourceFormat.Parquet && Format != SourceFormat.JsonLines && !TargetColumns.TryPosition(column.Source, out _))
                errors.Add($"columns.{name}.source: '{column.Source}' is no position; without a header a column is named by its position from 1");
            if (column.Upper && kind != TargetKind.Text) errors.Add($"columns.{name}.upper: only a text can be put into upper case");
            if (index == TargetColumns.OrderedAt) CheckFormats(errors, name, column);
            else if (column.Formats.Count > 0) errors.Add($"columns.{name}.formats: only ordered_at has formats");
        }
    }

    private void CheckFormats(List<string> errors, string name, ColumnMapping column)
    {
        if (column.Formats.Count == 0 && Format != SourceFormat.Parquet)
            errors.Add($"columns.{name}.formats: none is given; expected at least one, like \"yyyy-MM-dd HH:mm:ss\" (with format parquet, typed times need none)");
        var needsZone = Format == SourceFormat.Parquet && column.Formats.Count == 0;
        foreach (var text in column.Formats)
        {
            try
            {
                needsZone |= !TimeFormat.Compile(text).HasOffset;
            }
            catch (FormatException exception)
            {
                errors.Add($"columns.{name}.formats: '{text}': {exception.Message}");
            }
        }
        if (needsZone && TimeZone is null)
            errors.Add("time_zone: it is missing, and the times carry no offset; expected an IANA name like Europe/London");
    }
}
