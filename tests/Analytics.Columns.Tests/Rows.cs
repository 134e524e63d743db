using System.Numerics;
using System.Text;
using CsCheck;

namespace Analytics.Columns.Tests;

/// <summary>Rows as objects: bool, int, long, double, Int128, string, string[] or null, as <see cref="ColumnVector"/> stores them.</summary>
internal static class Rows
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Const(() => ""), Gen.OneOf("a", "b", "ü", "€ 5", "𝄞", "ab"), Gen.String[Gen.Char.AlphaNumeric, 0, 12],
        Gen.String[Gen.Char['a', 'c'], 60, 70], Gen.String[Gen.OneOf('é', 'ÿ', '漢'), 20, 40]);

    private static Gen<object?> Values(Column column)
    {
        Gen<object?> values = column.Type.Kind switch
        {
            ColumnKind.Boolean => Gen.Bool.Select(v => (object?)v),
            ColumnKind.Int32 => Gen.OneOf(Gen.Int, Gen.Int[-2, 2], Gen.OneOf(int.MinValue, int.MaxValue)).Select(v => (object?)v),
            ColumnKind.Date => Gen.Int[-7_000, 2_932_000].Select(v => (object?)v),
            ColumnKind.Int64 => Gen.OneOf(Gen.Long, Gen.Long[-2, 2], Gen.OneOf(long.MinValue, long.MaxValue)).Select(v => (object?)v),
            ColumnKind.Timestamp => Gen.Long[-600_000_000_000_000, 200_000_000_000_000_000].Select(v => (object?)v),
            ColumnKind.Double => Gen.OneOf(Gen.Double, Gen.OneOf(0.0, -0.0, double.NaN, double.Epsilon, double.MaxValue, double.NegativeInfinity, 1)).Select(v => (object?)v),
            ColumnKind.Decimal when column.Type.Precision <= 18 =>
                Gen.OneOf(Gen.Long[-999_999_999_999_999_999, 999_999_999_999_999_999], Gen.Long[-3, 3], Gen.OneOf(-999_999_999_999_999_999, 999_999_999_999_999_999)).Select(v => (object?)v),
            ColumnKind.Decimal => Decimals(column.Type.Precision).Select(v => (object?)v),
            ColumnKind.Text => Text.Select(v => (object?)v),
            _ => Text.Array[0, 4].Select(v => (object?)v),
        };
        return column.Nullable ? Gen.Frequency((1, Gen.Const(() => (object?)null)), (3, values)) : values;
    }

    private static Gen<Int128> Decimals(int precision)
    {
        var limit = (Int128)BigInteger.Pow(10, precision) - 1;
        return Gen.OneOf(
            Gen.Select(Gen.Long, Gen.ULong, (high, low) => new Int128((ulong)high, low) % (limit + 1)),
            Gen.Long[-3, 3].Select(v => (Int128)v), Gen.OneOf(limit, -limit, Int128.Zero));
    }

    /// <summary>Up to 120 rows; a column in them may be constant, from few values, from many, or all NULL.</summary>
    public static Gen<List<object?[]>> Sample { get; } = Gen.Int[0, 120].SelectMany(count =>
        ParquetWriterTests.Columns.Aggregate(
            Gen.Const(() => new List<object?[]>()), (before, column) => Gen.Select(before, Column(column, count), (all, one) => (List<object?[]>)[.. all, one]))
        .Select(columns => Enumerable.Range(0, count).Select(row => columns.Select(c => c[row]).ToArray()).ToList()));

    private static Gen<object?[]> Column(Column column, int count)
    {
        var values = Values(column);
        var few = values.Array[1, 5].SelectMany(some => Gen.OneOf(some).Array[count]);
        var many = values.Array[count];
        var runs = values.Array[1, 3].Select(some => Enumerable.Range(0, count).Select(i => some[i * some.Length / count]).ToArray());
        return column.Nullable ? Gen.OneOf(few, many, runs, Gen.Const(() => new object?[count])) : Gen.OneOf(few, many, runs);
    }

    /// <summary>A row that depends on its number alone.</summary>
    public static object?[] Counted(int row) =>
    [
        row % 3 == 0, row % 5 == 0 ? null : row % 2 == 0, row % 7, row % 11 == 0 ? null : row * 1_000_003,
        row * 1_000_000_007L, row % 13 < 6 ? null : (long)(row / 100), row / 8.0, row % 17 == 0 ? null : -row / 3.0,
        (long)(row % 50) * 100, row > 1_000 ? null : (long)row, (Int128)row * 10_000_000_000, row % 2 == 0 ? null : (Int128)(-row),
        row % 9 == 0 ? null : (Int128)row * long.MaxValue, 15_000 + row / 1_000, row % 3 == 1 ? null : row,
        1_300_000_000_000_000L + row * 60_000_000L, row % 4 == 0 ? null : 1_300_000_000_000_000L + row / 10,
        $"item {row}", row % 6 == 0 ? null : $"name {row % 40}", (string[])[$"a{row % 5}", $"b{row % 7}"],
        row % 10 == 0 ? null : Enumerable.Range(0, row % 4).Select(i => $"{i}").ToArray(),
    ];

    /// <summary>A string that sorts by ordinal as the text's UTF-8 bytes do.</summary>
    public static string Utf8(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    public static ColumnBatch ToBatch(IReadOnlyList<Column> columns, IEnumerable<object?[]> rows)
    {
        var batch = new ColumnBatch(columns);
        foreach (var row in rows) Append(batch, row);
        return batch;
    }

    public static void Append(ColumnBatch batch, object?[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            switch (row[i])
            {
                case null: batch[i].AppendNull(); break;
                case bool value: batch.Booleans(i).Append(value); break;
                case int value: batch.Ints(i).Append(value); break;
                case long value: batch.Longs(i).Append(value); break;
                case double value: batch.Doubles(i).Append(value); break;
                case Int128 value: batch.Int128s(i).Append(value); break;
                case string value: batch.Texts(i).Append(value); break;
                case string[] value:
                    foreach (var text in value) batch.TextLists(i).Items.Append(text);
                    batch.TextLists(i).EndList();
                    break;
                default: throw new ArgumentException($"no column of {row[i]!.GetType()}");
            }
        }
    }

    public static List<object?[]> FromBatch(ColumnBatch batch)
    {
        var rows = new List<object?[]>();
        for (var row = 0; row < batch.Count; row++)
        {
            var values = new object?[batch.Columns.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = batch[i].IsNull(row) ? null : batch[i] switch
                {
                    ValueVector<bool> v => v[row],
                    ValueVector<int> v => v[row],
                    ValueVector<long> v => v[row],
                    ValueVector<double> v => v[row],
                    ValueVector<Int128> v => v[row],
                    TextVector v => v.GetString(row),
                    TextListVector v => v.GetStrings(row),
                    _ => throw new ArgumentException("unknown vector"),
                };
            }
            rows.Add(values);
        }
        return rows;
    }
}
