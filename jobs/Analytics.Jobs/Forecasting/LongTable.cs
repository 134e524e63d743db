namespace Analytics.Jobs.Forecasting;

/// <summary>One series of a long table, in time order.</summary>
internal sealed class LongSeries(string id)
{
    private readonly List<(long Time, double Value, long Row)> _rows = [];

    public string Id { get; } = id;

    /// <summary>Times: whole numbers as they are, dates and times as ticks.</summary>
    public long[] Times { get; private set; } = [];

    /// <summary>Values; NaN where the table has none.</summary>
    public double[] Values { get; private set; } = [];

    public int Count => Times.Length;

    public void Add(long time, double value, long row) => _rows.Add((time, value, row));

    /// <summary>Sorts by time; returns the rows of two values for one time where there are such.</summary>
    public (long First, long Second)? Sort()
    {
        _rows.Sort((a, b) => a.Time != b.Time ? a.Time.CompareTo(b.Time) : a.Row.CompareTo(b.Row));
        for (var i = 1; i < _rows.Count; i++)
            if (_rows[i].Time == _rows[i - 1].Time) return (_rows[i - 1].Row, _rows[i].Row);
        Times = [.. _rows.Select(r => r.Time)];
        Values = [.. _rows.Select(r => r.Value)];
        _rows.Clear();
        return null;
    }

    /// <summary>One value a period from the first time to the last; NaN where a period has none.</summary>
    public double[] Regular(TimeScale scale, string file)
    {
        if (Count == 0) return [];
        var first = scale.Period(Times[0]);
        var length = scale.Period(Times[^1]) - first + 1;
        if (length > 10_000_000)
            throw new Configuration.UserException(Configuration.ExitCode.Data, $"{file}: series '{Id}' spans {length} periods of one {scale.Frequency.ToString().ToLowerInvariant()} from {scale.Text(Times[0])} to {scale.Text(Times[^1])}; name the period with --frequency");
        var values = new double[length];
        Array.Fill(values, double.NaN);
        var taken = -1L;
        for (var i = 0; i < Count; i++)
        {
            var at = scale.Period(Times[i]) - first;
            if (at == taken)
                throw new Configuration.UserException(Configuration.ExitCode.Data, $"{file}: series '{Id}' has two values in the {scale.Frequency.ToString().ToLowerInvariant()} of {scale.Text(Times[i])}; sum them before, or name a shorter period with --frequency");
            values[at] = Values[i];
            taken = at;
        }
        return values;
    }
}

/// <summary>A long table: one row a series and period.</summary>
/// <param name="File">The file's path as the user named it.</param>
/// <param name="Series">The series, by UTF-8 bytes of their ids.</param>
/// <param name="Dates">Whether times are dates; else whole numbers.</param>
internal sealed record LongTable(string File, IReadOnlyList<LongSeries> Series, bool Dates);
