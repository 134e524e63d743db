using Analytics.Columns;
using Analytics.Jobs.Pipeline;

namespace Analytics.Jobs.Stages;

/// <summary>Forecasts and their accuracy as rows of their tables.</summary>
internal static class ForecastRows
{
    public static IEnumerable<ColumnBatch> Forecasts(IReadOnlyList<ForecastSeries> series, Dictionary<string, ForecastHierarchy> coherent, DateOnly date, int horizon)
    {
        var batch = new ColumnBatch(TableSchemas.Of("forecasts").Columns);
        var firstDay = Dates.ToDays(date) + 1;
        foreach (var entry in series)
        {
            var means = coherent[entry.Measure].Of(entry.Level, entry.Key);
            for (var step = 0; step < horizon; step++)
            {
                batch.Texts(0).Append(entry.Level);
                batch.Texts(1).Append(entry.Key);
                batch.Texts(2).Append(entry.Measure);
                batch.Ints(3).Append(firstDay + step);
                batch.Ints(4).Append(step + 1);
                batch.Int128s(5).Append(means[step]);
                // Quantiles move with the mean, so that the interval stays around what is published.
                var shift = Amounts.ToDouble(means[step]) - entry.Mean[step];
                for (var q = 0; q < entry.Quantiles.Length; q++)
                {
                    var value = entry.Quantiles[q][step] + shift;
                    batch.Doubles(6 + q).Append(entry.Measure == "units" ? Math.Max(0, value) : value);
                }
                batch.Texts(11).Append(entry.Model);
                batch.Texts(12).Append(entry.Status);
                batch.Texts(13).Append(entry.Message);
            }
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    public static IEnumerable<ColumnBatch> Accuracy(IReadOnlyList<ForecastSeries> series)
    {
        var batch = new ColumnBatch(TableSchemas.Of("forecast_accuracy").Columns);
        foreach (var entry in series)
        {
            foreach (var model in entry.Accuracy)
            {
                batch.Texts(0).Append(entry.Level);
                batch.Texts(1).Append(entry.Key);
                batch.Texts(2).Append(entry.Measure);
                batch.Texts(3).Append(model.Model);
                batch.Ints(4).Append(model.Folds);
                Append(batch.Doubles(5), model.Mase);
                Append(batch.Doubles(6), model.Smape);
                Append(batch.Doubles(7), model.Rmsse);
                Append(batch.Doubles(8), model.Coverage80);
                Append(batch.Doubles(9), model.Coverage95);
                batch.Booleans(10).Append(model.Chosen);
            }
            if (batch.Count < ColumnBatch.UsualRows) continue;
            yield return batch;
            batch.Clear();
        }
        if (batch.Count > 0) yield return batch;
    }

    private static void Append(ValueVector<double> column, double? value)
    {
        if (value is { } number) column.Append(number);
        else column.AppendNull();
    }
}
