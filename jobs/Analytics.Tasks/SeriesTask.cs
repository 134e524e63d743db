using Analytics.Columns;
using Analytics.Engine;
using Analytics.Forecasting;

namespace Analytics.Tasks;

/// <summary>Forecasts one series: fills its gaps by the calendar and gives a row a day ahead and a row a model that was tried.</summary>
/// <param name="calendar">The shop's days, as <see cref="ShopCalendar.ToBytes"/> writes them.</param>
public sealed class SeriesTask(ReadOnlyMemory<byte> calendar) : GroupedTask
{
    /// <summary>Positions in <see cref="Output"/>, behind the three key columns in the output relation.</summary>
    public const int Horizon = 0, Mean = 1, Median = 2, Lo80 = 3, Hi80 = 4, Lo95 = 5, Hi95 = 6, Sigma = 7, Model = 8, Status = 9, Message = 10,
        Folds = 11, Mase = 12, Smape = 13, Rmsse = 14, Coverage80 = 15, Coverage95 = 16, Chosen = 17,
        Held = 18, Actual = 19, Tested = 20, HeldSigma = 21, Errors = 22, HeldErrors = 23;

    /// <summary>The task's name.</summary>
    public const string TaskName = "forecast_series";

    /// <inheritdoc/>
    public override string Name => TaskName;

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Input { get; } =
    [
        new("level", ColumnType.Text), new("key", ColumnType.Text), new("measure", ColumnType.Text), new("date", ColumnType.Date), new("value", ColumnType.Double),
    ];

    /// <inheritdoc/>
    public override int KeyColumns => 3;

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderBy { get; } = ["date"];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> SideInput => calendar;

    /// <inheritdoc/>
    public override IReadOnlyList<Column> Output { get; } =
    [
        // 0 on a row that tells of a model.
        new("horizon", ColumnType.Int32),
        new("mean", ColumnType.Double), new("median", ColumnType.Double), new("lo_80", ColumnType.Double), new("hi_80", ColumnType.Double),
        new("lo_95", ColumnType.Double), new("hi_95", ColumnType.Double), new("sigma", ColumnType.Double),
        new("model", ColumnType.Text), new("status", ColumnType.Text), new("message", ColumnType.Text, true),
        new("folds", ColumnType.Int32), new("mase", ColumnType.Double, true), new("smape", ColumnType.Double, true), new("rmsse", ColumnType.Double, true),
        new("coverage_80", ColumnType.Double, true), new("coverage_95", ColumnType.Double, true), new("chosen", ColumnType.Boolean),
        // For the last days of the history, as many as are ahead: what the backtest forecast, else the mean of the days before; what came; and whether the backtest did.
        new("held", ColumnType.Double), new("actual", ColumnType.Double), new("tested", ColumnType.Boolean),
        // On the row of the first day ahead: what was known of one-step errors before those last days, their deviation and the last of them, and the last ones of all.
        new("held_sigma", ColumnType.Double, true), new("errors", ColumnType.Text, true), new("held_errors", ColumnType.Text, true),
    ];

    /// <summary>The columns of the output relation.</summary>
    public IReadOnlyList<Column> OutputRelation => [.. Input.Take(KeyColumns), .. Output];

    /// <inheritdoc/>
    public override object CreateScratch() => new Scratch { Calendar = ShopCalendar.FromBytes(SideInput.Span) };

