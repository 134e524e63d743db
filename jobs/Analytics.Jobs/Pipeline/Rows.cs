using Analytics.Columns;

namespace Analytics.Jobs.Pipeline;

/// <summary>Builds batches row by row where a table is small; large ones append to the vectors directly.</summary>
internal sealed class Rows(IReadOnlyList<Column> columns)
{
    private readonly List<ColumnBatch> _batches = [];
    private ColumnBatch _current = new(columns);

    /// <summary>All rows so far.</summary>
    public IReadOnlyList<ColumnBatch> Batches
    {
        get
        {
            Cut();
            return _batches;
        }
    }

    public long Count { get; private set; }

    /// <summary>Appends a row; values in column order as bool, int, long, double, Int128, string, string[], DateOnly or null.</summary>
    public void Add(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < columns.Count; i++) Append(_current[i], values[i]);
        Count++;
        if (_current.Count >= ColumnBatch.UsualRows) Cut();
    }

    private void Cut()
    {
        if (_current.Count == 0) return;
        _batches.Add(_current);
        _current = new ColumnBatch(columns);
    }

    private static void Append(ColumnVector vector, object? value)
    {
        switch (vector, value)
        {
            case (_, null): vector.AppendNull(); break;
            case (ValueVector<bool> flags, bool flag): flags.Append(flag); break;
            case (ValueVector<int> dates, DateOnly date): dates.Append(Dates.ToDays(date)); break;
            case (ValueVector<int> ints, int number): ints.Append(number); break;
            case (ValueVector<long> longs, long number): longs.Append(number); break;
            case (ValueVector<long> longs, int number): longs.Append(number); break;
            case (ValueVector<double> doubles, double number): doubles.Append(number); break;
            case (ValueVector<Int128> wide, Int128 number): wide.Append(number); break;
            case (TextVector texts, string text): texts.Append(text); break;
            case (TextListVector lists, string[] items):
                foreach (var item in items) lists.Items.Append(item);
                lists.EndList();
                break;
            default: throw new InvalidOperationException($"a {value.GetType().Name} does not fit a {vector.GetType().Name}");
        }
    }
}

/// <summary>Dates as days since 1970-01-01.</summary>
internal static class Dates
{
    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;

    public static int ToDays(DateOnly date) => date.DayNumber - Epoch;

    public static DateOnly FromDays(int days) => DateOnly.FromDayNumber(days + Epoch);

    public static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
