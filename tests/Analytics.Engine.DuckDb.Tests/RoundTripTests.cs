using Analytics.Columns;
using CsCheck;

namespace Analytics.Engine.DuckDb.Tests;

public sealed class RoundTripTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly ColumnType[] Types =
    [
        ColumnType.Boolean, ColumnType.Int32, ColumnType.Int64, ColumnType.Double, ColumnType.Date, ColumnType.Timestamp, ColumnType.Text, ColumnType.TextList,
        ColumnType.Quantity, ColumnType.Price, ColumnType.Amount, new(ColumnKind.Decimal, 4, 1), new(ColumnKind.Decimal, 9, 9), new(ColumnKind.Decimal, 10), new(ColumnKind.Decimal, 38, 38),
    ];

    private static readonly string[] Odd =
        ["", "'", "''\\\n\r\t\"", "\0", "twelve bytes", "thirteen byte", "é", "日本語", "😀🎉", "a\0b", new string('x', 300)];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char['a', 'e'], 0, 40],
        Gen.Int[0, Odd.Length - 1].Select(i => Odd[i]));

    private static readonly Gen<Column[]> Shapes = Gen.Select(Gen.Int[0, Types.Length - 1], Gen.Bool).Array[1, 8]
        .Select(picks => picks.Select((pick, i) => new Column($"c{i}", Types[pick.Item1], pick.Item2)).ToArray());

    [Fact]
    public void EveryTypeComesBackFromMemoryAndFromFiles()
    {
        using var test = new TestEngine();
        var run = 0;
        Gen.Select(Shapes, Gen.Int[0, 4500], Gen.Int, Texts.Array[60]).Sample((columns, rows, seed, texts) =>
        {
            // The first column makes rows differ, so that they can be the sort key of a written table.
            Column[] all = [new("id", ColumnType.Int64), .. columns];
            var expected = Rows(all, rows, seed, texts);
            var name = $"r{run++}";
            test.Engine.DefineRows(name, all, Slices(expected, 1777), None);
            Assert.Equal(Dump(expected), DumpQuery(test, name, all));

            var written = test.Engine.Write(name, new TableSchema("t", 1, TableKind.Result, all, ["id"]), Path.Combine(test.Folder, name), null, None);
            Assert.Equal(rows, written.Rows);
            test.Engine.DefineFiles(name + "f", all, written.Files, None);
            Assert.Equal(Dump(expected), DumpQuery(test, name + "f", all));
            test.Engine.Drop(name);
            test.Engine.Drop(name + "f");
        }, iter: 40, threads: 1);
    }

    private static List<string> DumpQuery(TestEngine test, string relation, Column[] columns)
    {
        var dump = new List<string>();
        foreach (var batch in test.Engine.Read(new SqlText("q", $"select * from {relation} order by id"), SqlParameters.None, columns, None))
            dump.AddRange(Dump(batch));
        return dump;
    }

    private static IEnumerable<ColumnBatch> Slices(ColumnBatch all, int size)
    {
        var slice = new ColumnBatch(all.Columns);
        for (var row = 0; row < all.Count; row++)
        {
            slice.AppendRow(all, row);
            if (slice.Count < size) continue;
            yield return slice;
            slice.Clear();
        }
        yield return slice;
    }

    private static ColumnBatch Rows(Column[] columns, int rows, int seed, string[] texts)
    {
        var batch = new ColumnBatch(columns);
        var random = new Random(seed);
        for (var row = 0; row < rows; row++)
        {
            batch.Longs(0).Append(row);
            for (var i = 1; i < columns.Length; i++) AppendValue(batch[i], columns[i], random, texts);
        }
        return batch;
    }

    private static void AppendValue(ColumnVector vector, Column column, Random random, string[] texts)
    {
        if (column.Nullable && random.Next(3) == 0)
        {
            vector.AppendNull();
            return;
        }
        switch (vector)
        {
            case ValueVector<bool> flags: flags.Append(random.Next(2) == 0); break;
            case ValueVector<int> numbers when column.Type.Kind == ColumnKind.Date: numbers.Append(random.Next(-700_000, 2_900_000)); break;
            case ValueVector<int> numbers: numbers.Append(Pick(random, int.MinValue, int.MaxValue, random.Next())); break;
            case ValueVector<long> numbers when column.Type.Kind == ColumnKind.Decimal:
                var limit = (long)Math.Pow(10, column.Type.Precision) - 1;
                numbers.Append(Pick(random, limit, -limit, random.NextInt64(-limit, limit)));
                break;
            case ValueVector<long> numbers when column.Type.Kind == ColumnKind.Timestamp: numbers.Append(random.NextInt64(-62_135_596_800_000_000, 253_402_300_799_999_999)); break;
            case ValueVector<long> numbers: numbers.Append(Pick(random, long.MinValue, long.MaxValue, random.NextInt64())); break;
            case ValueVector<double> numbers:
                numbers.Append(random.Next(8) switch { 0 => double.NaN, 1 => double.NegativeInfinity, 2 => -0.0, 3 => double.Epsilon, _ => BitConverter.Int64BitsToDouble(random.NextInt64()) });
                break;
            case ValueVector<Int128> numbers:
                Int128 top = 1;
                for (var i = 0; i < column.Type.Precision; i++) top *= 10;
                var any = new Int128((ulong)random.NextInt64(), (ulong)random.NextInt64()) % top;
                numbers.Append(random.Next(4) switch { 0 => top - 1, 1 => 1 - top, 2 => -any, _ => any });
                break;
            case TextVector text: text.Append(texts[random.Next(texts.Length)]); break;
            case TextListVector lists:
                for (var count = random.Next(5); count > 0; count--) lists.Items.Append(texts[random.Next(texts.Length)]);
                lists.EndList();
                break;
        }
    }

    private static T Pick<T>(Random random, T first, T second, T other) => random.Next(10) switch { 0 => first, 1 => second, _ => other };

    private static List<string> Dump(ColumnBatch batch)
    {
        var dump = new List<string>();
        for (var row = 0; row < batch.Count; row++)
            dump.Add(string.Join("|", Enumerable.Range(0, batch.Columns.Count).Select(i => Value(batch[i], row))));
        return dump;
    }

    private static string Value(ColumnVector vector, int row) => vector.IsNull(row) ? "NULL" : vector switch
    {
        ValueVector<bool> flags => flags[row] ? "true" : "false",
        ValueVector<int> numbers => $"{numbers[row]}",
        ValueVector<long> numbers => $"{numbers[row]}",
        ValueVector<double> numbers => $"{BitConverter.DoubleToInt64Bits(numbers[row]):x}",
        ValueVector<Int128> numbers => $"{numbers[row]}",
        TextVector texts => "'" + texts.GetString(row) + "'",
        TextListVector lists => "[" + string.Join(",", lists.GetStrings(row)!.Select(text => "'" + text + "'")) + "]",
        _ => throw new InvalidOperationException(),
    };
}
