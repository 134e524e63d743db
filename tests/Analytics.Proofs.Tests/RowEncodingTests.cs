using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Analytics.Columns;
using CsCheck;

namespace Analytics.Proofs.Tests;

public sealed class RowEncodingTests
{
    private static readonly Column[] All =
    [
        new("flag", ColumnType.Boolean, true), new("number", ColumnType.Int32, true), new("count", ColumnType.Int64, true), new("lift", ColumnType.Double, true),
        new("units", ColumnType.Quantity, true), new("amount", ColumnType.Amount, true), new("day", ColumnType.Date, true), new("at", ColumnType.Timestamp, true),
        new("name", ColumnType.Text, true), new("items", ColumnType.TextList, true),
    ];

    private static ColumnBatch Batch(params object?[] values)
    {
        var batch = new ColumnBatch(All);
        for (var i = 0; i < values.Length; i++)
        {
            switch (values[i])
            {
                case null: batch[i].AppendNull(); break;
                case bool value: batch.Booleans(i).Append(value); break;
                case int value: batch.Ints(i).Append(value); break;
                case long value: batch.Longs(i).Append(value); break;
                case Int128 value: batch.Int128s(i).Append(value); break;
                case double value: batch.Doubles(i).Append(value); break;
                case string value: batch.Texts(i).Append(value); break;
                case string[] value:
                    foreach (var item in value) batch.TextLists(i).Items.Append(item);
                    batch.TextLists(i).EndList();
                    break;
                default: throw new InvalidOperationException();
            }
        }
        return batch;
    }

    /// <summary>The bytes of docs/proofs.md, written out by hand.</summary>
    [Fact]
    public void EachTypeHasItsBytes()
    {
        var row = Batch(true, -2, 258L, 1.5, -1500L, (Int128)12_345_678, 15317, 1_323_421_440_000_001L, "é", new[] { "a", "", "bc" });
        Assert.Equal(string.Concat(
            "01", "01",
            "02", "fffffffe",
            "03", "0000000000000102",
            "04", "3ff8000000000000",
            "05", "03", "fffffffffffffffffffffffffffffa24",
            "05", "07", "00000000000000000000000000bc614e",
            "06", "00003bd5",
            "07", "0004b3a510d1c001",
            "08", "00000002", "c3a9",
            "09", "00000003", "00000001", "61", "00000000", "00000002", "6263"), Convert.ToHexStringLower(RowEncoding.Encode(row, 0)));
        Assert.Equal("00000000000000000000", Convert.ToHexStringLower(RowEncoding.Encode(Batch(new object?[10]), 0)));
        Assert.Equal("""{"flag":true,"number":-2,"count":258,"lift":1.5,"units":"-1.500","amount":"1.2345678","day":"2011-12-09","at":"2011-12-09T09:04:00.000001Z","name":"é","items":["a","","bc"]}""",
            RowValues.Decode(All, RowEncoding.Encode(row, 0)).ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public void EveryNaNIsOneAndZeroKeepsItsSign()
    {
        static string Of(double value) => Convert.ToHexStringLower(RowEncoding.Encode(Batch(null, null, null, value, null, null, null, null, null, null), 0))[6..24];
        Assert.Equal("047ff8000000000000", Of(double.NaN));
        Assert.Equal("047ff8000000000000", Of(BitConverter.Int64BitsToDouble(unchecked((long)0xFFF8000000000001))));
        Assert.Equal("048000000000000000", Of(-0.0));
        Assert.Equal("047ff0000000000000", Of(double.PositiveInfinity));
    }

    private static readonly Gen<object?[]> Rows = Gen.Select(Gen.Bool, Gen.Int, Gen.Long, Gen.Double, Gen.Long, Gen.Select(Gen.Long, Gen.Long, (high, low) => new Int128((ulong)high, (ulong)low) / 1000000),
        Gen.Int[-719162, 2932896], Gen.Long[-62_135_596_800_000_000, 253_402_300_799_999_999]).SelectMany(fixedValues => Gen.Select(Gen.String, Gen.String.Array[0, 4], Gen.Int[0, 1023],
            (text, list, nulls) =>
            {
                string Valid(string value) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value));
                object?[] row = [fixedValues.Item1, fixedValues.Item2, fixedValues.Item3, fixedValues.Item4, fixedValues.Item5, fixedValues.Item6, fixedValues.Item7, fixedValues.Item8,
                    Valid(text), list.Select(Valid).ToArray()];
                for (var i = 0; i < row.Length; i++) if ((nulls >> i & 1) == 1 && i % 2 == 0) row[i] = null;
                return row;
            }));

