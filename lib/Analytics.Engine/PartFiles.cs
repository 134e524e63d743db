using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine;

/// <summary>The part files of one table: <c>part-00000.parquet</c> and so on, cut by row number alone, the same bytes for the same rows on every engine.</summary>
/// <param name="columns">The table's columns.</param>
/// <param name="folder">The folder, which exists.</param>
/// <param name="rowsPerFile">Rows of one file; more begin the next. It decides bytes.</param>
/// <param name="create">Creates a file that does not exist.</param>
public sealed class PartFiles(IReadOnlyList<Column> columns, string folder, long rowsPerFile, Func<string, Stream> create) : IDisposable
{
    private readonly ParquetWriter _writer = new(columns);
    private readonly List<string> _files = [];
    private Stream? _stream;
    private long _rows;

    /// <summary>Appends rows in the table's order.</summary>
    public void Append(ColumnBatch batch)
    {
        for (var done = 0; done < batch.Count;)
        {
            var left = rowsPerFile - _rows % rowsPerFile;
            if (left == rowsPerFile) Begin();
            var count = (int)Math.Min(left, batch.Count - done);
            _writer.Append(batch, done, count);
            done += count;
            _rows += count;
        }
    }

    /// <summary>Completes the last file; a table without rows has one file without rows, which still tells its columns.</summary>
    public WrittenTable End()
    {
        if (_files.Count == 0) Begin();
        EndFile();
        return new WrittenTable(_files, _rows);
    }

    /// <summary>Closes an open file, whole or not.</summary>
    public void Dispose()
    {
        _stream?.Dispose();
        _writer.Dispose();
    }

    private void Begin()
    {
        EndFile();
        var file = string.Create(CultureInfo.InvariantCulture, $"{folder.TrimEnd('/')}/part-{_files.Count:D5}.parquet");
        _stream = create(file);
        _files.Add(file);
        _writer.Begin(_stream);
    }

    private void EndFile()
    {
        if (_stream is null) return;
        _ = _writer.End();
        _stream.Dispose();
        _stream = null;
    }
}
