using System.Collections.Concurrent;

namespace Analytics.Records.Internals;

/// <summary>A valid mapping made ready for the threads of one parse.</summary>
internal sealed class CompiledMapping
{
    private static readonly ConcurrentDictionary<string, ZoneClock> Clocks = new(StringComparer.Ordinal);

    public CompiledMapping(RecordMapping mapping, SourceFormat format)
    {
        var errors = mapping.Validate();
        if (errors.Count > 0) throw new ArgumentException($"the mapping is not valid: {string.Join("; ", errors)}", nameof(mapping));
        Source = mapping;
        SourceEncodings.TryParse(mapping.Encoding, out var encoding);
        // JSON and Parquet say themselves that they are UTF-8.
        Encoding = format == SourceFormat.Csv ? encoding : SourceEncoding.Utf8;
        for (var t = 0; t < TargetColumns.Count; t++)
        {
            if (!mapping.Columns.TryGetValue(TargetColumns.All[t].Name, out var column)) continue;
            Trim[t] = column.Trim;
            Upper[t] = column.Upper;
        }
        Trim[TargetColumns.ItemName] = true;
        Formats = [.. mapping.Columns["ordered_at"].Formats.Select(TimeFormat.Compile)];
        if (mapping.TimeZoneRules is { } rules) Clock = Clocks.GetOrAdd(rules, static key => new ZoneClock(key));
        else if (mapping.TimeZone is { } name) Clock = Clocks.GetOrAdd(name, static key => new ZoneClock(TimeZoneInfo.FindSystemTimeZoneById(key)));
        Currency = mapping.Currency is null ? null : System.Text.Encoding.UTF8.GetBytes(mapping.Currency);
        FirstDay = mapping.DateFrom.DayNumber - ZoneClock.UnixDayNumber;
        LastDay = mapping.DateTo.DayNumber - ZoneClock.UnixDayNumber;
    }

    public RecordMapping Source { get; }

    public SourceEncoding Encoding { get; }

    public bool[] Trim { get; } = new bool[TargetColumns.Count];

    public bool[] Upper { get; } = new bool[TargetColumns.Count];

    public TimeFormat[] Formats { get; }

    public ZoneClock? Clock { get; }

    public byte[]? Currency { get; }

    /// <summary>Days since 1970 of the first accepted date.</summary>
    public int FirstDay { get; }

    /// <summary>Days since 1970 of the last accepted date.</summary>
    public int LastDay { get; }
}
