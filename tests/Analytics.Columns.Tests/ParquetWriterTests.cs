using System.Security.Cryptography;
using CsCheck;

namespace Analytics.Columns.Tests;

public class ParquetWriterTests
{
    public static readonly Column[] Columns =
    [
        new("flag", ColumnType.Boolean), new("flag_n", ColumnType.Boolean, true),
        new("small", ColumnType.Int32), new("small_n", ColumnType.Int32, true),
        new("big", ColumnType.Int64), new("big_n", ColumnType.Int64, true),
        new("real", ColumnType.Double), new("real_n", ColumnType.Double, true),
        new("price", ColumnType.Price), new("price_n", ColumnType.Price, true),
        new("amount", ColumnType.Amount), new("amount_n", ColumnType.Amount, true),
        new("huge_n", new ColumnType(ColumnKind.Decimal, 38, 10), true),
        new("day", ColumnType.Date), new("day_n", ColumnType.Date, true),
        new("at", ColumnType.Timestamp), new("at_n", ColumnType.Timestamp, true),
        new("text", ColumnType.Text), new("text_n", ColumnType.Text, true),
        new("list", ColumnType.TextList), new("list_n", ColumnType.TextList, true),
    ];

    [Fact]
    public async Task RowsComeBackFromParquetNet()
    {
        await Rows.Sample.SampleAsync(async rows =>
        {
            var file = Write(Columns, rows, [rows.Count], 50, 2_000).Bytes;
            Assert.Equal(rows, await Reading.WithParquetNet(file, Columns));
        }, iter: 60);
    }

    [Fact]
    public void RowsComeBackFromDuckDb()
    {
        Rows.Sample.Sample(rows =>
        {
            var file = Write(Columns, rows, [rows.Count], 50, 2_000).Bytes;
            Assert.Equal(rows, Reading.WithDuckDb(file, Columns));
        }, iter: 30, threads: 1);
    }

