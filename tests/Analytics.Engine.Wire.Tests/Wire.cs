using System.Text;
using Analytics.Columns;

namespace Analytics.Engine.Wire.Tests;

/// <summary>The ways of bytes in these tests.</summary>
internal static class Wire
{
    public static byte[] Lines(IReadOnlyList<Column> columns, params IEnumerable<ColumnBatch> batches)
    {
        using var bytes = new MemoryStream();
        var writer = new WireRowWriter(columns, bytes);
        foreach (var batch in batches) writer.Write(batch);
        return bytes.ToArray();
    }

    public static byte[] Answer(GroupedTask task, byte[] input, int seed = 0)
    {
        using var output = new MemoryStream();
        WorkerHost.Run(task, new ChunkedStream(input, seed), output, Path.GetTempPath());
        return output.ToArray();
    }

    public static (GroupedOutcome Outcome, ColumnBatch Rows) Read(GroupedTask task, byte[] answer, int seed = 0)
    {
        var rows = new ColumnBatch(WireAnswer.Columns(task));
        var outcome = WireAnswer.Read(task, new ChunkedStream(answer, seed), batch => rows.AppendRows(batch, 0, batch.Count));
        return (outcome, rows);
    }

    public static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>What differs between two batches, by bits; null for nothing.</summary>
    public static string? Difference(ColumnBatch expected, ColumnBatch actual, int columns)
    {
        if (expected.Count != actual.Count) return $"{expected.Count} rows expected, {actual.Count} came";
        for (var column = 0; column < columns; column++)
            for (var row = 0; row < expected.Count; row++)
            {
                var (a, b) = (Value(expected[column], row), Value(actual[column], row));
                if (a != b) return $"column {expected.Columns[column].Name}, row {row}: {a} expected, {b} came";
            }
        return null;
    }

    private static string Value(ColumnVector vector, int row)
    {
        if (vector.IsNull(row)) return "NULL";
        return vector switch
        {
            ValueVector<bool> v => $"{v[row]}",
            ValueVector<int> v => $"{v[row]}",
            ValueVector<long> v => $"{v[row]}",
            // All NaN are one.
            ValueVector<double> v => double.IsNaN(v[row]) ? "NaN" : $"{BitConverter.DoubleToInt64Bits(v[row]):X}",
            ValueVector<Int128> v => $"{v[row]}",
            TextVector v => Convert.ToHexString(v[row]),
            TextListVector v => string.Join(",", Enumerable.Range(v[row].Start, v[row].Length).Select(i => "'" + Convert.ToHexString(v.Items[i]) + "'")),
            _ => throw new InvalidOperationException(),
        };
    }
}
