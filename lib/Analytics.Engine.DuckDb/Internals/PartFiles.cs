using System.Globalization;
using Analytics.Columns;

namespace Analytics.Engine.DuckDb.Internals;

/// <summary>The part files of one table: <c>part-00000.parquet</c> and so on, cut by row number alone.</summary>
internal sealed class PartFiles(IReadOnlyList<Column> columns, string folder, long rowsPerFile) : IDisposable
{
    private readonly ParquetWriter _writer = new(columns);
    private readonly List<string> _files = [];
    private FileStream? _stream;
    private long _rows;

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

    public void Dispose()
    {
        _stream?.Dispose();
        _writer.Dispose();
    }

    private void Begin()
    {
        EndFile();
        var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"part-{_files.Count:D5}.parquet"));
        _stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16);
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