    /// <summary>The same by another way: one value after the other into a stream.</summary>
    private static byte[] Naive(object?[] row)
    {
        using var stream = new MemoryStream();
        void Put(params byte[] bytes) => stream.Write(bytes);
        void Number(Int128 value, int bytes)
        {
            Span<byte> all = stackalloc byte[16];
            BinaryPrimitives.WriteInt128BigEndian(all, value);
            stream.Write(all[(16 - bytes)..]);
        }
        void Text(string text)
        {
            Number(Encoding.UTF8.GetByteCount(text), 4);
            Put(Encoding.UTF8.GetBytes(text));
        }
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] is null)
            {
                Put(0);
                continue;
            }
            switch (All[i].Type.ToString())
            {
                case "BOOLEAN": Put(1, (bool)row[i]! ? (byte)1 : (byte)0); break;
                case "INTEGER": Put(2); Number((int)row[i]!, 4); break;
                case "BIGINT": Put(3); Number((long)row[i]!, 8); break;
                case "DOUBLE": Put(4); Put(double.IsNaN((double)row[i]!) ? [0x7F, 0xF8, 0, 0, 0, 0, 0, 0] : [.. BitConverter.GetBytes((double)row[i]!).Reverse()]); break;
                case "DECIMAL(18,3)": Put(5, 3); Number((long)row[i]!, 16); break;
                case "DECIMAL(28,7)": Put(5, 7); Number((Int128)row[i]!, 16); break;
                case "DATE": Put(6); Number((int)row[i]!, 4); break;
                case "TIMESTAMP": Put(7); Number((long)row[i]!, 8); break;
                case "VARCHAR": Put(8); Text((string)row[i]!); break;
                default:
                    Put(9);
                    Number(((string[])row[i]!).Length, 4);
                    foreach (var item in (string[])row[i]!) Text(item);
                    break;
            }
        }
        return stream.ToArray();
    }

    [Fact]
    public void RowsAreThoseOfANaiveEncoder() => Rows.Array[1, 20].Sample(rows =>
    {
        var batch = new ColumnBatch(All);
        foreach (var row in rows) batch.AppendRow(Batch(row), 0);
        var leaves = RowTree.Leaves(batch, threads: 1);
        for (var i = 0; i < rows.Length; i++)
        {
            var naive = Naive(rows[i]);
            Assert.Equal(naive, RowEncoding.Encode(batch, i));
            Assert.Equal(SHA256.HashData([0, .. naive]), leaves[(i * 32)..(i * 32 + 32)]);
            var values = RowValues.Decode(All, naive);
            Assert.Equal(rows[i][8], values["name"]?.GetValue<string>());
            if (rows[i][2] is long count) Assert.Equal(count.ToString(CultureInfo.InvariantCulture), RowValues.Text(values["count"]));
        }
    }, iter: 200);

    [Fact]
    public void ManyRowsOnSeveralThreadsAreTheSame()
    {
        var batch = new ColumnBatch([new Column("n", ColumnType.Int64)]);
        for (var i = 0; i < 50_000; i++) batch.Longs(0).Append(i * 31L);
        Assert.Equal(RowTree.Leaves(batch, 1), RowTree.Leaves(batch, 4));
        var (root, rows) = RowTree.Compute(["a", "b"], batch.Columns, (_, _) => [batch], threads: 2);
        Assert.Equal(100_000, rows);
        var once = RowTree.Leaves(batch, 1);
        Assert.Equal(root, Convert.ToHexStringLower(MerkleTree.Root([.. once, .. once])));
    }

    [Theory]
    [InlineData("0103", "is 3, no boolean")]
    [InlineData("0100", "ends within column number")]
    [InlineData("02", "has the tag 2")]
    [InlineData("00000000000000000000ff", "1 bytes follow")]
    [InlineData("000000047ff8000000000001000000000000", "another NaN")]
    [InlineData("0000000005020000000000000000000000000000000100", "has the scale 2")]
    [InlineData("000000000000000008ffffffff00", "text of -1 bytes")]
    [InlineData("00000000000000000800000001ff00", "no UTF-8")]
    [InlineData("000000000000000000097fffffff", "says that it holds")]
    public void WhatIsNoRowIsRefused(string hex, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => RowValues.Decode(All, Convert.FromHexString(hex))).Message, StringComparison.Ordinal);
}
