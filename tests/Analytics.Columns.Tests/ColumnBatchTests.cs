using CsCheck;

namespace Analytics.Columns.Tests;

public class ColumnBatchTests
{
    [Fact]
    public void RangesAreAppendedAsTheirRowsWouldBe()
    {
        Gen.Select(Rows.Sample, Gen.Select(Gen.Int[0, 130], Gen.Int[0, 130]).Array[1, 5], Gen.Bool).Sample((rows, ranges, used) =>
        {
            var from = Rows.ToBatch(ParquetWriterTests.Columns, rows);
            var into = new ColumnBatch(ParquetWriterTests.Columns);
            if (used)
            {
                into.AppendRows(from, 0, from.Count); // stale values must not shine through
                into.Clear();
            }
            var expected = new List<object?[]>();
            foreach (var (a, b) in ranges)
            {
                var start = Math.Min(Math.Min(a, b), rows.Count);
                var end = Math.Min(Math.Max(a, b), rows.Count);
                into.AppendRows(from, start, end - start);
                expected.AddRange(rows[start..end]);
            }
            Assert.Equal(expected, Rows.FromBatch(into));
            for (var row = 0; row < into.Count; row++)
                if (into[3].IsNull(row)) Assert.Equal(0, into.Ints(3)[row]);
        }, iter: 300);
    }
}
