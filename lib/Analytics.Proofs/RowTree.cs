using System.Security.Cryptography;
using Analytics.Columns;
using Analytics.Files;

namespace Analytics.Proofs;

/// <summary>Reads the rows of one file of a table, in order.</summary>
/// <param name="path">The file.</param>
/// <param name="columns">The table's columns.</param>
/// <exception cref="InvalidDataException">It cannot be read, or has other columns.</exception>
public delegate IEnumerable<ColumnBatch> RowReader(string path, IReadOnlyList<Column> columns);

/// <summary>The Merkle tree over the rows of a table in file order: leaf = SHA-256(0x00 ‖ row as <see cref="RowEncoding"/> writes it).</summary>
public static class RowTree
{
    private const int PartRows = 4096;

    /// <summary>Reads files of our own writer on the local file system; a file at a time is in memory.</summary>
    public static IEnumerable<ColumnBatch> ReadOwn(string path, IReadOnlyList<Column> columns)
    {
        using var reader = new ParquetFileReader();
        reader.Open(path);
        yield return ReadOpen(reader, columns);
    }

    /// <summary>The same for files of any store.</summary>
    public static RowReader ReadOwn(IFileStore files) => files is LocalFileStore ? ReadOwn : (path, columns) => ReadOwn(files, path, columns);

    private static IEnumerable<ColumnBatch> ReadOwn(IFileStore files, string path, IReadOnlyList<Column> columns)
    {
        using var reader = new ParquetFileReader();
        reader.Open(files.ReadAllBytes(path), path);
        yield return ReadOpen(reader, columns);
    }

    private static ColumnBatch ReadOpen(ParquetFileReader reader, IReadOnlyList<Column> columns)
    {
        var batch = new ColumnBatch(columns);
        reader.ReadAll(batch);
        return batch;
    }

    /// <summary>The leaf hashes of some rows, one behind the other.</summary>
    public static byte[] Leaves(ColumnBatch batch, int threads = 0)
    {
        var leaves = GC.AllocateUninitializedArray<byte>(checked(batch.Count * MerkleTree.HashBytes));
        void Part(int part)
        {
            var row = new byte[1024];
            for (var i = part * PartRows; i < Math.Min(batch.Count, (part + 1) * PartRows); i++)
            {
                var length = 1;
                row[0] = 0;
                RowEncoding.Append(batch, i, ref row, ref length);
                SHA256.HashData(row.AsSpan(0, length), leaves.AsSpan(i * MerkleTree.HashBytes));
            }
        }
        var parts = (batch.Count + PartRows - 1) / PartRows;
        if (parts <= 1 || threads == 1)
        {
            for (var i = 0; i < parts; i++) Part(i);
        }
        else
        {
            Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount }, Part);
        }
        return leaves;
    }

    /// <summary>The root over all rows of a table.</summary>
    /// <param name="files">Its files in row order.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="read">Reads a file's rows.</param>
    /// <param name="threads">Threads; 0 for one a core.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="InvalidDataException">A file cannot be read.</exception>
    public static (string Root, long Rows) Compute(IEnumerable<string> files, IReadOnlyList<Column> columns, RowReader read, int threads = 0, CancellationToken cancel = default)
    {
        var builder = new MerkleBuilder(threads);
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var batch in read(file, columns)) builder.Append(Leaves(batch, threads));
        }
        var rows = builder.Count;
        return (Convert.ToHexStringLower(builder.Root()), rows);
    }
}