    /// <summary>Small row groups, so that readers skip most of them by their bounds, cut ones of long texts among them.</summary>
    [Fact]
    public void FiltersFindEveryRowWithTheHelpOfStatistics()
    {
        Gen.Select(Rows.Sample.Where(r => r.Count > 0), Gen.Int[0, 1_000]).Sample((rows, at) =>
        {
            var file = Write(Columns, rows, [rows.Count], 7, 1_000).Bytes;
            foreach (var (name, literal) in new (string, Func<object, string>)[]
            {
                ("text_n", v => $"'{((string)v).Replace("'", "''", StringComparison.Ordinal)}'"), ("big_n", v => $"({v})::bigint"), ("small", v => $"({v})::integer"),
                ("price", v => $"({v}.0 / 10000)::decimal(38, 4)"), ("flag_n", v => $"{v}"),
            })
            {
                var column = Array.FindIndex(Columns, c => c.Name == name);
                if (rows[at % rows.Count][column] is not { } value) continue;
                if (name == "price" && Math.Abs((long)value) > 1_000_000) continue; // DuckDB divides as doubles
                var found = Reading.WithDuckDb(file, Columns, $"where \"{name}\" = {literal(value)}");
                Assert.Equal(rows.Where(r => value.Equals(r[column])), found);
            }
            if (rows[at % rows.Count][17] is string text)
            {
                var above = Reading.WithDuckDb(file, Columns, $"where text >= '{text}'");
                Assert.Equal(rows.Where(r => string.CompareOrdinal(Rows.Utf8((string)r[17]!), Rows.Utf8(text)) >= 0), above);
            }
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void BytesDoNotDependOnBatches()
    {
        Gen.Select(Rows.Sample, Gen.Int[0, 40].Array[0, 20], Gen.Int[1, 60], Gen.Int[1, 3_000]).Sample((rows, sizes, groupRows, groupBytes) =>
        {
            var whole = Write(Columns, rows, [rows.Count], groupRows, groupBytes);
            var split = Write(Columns, rows, sizes, groupRows, groupBytes);
            Assert.Equal(whole.Bytes, split.Bytes);
            Assert.Equal(whole.File, split.File);
        }, iter: 200);
    }

    [Fact]
    public void AWriterIsAsNewForEveryFile()
    {
        using var reused = new ParquetWriter(Columns, 30, 1_000);
        Gen.Select(Rows.Sample, Gen.Bool).Sample((rows, abandon) =>
        {
            if (abandon)
            {
                reused.Begin(new MemoryStream());
                reused.Append(Rows.ToBatch(Columns, rows));
            }
            var stream = new MemoryStream();
            reused.Begin(stream);
            reused.Append(Rows.ToBatch(Columns, rows));
            var file = reused.End();
            var fresh = Write(Columns, rows, [rows.Count], 30, 1_000);
            Assert.Equal(fresh.Bytes, stream.ToArray());
            Assert.Equal(fresh.File, file);
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void TheHashAndTheLengthAreThoseOfTheBytes()
    {
        Rows.Sample.Sample(rows =>
        {
            var (bytes, file) = Write(Columns, rows, [rows.Count], 20, 500);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.Sha256);
            Assert.Equal(bytes.Length, file.Bytes);
            Assert.Equal(rows.Count, file.Rows);
        }, iter: 50);
    }

    private const string KnownSha256 = "3bcaacc5719a65da41b8fbdd947c199f40c85a66d1c8e1f6eb5c938d1d7e1e0d";

    /// <summary>Raise the build in <c>ParquetFormat.CreatedBy</c> when this changes: published hashes do, too.</summary>
    [Fact]
    public void TheBytesOfAKnownFileStay()
    {
        var batch = new ColumnBatch(Columns);
        for (var row = 0; row < 3_000; row++) Rows.Append(batch, Rows.Counted(row));
        var stream = new MemoryStream();
        using var writer = new ParquetWriter(Columns);
        writer.Begin(stream);
        writer.Append(batch);
        Assert.Equal(KnownSha256, writer.End().Sha256);
    }

    [Fact]
    public void ANullWhereNoneIsAllowedIsRefused()
    {
        Column[] columns = [new("id", ColumnType.Text)];
        var batch = new ColumnBatch(columns);
        batch.Texts(0).Append("a");
        batch.Texts(0).AppendNull();
        using var writer = new ParquetWriter(columns);
        writer.Begin(Stream.Null);
        Assert.Contains("column id allows no NULL", Assert.Throws<ArgumentException>(() => writer.Append(batch)).Message);
    }

    [Fact]
    public void ADecimalWithTooManyDigitsIsRefused()
    {
        Column[] columns = [new("amount", ColumnType.Amount)];
        var limit = Int128.Parse("10000000000000000000000000000");
        foreach (var (value, fits) in new[] { (limit, false), (-limit, false), (limit - 1, true), (1 - limit, true) })
        {
            var batch = new ColumnBatch(columns);
            batch.Int128s(0).Append(value);
            using var writer = new ParquetWriter(columns);
            writer.Begin(Stream.Null);
            writer.Append(batch);
            if (fits) Assert.Equal(1, writer.End().Rows);
            else Assert.Contains("more than the 28 digits", Assert.Throws<ArgumentException>(() => writer.End()).Message);
        }
    }

    [Fact]
    public void OtherColumnsAreRefused()
    {
        using var writer = new ParquetWriter([new("a", ColumnType.Int64)]);
        writer.Begin(Stream.Null);
        Assert.Contains("column a is BIGINT in the file and VARCHAR in the batch",
            Assert.Throws<ArgumentException>(() => writer.Append(new ColumnBatch([new("a", ColumnType.Text)]))).Message);
    }

    internal static (byte[] Bytes, ParquetFile File) Write(Column[] columns, IReadOnlyList<object?[]> rows, int[] sizes, int groupRows, long groupBytes)
    {
        using var writer = new ParquetWriter(columns, groupRows, groupBytes);
        var stream = new MemoryStream();
        writer.Begin(stream);
        var at = 0;
        foreach (var size in sizes)
        {
            var end = Math.Min(rows.Count, at + size);
            writer.Append(Rows.ToBatch(columns, rows.Take(end).Skip(at)));
            at = end;
        }
        var batch = Rows.ToBatch(columns, rows);
        writer.Append(batch, at, batch.Count - at);
        var file = writer.End();
        return (stream.ToArray(), file);
    }
}