    /// <inheritdoc/>
    public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel)
    {
        var state = (Scratch)scratch!;
        var calendar = state.Calendar;
        var (first, nonNegative) = (-1, false);
        foreach (var batch in rows)
        {
            var days = batch.Ints(3).Values;
            var values = batch.Doubles(4).Values;
            for (var i = 0; i < days.Length; i++)
            {
                var index = days[i] - calendar.FirstDay;
                if (index >= calendar.Closed.Length) continue;
                // What lies before the shop's first sale is no history; what lies before the history that is kept begins a series with it.
                var isEarlier = index < 0;
                if (isEarlier && calendar.DaysBefore == 0) continue;
                if (first < 0)
                {
                    if (isEarlier) index = 0;
                    first = index;
                    nonNegative = batch.Texts(2)[i].SequenceEqual("units"u8);
                    state.Reset(index);
                }
                if (!isEarlier) state.Values[index] = values[i];
            }
        }
        var series = first < 0 ? [] : state.Values.AsSpan(first, calendar.Closed.Length - first);
        for (var i = 0; i < series.Length; i++)
            if (calendar.Closed[first + i]) series[i] = double.NaN;
        cancel.ThrowIfCancellationRequested();
        var forecast = state.Forecaster.Forecast(series, new SeriesOptions
        {
            Horizon = calendar.ClosedAhead.Length,
            Seasons = [7, 365],
            NonNegative = nonNegative,
            KeepErrors = true,
            ClosedAhead = calendar.ClosedAhead,
            Regressors = first < 0 ? [] : [.. calendar.Events.Select(e => new Regressor(e.Name, [.. e.Days.Skip(first).Select(day => day ? 1.0 : 0.0)]))],
        });
        var ahead = calendar.ClosedAhead.Length;
        var usual = MeanBefore(series, series.Length - ahead);
        for (var step = 0; step < ahead; step++)
        {
            AppendStep(output, forecast, step);
            var at = series.Length - ahead + step;
            var actual = at < 0 ? double.NaN : series[at];
            var tested = step < forecast.Held.Length && double.IsFinite(forecast.Held[step]);
            output.Doubles(Held).Append(double.IsNaN(actual) ? 0 : tested ? forecast.Held[step] : usual);
            output.Doubles(Actual).Append(double.IsNaN(actual) ? 0 : actual);
            output.Booleans(Tested).Append(tested || double.IsNaN(actual));
            AppendMeasure(output.Doubles(HeldSigma), step == 0 ? Deviation(forecast.HeldErrors) : null);
            output.Texts(Errors).Append(step == 0 ? ErrorTrace.Pack(forecast.Errors) : null);
            output.Texts(HeldErrors).Append(step == 0 ? ErrorTrace.Pack(forecast.HeldErrors) : null);
        }
        foreach (var model in forecast.Accuracy) AppendModel(output, forecast, model);
    }

    /// <summary>The status as the tables write it.</summary>
    public static string StatusText(ForecastStatus status) => status switch
    {
        ForecastStatus.Ok => "ok",
        ForecastStatus.Fallback => "fallback",
        ForecastStatus.ShortHistory => "short_history",
        _ => "failed",
    };

    private static void AppendStep(ColumnBatch output, SeriesForecast forecast, int step)
    {
        output.Ints(Horizon).Append(step + 1);
        output.Doubles(Mean).Append(forecast.Mean[step]);
        output.Doubles(Median).Append(forecast.Median[step]);
        output.Doubles(Lo80).Append(forecast.Lo80[step]);
        output.Doubles(Hi80).Append(forecast.Hi80[step]);
        output.Doubles(Lo95).Append(forecast.Lo95[step]);
        output.Doubles(Hi95).Append(forecast.Hi95[step]);
        AppendCommon(output, forecast, forecast.Model);
        output.Ints(Folds).Append(0);
        for (var column = Mase; column <= Coverage95; column++) output[column].AppendNull();
        output.Booleans(Chosen).Append(false);
    }

    private static void AppendModel(ColumnBatch output, SeriesForecast forecast, ModelAccuracy model)
    {
        output.Ints(Horizon).Append(0);
        for (var column = Mean; column <= Hi95; column++) output.Doubles(column).Append(0);
        AppendCommon(output, forecast, model.Model);
        output.Ints(Folds).Append(model.Folds);
        AppendMeasure(output.Doubles(Mase), model.Mase);
        AppendMeasure(output.Doubles(Smape), model.Smape);
        AppendMeasure(output.Doubles(Rmsse), model.Rmsse);
        AppendMeasure(output.Doubles(Coverage80), model.Coverage80);
        AppendMeasure(output.Doubles(Coverage95), model.Coverage95);
        output.Booleans(Chosen).Append(model.Chosen);
        output.Doubles(Held).Append(0);
        output.Doubles(Actual).Append(0);
        output.Booleans(Tested).Append(false);
        for (var column = HeldSigma; column <= HeldErrors; column++) output[column].AppendNull();
    }

    /// <summary>The root mean square of errors, null where there is none or where all are 0.</summary>
    private static double? Deviation(double[] errors)
    {
        double squares = 0;
        var count = 0;
        foreach (var e in errors)
        {
            if (!double.IsFinite(e)) continue;
            squares += e * e;
            count++;
        }
        return squares > 0 ? Math.Sqrt(squares / count) : null;
    }

    /// <summary>The mean of at most 28 open days before a day of the series; 0 where there are none.</summary>
    private static double MeanBefore(ReadOnlySpan<double> series, int day)
    {
        double sum = 0;
        var count = 0;
        for (var t = day - 1; t >= 0 && count < 28; t--)
        {
            if (double.IsNaN(series[t])) continue;
            sum += series[t];
            count++;
        }
        return count > 0 ? sum / count : 0;
    }

    private static void AppendCommon(ColumnBatch output, SeriesForecast forecast, string model)
    {
        output.Doubles(Sigma).Append(forecast.Sigma);
        output.Texts(Model).Append(model);
        output.Texts(Status).Append(StatusText(forecast.Status));
        output.Texts(Message).Append(forecast.Message);
    }

    private static void AppendMeasure(ValueVector<double> column, double? value)
    {
        if (value is { } number && double.IsFinite(number)) column.Append(number);
        else column.AppendNull();
    }

    private sealed class Scratch
    {
        public required ShopCalendar Calendar { get; init; }

        public SeriesForecaster Forecaster { get; } = new();

        public double[] Values { get; private set; } = [];

        public void Reset(int from)
        {
            if (Values.Length < Calendar.Closed.Length) Values = new double[Calendar.Closed.Length];
            Values.AsSpan(from).Clear();
        }
    }
}
