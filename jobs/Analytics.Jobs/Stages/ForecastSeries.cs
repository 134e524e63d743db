using Analytics.Columns;
using Analytics.Engine;
using Analytics.Forecasting;
using Analytics.Jobs.Pipeline;
using Analytics.Tasks;

namespace Analytics.Jobs.Stages;

/// <summary>A series' base forecast, before levels are reconciled.</summary>
internal sealed class ForecastSeries(string level, string key, string measure, int horizon)
{
    public string Level => level;

    public string Key => key;

    public string Measure => measure;

    public double[] Mean { get; } = new double[horizon];

    /// <summary>Median, lo_80, hi_80, lo_95, hi_95 by step.</summary>
    public double[][] Quantiles { get; } = [new double[horizon], new double[horizon], new double[horizon], new double[horizon], new double[horizon]];

    /// <summary>What the backtest forecast for the last days of the history, as many as the horizon has, and what came.</summary>
    public double[] Held { get; } = new double[horizon];

    /// <inheritdoc cref="Held"/>
    public double[] Actual { get; } = new double[horizon];

    /// <summary>Whether the backtest covers all of these days that were open.</summary>
    public bool Tested { get; private set; } = true;

    public double Sigma { get; set; }

    /// <summary>The deviation of one-step errors as it was known before the last days; <see cref="Sigma"/> where it was not.</summary>
    public double HeldSigma { get; private set; }

    /// <summary>The last one-step errors, and those that were known before the last days (<see cref="ErrorTrace"/>); empty where there are none or where they were not kept.</summary>
    public short[] Errors { get; private set; } = [];

    /// <inheritdoc cref="Errors"/>
    public short[] HeldErrors { get; private set; } = [];

    public string Model { get; set; } = "None";

    public string Status { get; set; } = "failed";

    public string? Message { get; set; }

    public List<ModelAccuracy> Accuracy { get; } = [];

    /// <summary>Reads all series in key order; one that the task failed on is there too, with its error.</summary>
    /// <param name="context">The stage's context.</param>
    /// <param name="task">The task that forecast them.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="horizon">How many days ahead.</param>
    /// <param name="keepErrors">Whether <see cref="Errors"/> are kept.</param>
    public static List<ForecastSeries> Read(StageContext context, SeriesTask task, GroupedOutcome outcome, int horizon, bool keepErrors)
    {
        // The rows come in no order: sorting them all for a few hundred bytes a series was most of the reading on a cluster.
        var known = new Dictionary<(string Level, string Key, string Measure), ForecastSeries>();
        ForecastSeries? current = null;
        var quantiles = new[] { SeriesTask.Median, SeriesTask.Lo80, SeriesTask.Hi80, SeriesTask.Lo95, SeriesTask.Hi95 };
        foreach (var batch in context.Relations.Read("series_forecasts_read", task.OutputRelation))
            for (var row = 0; row < batch.Count; row++)
            {
                int Column(int output) => task.KeyColumns + output;
                if (current is null || !IsKey(batch, row, current))
                {
                    var key = (batch.Texts(0).GetString(row)!, batch.Texts(1).GetString(row)!, batch.Texts(2).GetString(row)!);
                    if (!known.TryGetValue(key, out current)) known.Add(key, current = new ForecastSeries(key.Item1, key.Item2, key.Item3, horizon));
                }
                var step = batch.Ints(Column(SeriesTask.Horizon))[row] - 1;
                if (step < 0)
                {
                    current.Accuracy.Add(new ModelAccuracy(batch.Texts(Column(SeriesTask.Model)).GetString(row)!, batch.Ints(Column(SeriesTask.Folds))[row],
                        Optional(batch, Column(SeriesTask.Mase), row), Optional(batch, Column(SeriesTask.Smape), row), Optional(batch, Column(SeriesTask.Rmsse), row),
                        Optional(batch, Column(SeriesTask.Coverage80), row), Optional(batch, Column(SeriesTask.Coverage95), row), batch.Booleans(Column(SeriesTask.Chosen))[row]));
                    continue;
                }
                current.Mean[step] = batch.Doubles(Column(SeriesTask.Mean))[row];
                for (var q = 0; q < quantiles.Length; q++) current.Quantiles[q][step] = batch.Doubles(Column(quantiles[q]))[row];
                current.Held[step] = batch.Doubles(Column(SeriesTask.Held))[row];
                current.Actual[step] = batch.Doubles(Column(SeriesTask.Actual))[row];
                current.Tested &= batch.Booleans(Column(SeriesTask.Tested))[row];
                current.Sigma = batch.Doubles(Column(SeriesTask.Sigma))[row];
                if (step == 0)
                {
                    current.HeldSigma = Optional(batch, Column(SeriesTask.HeldSigma), row) ?? current.Sigma;
                    if (keepErrors) (current.Errors, current.HeldErrors) = (Trace(batch, Column(SeriesTask.Errors), row), Trace(batch, Column(SeriesTask.HeldErrors), row));
                }
                current.Model = batch.Texts(Column(SeriesTask.Model)).GetString(row)!;
                current.Status = batch.Texts(Column(SeriesTask.Status)).GetString(row)!;
                current.Message = batch.Texts(Column(SeriesTask.Message)).GetString(row);
            }
        List<ForecastSeries> all = [.. known.Values];
        foreach (var series in all) series.Accuracy.Sort(static (a, b) => Files.Utf8Order.Comparer.Compare(a.Model, b.Model));
        foreach (var failure in outcome.Failures)
            all.Add(new ForecastSeries(failure.Key[0]!, failure.Key[1]!, failure.Key[2]!, horizon) { Message = failure.Message });
        all.Sort(Compare);
        return all;
    }

    private static bool IsKey(ColumnBatch batch, int row, ForecastSeries series) =>
        batch.Texts(2).GetString(row) == series.Measure && batch.Texts(1).GetString(row) == series.Key && batch.Texts(0).GetString(row) == series.Level;

    private static double? Optional(ColumnBatch batch, int column, int row) => batch[column].IsNull(row) ? null : batch.Doubles(column)[row];

    private static short[] Trace(ColumnBatch batch, int column, int row) => batch[column].IsNull(row) ? [] : ErrorTrace.Unpack(batch.Texts(column)[row]);

    private static int Compare(ForecastSeries a, ForecastSeries b)
    {
        var order = Files.Utf8Order.Comparer.Compare(a.Level, b.Level);
        if (order == 0) order = Files.Utf8Order.Comparer.Compare(a.Key, b.Key);
        return order != 0 ? order : Files.Utf8Order.Comparer.Compare(a.Measure, b.Measure);
    }
}
