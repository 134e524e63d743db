using System.Globalization;
using System.Text;
using Analytics.Columns;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Jobs.Schedule;

/// <summary>What the newest run says about itself: checks beyond their limits, and a day unlike the same weekday before.</summary>
internal sealed class RunProbe(Lake lake, decimal volumeShare) : IConditionProbe
{
    // Fewer weeks tell nothing about a weekday.
    private const int LeastWeeks = 4;
    private const int MostWeeks = 12;

    // DECIMAL(28,7).
    private const decimal AmountUnit = 10_000_000m;
    private static readonly DateOnly Epoch = new(1970, 1, 1);

    private RunRef? _seen;
    private IReadOnlyList<AlertCondition> _found = [];

    public IReadOnlyList<AlertKind> Kinds => [AlertKind.Quality, AlertKind.Volume];

    public IEnumerable<AlertCondition> Look(DateTimeOffset now)
    {
        if (lake.Latest() is not { } run) return [];
        if (run == _seen) return _found;
        var found = new List<AlertCondition>();
        if (Quality(run) is { } quality) found.Add(quality);
        if (volumeShare > 0 && Volume(run) is { } volume) found.Add(volume);
        (_seen, _found) = (run, found);
        return found;
    }

    private AlertCondition? Quality(RunRef run)
    {
        var failed = new List<string>();
        foreach (var batch in Read(run, "quality"))
        {
            var (check, status, message) = (batch.Texts(Of(batch, "check")), batch.Texts(Of(batch, "status")), batch.Texts(Of(batch, "message")));
            for (var i = 0; i < batch.Count; i++)
                if (Text(status, i) == "fail") failed.Add($"{Text(check, i)}: {Text(message, i)}");
        }
        return failed.Count == 0 ? null : new AlertCondition(AlertKind.Quality, "", null, $"run {run.Id} of {Dates.Text(run.Date)}: {string.Join("; ", failed)}",
            "Look at the tables quality and rejects of the run, or at its report.", $"./analytics runs show {run.Id}");
    }

    private AlertCondition? Volume(RunRef run)
    {
        var amounts = new SortedDictionary<DateOnly, (decimal Amount, long Lines)>();
        foreach (var batch in Read(run, "daily_sales"))
        {
            var level = batch.Texts(Of(batch, "level"));
            var (date, amount, lines) = (batch.Ints(Of(batch, "date")), batch.Int128s(Of(batch, "gross_amount")), batch.Longs(Of(batch, "lines")));
            for (var i = 0; i < batch.Count; i++)
            {
                if (!level[i].SequenceEqual("total"u8)) continue;
                amounts[DateOnly.FromDayNumber(Epoch.DayNumber + date[i])] = ((decimal)amount[i] / AmountUnit, lines[i]);
            }
        }
        var before = amounts.Where(day => day.Key < run.Date && day.Key.DayOfWeek == run.Date.DayOfWeek).Select(static day => day.Value).TakeLast(MostWeeks).ToList();
        if (before.Count < LeastWeeks) return null;
        var today = amounts.GetValueOrDefault(run.Date);
        var (usualAmount, usualLines) = (Median(before.Select(static day => day.Amount)), Median(before.Select(static day => (decimal)day.Lines)));
        if (!Differs(today.Amount, usualAmount) && !Differs(today.Lines, usualLines)) return null;
        return new AlertCondition(AlertKind.Volume, "", null,
            string.Create(CultureInfo.InvariantCulture, $"{run.Date:yyyy-MM-dd} has sales of {today.Amount:F2} in {today.Lines} lines; the {before.Count} {run.Date.DayOfWeek}s before had a median of {usualAmount:F2} in {usualLines:F0}"),
            "See whether the day's files are whole and came once, and whether it was a holiday.", $"./analytics runs show {run.Id}");
    }

    private bool Differs(decimal today, decimal usual) => usual > 0 && Math.Abs(today - usual) > volumeShare * usual;

    private static decimal Median(IEnumerable<decimal> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static int Of(ColumnBatch batch, string column)
    {
        for (var i = 0; i < batch.Columns.Count; i++)
            if (batch.Columns[i].Name == column) return i;
        throw new InvalidDataException($"the table has no column {column}");
    }

    private static string Text(TextVector texts, int row) => Encoding.UTF8.GetString(texts[row]);

    private IEnumerable<ColumnBatch> Read(RunRef run, string table)
    {
        if (lake.ReadManifest(run).Tables.FirstOrDefault(entry => entry.Name == table) is not { } entry) yield break;
        using var reader = new ParquetFileReader();
        foreach (var file in entry.Files)
        {
            reader.Open(lake.Files, lake.Full($"{run.Path}/{file.Path}"));
            var batch = new ColumnBatch(reader.Columns);
            reader.ReadAll(batch);
            yield return batch;
        }
    }
}
