using Analytics.Jobs.Configuration;

namespace Analytics.Jobs.Forecasting;

/// <summary>One series of a long table, in time order.</summary>
internal sealed class LongSeries(string id)
{
    private readonly List<(long Time, double Value, long Row, double[] Regressors)> _rows = [];

    public string Id { get; } = id;

    /// <summary>Times: whole numbers as they are, dates and times as ticks.</summary>
    public long[] Times { get; private set; } = [];

    /// <summary>Values; NaN where the table has none.</summary>
    public double[] Values { get; private set; } = [];

    /// <summary>Each time's regressors; NaN where the table has none.</summary>
    public double[][] Regressors { get; private set; } = [];

    public int Count => Times.Length;

    /// <summary>How many of the times belong to the history; behind them are only regressors of periods to come.</summary>
    public int Known { get; private set; }

    /// <summary>The last time of the history.</summary>
    public long LastTime => Times[Known - 1];

    public void Add(long time, double value, long row, double[] regressors) => _rows.Add((time, value, row, regressors));

    /// <summary>Sorts by time; returns the rows of two values for one time where there are such.</summary>
    /// <param name="hasFuture">Whether times behind the last value are periods to come.</param>
    public (long First, long Second)? Sort(bool hasFuture)
    {
        _rows.Sort((a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.Row.CompareTo(b.Row));
        for (var i = 1; i < _rows.Count; i++)
            if (_rows[i].Time == _rows[i - 1].Time) return (_rows[i - 1].Row, _rows[i].Row);
        Times = [.. _rows.Select(r => r.Time)];
        Values = [.. _rows.Select(r => r.Value)];
        Regressors = [.. _rows.Select(r => r.Regressors)];
        _rows.Clear();
        Known = Count;
        if (!hasFuture) return null;
        while (Known > 0 && double.IsNaN(Values[Known - 1])) Known--;
        // Without any value there is no last one to tell history and future apart by.
        if (Known == 0) Known = Count;
        return null;
    }

    /// <summary>Takes in periods to come; they must lie behind the history.</summary>
    public void AddFuture(LongSeries future, string file, Func<long, string> text)
    {
        if (future.Times[0] <= LastTime)
            throw new UserException(ExitCode.Data, $"{file}: series '{Id}' has a row at {text(future.Times[0])}, but its last value is at {text(LastTime)}; only periods behind it are expected");
        Times = [.. Times[..Known], .. future.Times];
        Values = [.. Values[..Known], .. future.Times.Select(_ => double.NaN)];
        Regressors = [.. Regressors[..Known], .. future.Regressors];
    }

    /// <summary>One value a period from the first time to the last of the history; NaN where a period has none.</summary>
    public double[] Regular(TimeScale scale, string file)
    {
        if (Count == 0) return [];
        var first = scale.Period(Times[0]);
        var length = scale.Period(LastTime) - first + 1;
        if (length > 10_000_000)
            throw new UserException(ExitCode.Data, $"{file}: series '{Id}' spans {length} periods of one {scale.Frequency.ToString().ToLowerInvariant()} from {scale.Text(Times[0])} to {scale.Text(LastTime)}; name the period with --frequency");
        var values = new double[length];
        Array.Fill(values, double.NaN);
        var taken = -1L;
        for (var i = 0; i < Count; i++)
        {
            var at = scale.Period(Times[i]) - first;
            if (at == taken)
                throw new UserException(ExitCode.Data, $"{file}: series '{Id}' has two values in the {scale.Frequency.ToString().ToLowerInvariant()} of {scale.Text(Times[i])}; sum them before, or name a shorter period with --frequency");
            if (i < Known) values[at] = Values[i];
            taken = at;
        }
        return values;
    }

    /// <summary>How many periods lie behind the history.</summary>
    public long Ahead(TimeScale scale) => Known < Count ? scale.Period(Times[^1]) - scale.Period(LastTime) : 0;

    /// <summary>One regressor a period of the history and of the horizon; NaN where the table has none.</summary>
    public double[] RegularRegressor(TimeScale scale, int regressor, int length, int horizon)
    {
        var values = new double[length + horizon];
        Array.Fill(values, double.NaN);
        if (Count == 0) return values;
        var first = scale.Period(Times[0]);
        for (var i = 0; i < Count; i++)
        {
            var at = scale.Period(Times[i]) - first;
            if (at < values.Length) values[at] = Regressors[i][regressor];
        }
        return values;
    }
}

/// <summary>A long table: one row a series and period.</summary>
/// <param name="File">The file's path as the user named it.</param>
/// <param name="Series">The series, by UTF-8 bytes of their ids.</param>
/// <param name="Dates">Whether times are dates; else whole numbers.</param>
/// <param name="Regressors">The names of the further columns that hold numbers.</param>
/// <param name="Notes">What the user should know of columns that were left out.</param>
internal sealed record LongTable(string File, IReadOnlyList<LongSeries> Series, bool Dates, IReadOnlyList<string> Regressors, IReadOnlyList<string> Notes)
{
    /// <summary>Takes in another table's periods to come.</summary>
    public void AddFuture(LongTable future)
    {
        if (future.Dates != Dates)
            throw new UserException(ExitCode.Data, $"{future.File} has {(future.Dates ? "dates" : "whole numbers")} as times, but {File} has {(Dates ? "dates" : "whole numbers")}");
        var byId = Series.ToDictionary(s => s.Id, StringComparer.Ordinal);
        foreach (var series in future.Series)
        {
            if (!byId.TryGetValue(series.Id, out var known))
                throw new UserException(ExitCode.Data, $"{future.File}: series '{series.Id}' is not in {File}");
            known.AddFuture(series, future.File, time => Dates ? new DateTime(time).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture) : time.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
