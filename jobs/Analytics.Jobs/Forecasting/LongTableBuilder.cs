using System.Globalization;
using System.Text;
using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Forecasting;

/// <summary>Collects the rows of a long table; the first time decides whether times are dates or whole numbers.</summary>
internal sealed class LongTableBuilder(string file, string unit, LongTableColumns columns)
{
    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy/MM/dd", "yyyy-MM",
    ];

    private readonly Dictionary<string, LongSeries> _series = new(StringComparer.Ordinal);
    private readonly string?[] _texts = new string?[columns.Regressors.Count];
    private bool? _dates;

    /// <summary>Adds a row of texts.</summary>
    public void Add(IReadOnlyList<string> fields, long row)
    {
        var number = double.NaN;
        if (columns.Value >= 0 && !TryNumber(fields[columns.Value], out number))
            throw new UserException(ExitCode.Data, $"{file}, {unit} {row}, column {columns.ValueName}: '{fields[columns.Value]}' is no number; a number such as 12.5 is expected, or nothing where there is no value");
        var regressors = columns.Regressors.Count == 0 ? [] : new double[columns.Regressors.Count];
        for (var j = 0; j < regressors.Length; j++)
        {
            var text = fields[columns.Regressors[j].Column];
            if (TryNumber(text, out regressors[j])) continue;
            if (columns.Named)
                throw new UserException(ExitCode.Data, $"{file}, {unit} {row}, column {columns.Regressors[j].Name}: '{text}' is no number; a regressor is a number, true or false, or nothing where it is not known");
            _texts[j] ??= $"'{text}' in {unit} {row}";
            regressors[j] = double.NaN;
        }
        var (id, time) = (columns.Id < 0 ? "*" : fields[columns.Id], fields[columns.Time]);
        if (_dates != true && long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            Add(id, whole, number, row, dates: false, regressors);
            return;
        }
        if (_dates == false || !DateTime.TryParseExact(time, s_formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var date))
        {
            throw new UserException(ExitCode.Data, $"{file}, {unit} {row}, column {columns.TimeName}: '{time}' is no {(_dates == false ? "whole number, as the rows before have" : "date such as 2025-12-31, time such as 2025-12-31 13:00:00 or whole number")}");
        }
        Add(id, date.Ticks, number, row, dates: true, regressors);
    }

    /// <summary>Adds a row of values.</summary>
    public void Add(string id, long time, double value, long row, bool dates, double[] regressors)
    {
        _dates ??= dates;
        if (!_series.TryGetValue(id, out var series)) _series[id] = series = new LongSeries(id);
        series.Add(time, double.IsFinite(value) ? value : double.NaN, row, regressors);
    }

    /// <summary>The table.</summary>
    public LongTable Build(IEnumerable<string> notes)
    {
        if (_series.Count == 0) throw new UserException(ExitCode.Data, $"{file} has no rows: at least one row of id, time and value is expected");
        var ordered = _series.Values.Select(s => (Key: Encoding.UTF8.GetBytes(s.Id), Series: s)).ToArray();
        Array.Sort(ordered, (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        var kept = Enumerable.Range(0, _texts.Length).Where(j => _texts[j] is null).ToArray();
        foreach (var (_, series) in ordered)
        {
            if (series.Sort(kept.Length > 0 && columns.Value >= 0) is { } twice)
                throw new UserException(ExitCode.Data, $"{file}: series '{series.Id}' has two values for one time, in {unit}s {twice.First} and {twice.Second}; one value a series and time is expected: sum or drop before");
            if (kept.Length == _texts.Length) continue;
            for (var i = 0; i < series.Count; i++) series.Regressors[i] = [.. kept.Select(j => series.Regressors[i][j])];
        }
        var left = Enumerable.Range(0, _texts.Length).Where(j => _texts[j] is not null).Select(j => $"column {columns.Regressors[j].Name} holds text ({_texts[j]}) and is left out");
        return new LongTable(file, [.. ordered.Select(o => o.Series)], _dates == true, [.. kept.Select(j => columns.Regressors[j].Name)], [.. notes, .. left]);
    }

    private static bool TryNumber(string text, out double number)
    {
        (var known, number) = text switch
        {
            "" or "NA" or "NaN" or "nan" or "null" => (true, double.NaN),
            "true" or "True" or "TRUE" => (true, 1),
            "false" or "False" or "FALSE" => (true, 0),
            _ => (false, 0),
        };
        return known || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }
}
