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

    [Fact]
    public void ColumnsOfNullsTakeNoMemoryUntilAValueComes()
    {
        foreach (var column in ParquetWriterTests.Columns.Where(column => column.Nullable))
        {
            var vector = ColumnVector.Create(column.Type);
            vector.AppendNulls(70);
            vector.AppendNull();
            Assert.True(vector.IsAllNull);
            Assert.Equal((71, 71, 0), (vector.Count, vector.NullCount, vector.MemoryBytes));
            Assert.True(vector.IsNull(0) && vector.IsNull(70) && !vector.IsNull(71) && !vector.IsNull(-1));
            switch (vector)
            {
                case ValueVector<long> longs:
                    Assert.Equal(new long[71], longs.Values);
                    Assert.Equal(0, longs[70]);
                    Assert.Throws<IndexOutOfRangeException>(() => longs[71]);
                    longs.Append(5);
                    Assert.Equal([.. new long[71], 5], longs.Values);
                    break;
                case TextVector texts:
                    Assert.Equal(0, texts.ByteCount);
                    Assert.True(texts[70].IsEmpty);
                    Assert.Throws<ArgumentOutOfRangeException>(() => texts[71].Length);
                    texts.Append("a");
                    Assert.True(texts[70].IsEmpty);
                    Assert.Equal("a", texts.GetString(71));
                    break;
                case TextListVector lists:
                    Assert.Equal((0, 0), lists[70]);
                    lists.Items.Append("a");
                    lists.EndList();
                    Assert.Equal((0, 0), lists[70]);
                    Assert.Equal(["a"], lists.GetStrings(71)!);
                    break;
                default: continue;
            }
            Assert.Equal((72, 71, false), (vector.Count, vector.NullCount, vector.IsNull(71)));
            Assert.True(vector.IsNull(0) && vector.IsNull(70) && vector.MemoryBytes > 0);
        }
    }
}
