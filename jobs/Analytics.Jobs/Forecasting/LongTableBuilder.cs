using System.Globalization;
using System.Text;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Forecasting;

/// <summary>Collects the rows of a long table; the first time decides whether times are dates or whole numbers.</summary>
internal sealed class LongTableBuilder(string file, string unit, string timeColumn, string valueColumn)
{
    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy/MM/dd", "yyyy-MM",
    ];

    private readonly Dictionary<string, LongSeries> _series = new(StringComparer.Ordinal);
    private bool? _dates;

    /// <summary>Adds a row from texts.</summary>
    public void Add(string id, string time, string value, long row)
    {
        var number = 0.0;
        if (value.Length == 0 || value is "NA" or "NaN" or "nan" or "null") number = double.NaN;
        else if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            throw new UserException(ExitCode.Data, $"{file}, {unit} {row}, column {valueColumn}: '{value}' is no number; a number such as 12.5 is expected, or nothing where there is no value");
        if (_dates != true && long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            _dates = false;
            Add(id, whole, number, row);
            return;
        }
        if (_dates == false || !DateTime.TryParseExact(time, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var date))
        {
            throw new UserException(ExitCode.Data, $"{file}, {unit} {row}, column {timeColumn}: '{time}' is no {(_dates == false ? "whole number, as the rows before have" : "date such as 2025-12-31, time such as 2025-12-31 13:00:00 or whole number")}");
        }
        Add(id, date.Ticks, number, row, dates: true);
    }

    /// <summary>Adds a row from values.</summary>
    public void Add(string id, long time, double value, long row, bool dates = false)
    {
        _dates ??= dates;
        if (!_series.TryGetValue(id, out var series)) _series[id] = series = new LongSeries(id);
        series.Add(time, double.IsFinite(value) ? value : double.NaN, row);
    }

    /// <summary>The table.</summary>
    public LongTable Build()
    {
        if (_series.Count == 0) throw new UserException(ExitCode.Data, $"{file} has no rows: at least one row of id, time and value is expected");
        var ordered = _series.Values.Select(s => (Key: Encoding.UTF8.GetBytes(s.Id), Series: s)).ToArray();
        Array.Sort(ordered, (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        foreach (var (_, series) in ordered)
        {
            if (series.Sort() is { } twice)
                throw new UserException(ExitCode.Data, $"{file}: series '{series.Id}' has two values for one time, in {unit}s {twice.First} and {twice.Second}; one value a series and time is expected: sum or drop before");
        }
        return new LongTable(file, [.. ordered.Select(o => o.Series)], _dates == true);
    }
}
