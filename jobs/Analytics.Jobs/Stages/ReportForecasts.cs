using System.Text;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Jobs.Pipeline;
using Analytics.Report;
using DrawnSeries = Analytics.Report.ForecastSeries;

namespace Analytics.Jobs.Stages;

/// <summary>The report's forecasts: the series that it draws, and the backtests of all.</summary>
internal static class ReportForecasts
{
    /// <summary>The page draws 26 weeks at most, and compares a forecast with as many days before it.</summary>
    private const int LeastDaysBefore = 182;

    private static readonly Column[] PointColumns =
    [
        new("level", ColumnType.Text), new("key", ColumnType.Text), new("measure", ColumnType.Text), new("name", ColumnType.Text, true), new("model", ColumnType.Text),
        new("status", ColumnType.Text), new("message", ColumnType.Text, true), new("date", ColumnType.Date), new("mean", ColumnType.Amount), new("median", ColumnType.Double),
        new("lo_80", ColumnType.Double), new("hi_80", ColumnType.Double), new("lo_95", ColumnType.Double), new("hi_95", ColumnType.Double),
    ];

    private static readonly Column[] HistoryColumns =
    [
        new("level", ColumnType.Text), new("key", ColumnType.Text), new("measure", ColumnType.Text), new("date", ColumnType.Date), new("value", ColumnType.Amount),
    ];

    private static readonly Column[] CountColumns =
    [
        new("level", ColumnType.Text), new("measure", ColumnType.Text), new("status", ColumnType.Text), new("series", ColumnType.Int64),
    ];

    public static ForecastReport? Read(StageContext context, ReportTables tables)
    {
        if (!tables.Define("forecasts") || !tables.Define("forecast_accuracy")) return null;
        context.Relations.Need("daily_sales", "items");
        tables.DefineQuery("report_series", new SqlParameters().Add("items", (long)ReportPage.ItemsShown));
        var horizon = context.Results.Forecast.Horizon;
        return new ForecastReport { Horizon = horizon, Series = Series(context, horizon), Counts = Counts(context), Accuracy = Accuracy(context) };
    }

    private static List<DrawnSeries> Series(StageContext context, int horizon)
    {
        var history = History(context, context.Date.AddDays(1 - Math.Max(LeastDaysBefore, 2 * horizon)));
        var all = new List<DrawnSeries>();
        var points = new List<ForecastPoint>();
        foreach (var batch in context.Relations.Read("report_points", PointColumns))
            for (var row = 0; row < batch.Count; row++)
            {
                if (all.Count == 0 || !IsKey(batch, row, all[^1]))
                {
                    var key = Key(batch, row);
                    all.Add(new DrawnSeries
                    {
                        Level = key.Level,
                        Key = key.Key,
                        Measure = key.Measure,
                        Name = batch.Texts(3).GetString(row),
                        Model = batch.Texts(4).GetString(row)!,
                        Status = batch.Texts(5).GetString(row)!,
                        Message = batch.Texts(6).GetString(row),
                        History = history.GetValueOrDefault(key) ?? [],
                        Points = points = [],
                    });
                }
                points.Add(new ForecastPoint(Dates.FromDays(batch.Ints(7)[row]), Amounts.ToDecimal(batch.Int128s(8)[row]), batch.Doubles(9)[row],
                    batch.Doubles(10)[row], batch.Doubles(11)[row], batch.Doubles(12)[row], batch.Doubles(13)[row]));
            }
        return all;
    }

    private static Dictionary<(string Level, string Key, string Measure), List<DatedValue>> History(StageContext context, DateOnly since)
    {
        var history = new Dictionary<(string, string, string), List<DatedValue>>();
        foreach (var batch in context.Relations.Read("report_history", HistoryColumns, new SqlParameters().Add("since", since)))
            for (var row = 0; row < batch.Count; row++)
            {
                var key = Key(batch, row);
                if (!history.TryGetValue(key, out var values)) history.Add(key, values = []);
                values.Add(new DatedValue(Dates.FromDays(batch.Ints(3)[row]), Amounts.ToDecimal(batch.Int128s(4)[row])));
            }
        return history;
    }

    private static List<ForecastCount> Counts(StageContext context)
    {
        var counts = new List<ForecastCount>();
        foreach (var batch in context.Relations.Read("report_series_counts", CountColumns))
            for (var row = 0; row < batch.Count; row++)
                counts.Add(new ForecastCount(batch.Texts(0).GetString(row)!, batch.Texts(1).GetString(row)!, batch.Texts(2).GetString(row)!, batch.Longs(3)[row]));
        return counts;
    }

    private static List<AccuracyRow> Accuracy(StageContext context)
    {
        var rows = new List<AccuracyRow>();
        // A series has a row a model, and few texts stand in the other columns: rows share their strings.
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var shared = texts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var batch in context.Relations.Read("report_accuracy", TableSchemas.Of("forecast_accuracy").Columns))
            for (var row = 0; row < batch.Count; row++)
                rows.Add(new AccuracyRow(Text(batch, 0, row), Text(batch, 1, row), Text(batch, 2, row), Text(batch, 3, row),
                    batch.Ints(4)[row], Optional(batch, 5, row), Optional(batch, 6, row), Optional(batch, 7, row), Optional(batch, 8, row), Optional(batch, 9, row),
                    batch.Booleans(10)[row]));
        return rows;

        string Text(ColumnBatch batch, int column, int row)
        {
            var bytes = batch.Texts(column)[row];
            Span<char> letters = bytes.Length <= 256 ? stackalloc char[256] : new char[bytes.Length];
            letters = letters[..Encoding.UTF8.GetChars(bytes, letters)];
            if (shared.TryGetValue(letters, out var known)) return known;
            var text = letters.ToString();
            texts.Add(text);
            return text;
        }
    }

    private static (string Level, string Key, string Measure) Key(ColumnBatch batch, int row) =>
        (batch.Texts(0).GetString(row)!, batch.Texts(1).GetString(row)!, batch.Texts(2).GetString(row)!);

    private static bool IsKey(ColumnBatch batch, int row, DrawnSeries series) =>
        batch.Texts(1).GetString(row) == series.Key && batch.Texts(2).GetString(row) == series.Measure && batch.Texts(0).GetString(row) == series.Level;

    private static double? Optional(ColumnBatch batch, int column, int row) => batch[column].IsNull(row) ? null : batch.Doubles(column)[row];
}
