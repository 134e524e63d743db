using CsCheck;

namespace Analytics.Columns.Tests;

public sealed class ParquetFileReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("analytics-columns-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void RowsComeBack()
    {
        using var reader = new ParquetFileReader();
        var path = Path.Combine(_folder, "rows.parquet");
        Rows.Sample.Sample(rows =>
        {
            var (bytes, file) = ParquetWriterTests.Write(ParquetWriterTests.Columns, rows, [rows.Count], 50, 2_000);
            File.WriteAllBytes(path, bytes);
            reader.Open(path);
            var batch = new ColumnBatch(ParquetWriterTests.Columns);
            reader.ReadAll(batch);
            Assert.Equal(ParquetWriterTests.Columns, reader.Columns);
            Assert.Equal(rows.Count, reader.Rows);
            Assert.Equal(file.Sha256, reader.ComputeSha256());
            Assert.Equal(rows, Rows.FromBatch(batch));
        }, iter: 200, threads: 1);
    }

    [Fact]
    public void ManyPagesAndRowGroupsComeBack()
    {
        var batch = new ColumnBatch(ParquetWriterTests.Columns);
        for (var row = 0; row < 200_000; row++) Rows.Append(batch, Rows.Counted(row));
        var path = Path.Combine(_folder, "many.parquet");
        using var writer = new ParquetWriter(ParquetWriterTests.Columns);
        using (var stream = File.Create(path))
        {
            writer.Begin(stream);
            writer.Append(batch);
            writer.End();
        }
        using var reader = new ParquetFileReader();
        reader.Open(path);
        var read = new ColumnBatch(ParquetWriterTests.Columns);
        reader.ReadAll(read);
        Assert.Equal(200_000, read.Count);
        for (var row = 0; row < read.Count; row += 997)
        {
            var one = new ColumnBatch(ParquetWriterTests.Columns);
            one.AppendRow(read, row);
            Assert.Equal(Rows.Counted(row), Rows.FromBatch(one)[0]);
        }
    }

    [Fact]
    public void TheFooterAloneTellsTheColumns()
    {
        var (bytes, _) = ParquetWriterTests.Write(ParquetWriterTests.Columns, [], [0], 50, 2_000);
        var path = Path.Combine(_folder, "columns.parquet");
        File.WriteAllBytes(path, bytes);
        Assert.Equal(ParquetWriterTests.Columns, ParquetFileReader.ReadColumns(path));
        Assert.Throws<FileNotFoundException>(() => ParquetFileReader.ReadColumns(path + ".none"));
        // Cut, or with any byte of its last part another, it is refused by its name or tells other columns; it never runs over.
        for (var length = 0; length < bytes.Length; length++) Refused(bytes[..length]);
        for (var at = bytes.Length - 8; at < bytes.Length; at++)
        {
            var copy = bytes.ToArray();
            copy[at] ^= 0x81;
            Refused(copy);
        }

        void Refused(byte[] damaged)
        {
            File.WriteAllBytes(path, damaged);
            Assert.StartsWith($"{path} cannot be read: ", Assert.Throws<InvalidDataException>(() => ParquetFileReader.ReadColumns(path)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void DamagedFilesAreRefusedWithTheirName()
    {
        var rows = Enumerable.Range(0, 300).Select(Rows.Counted).ToList();
        var (bytes, _) = ParquetWriterTests.Write(ParquetWriterTests.Columns, rows, [300], 100, 100_000);
        var path = Path.Combine(_folder, "damaged.parquet");
        using var reader = new ParquetFileReader();
        var damage = Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length], Gen.Bool, (at, value, length, cut) => (at, value, length, cut));
        damage.Sample(d =>
        {
            var copy = (d.cut ? bytes.AsSpan(0, d.length) : bytes).ToArray();
            if (!d.cut) copy[d.at] = d.value;
            File.WriteAllBytes(path, copy);
            try
            {
                reader.Open(path);
                reader.ReadAll(new ColumnBatch(ParquetWriterTests.Columns));
                Assert.True(!d.cut || d.length == bytes.Length); // a changed byte may go unseen here: hashes are for that
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith($"{path} cannot be read: ", e.Message, StringComparison.Ordinal);
            }
        }, iter: 1_000, threads: 1);
    }
}
