using Analytics.Columns;

namespace Analytics.Records.Curation;

/// <summary>Accepted records of one source and one date, encoded: what travels from where lines are parsed to where their date is built.</summary>
/// <param name="Date">The order date, days since 1970.</param>
/// <param name="FirstLine">The least source_line of them.</param>
/// <param name="Rows">How many.</param>
/// <param name="Bytes">A Parquet file of <see cref="RecordColumns.All"/>; valid until the next piece is given.</param>
public readonly record struct RecordPiece(int Date, long FirstLine, int Rows, ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Cuts the records of a source into pieces by date. How they are cut depends on the order and sizes of the batches alone, and a date's
/// files do not depend on how its records were cut. Memory is bounded whatever the source. Not for use by several threads at once.
/// </summary>
/// <param name="take">Takes a piece.</param>
/// <param name="memoryBytes">Records wait in about so much memory for others of their date.</param>
public sealed class RecordPieces(Action<RecordPiece> take, long memoryBytes = RecordPieces.UsualMemory) : IDisposable
{
    /// <summary>What a worker spends on waiting records.</summary>
    public const long UsualMemory = 48 << 20;

    /// <summary>The most rows of a piece, so that one is small beside a task's memory.</summary>
    private const int MostRows = 65_536;

    private readonly SortedDictionary<int, ColumnBatch> _dates = [];
    private readonly ParquetWriter _writer = new(RecordColumns.All);
    private readonly MemoryStream _bytes = new();
    private long _held;

    /// <summary>Takes accepted records, of any dates; they are copied.</summary>
    public void Add(ColumnBatch rows)
    {
        var dates = rows.Ints(RecordColumns.OrderDate).Values;
        for (var start = 0; start < dates.Length;)
        {
            var length = dates[start..].IndexOfAnyExcept(dates[start]);
            if (length < 0) length = dates.Length - start;
            length = Math.Min(length, MostRows);
            if (!_dates.TryGetValue(dates[start], out var held)) _dates[dates[start]] = held = new ColumnBatch(RecordColumns.All);
            var before = held.MemoryBytes;
            held.AppendRows(rows, start, length);
            _held += held.MemoryBytes - before;
            if (held.Count >= MostRows)
            {
                Give(dates[start], held);
                _held -= held.MemoryBytes;
                _dates.Remove(dates[start]);
            }
            start += length;
        }
        if (_held > memoryBytes) Finish();
    }

    /// <summary>Gives what is left; more records may follow.</summary>
    public void Finish()
    {
        foreach (var (date, held) in _dates) Give(date, held);
        _dates.Clear();
        _held = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Give(int date, ColumnBatch rows)
    {
        var first = long.MaxValue;
        foreach (var line in rows.Longs(RecordColumns.SourceLine).Values) first = Math.Min(first, line);
        _bytes.SetLength(0);
        _writer.Begin(_bytes);
        _writer.Append(rows);
        _writer.End();
        take(new RecordPiece(date, first, rows.Count, _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length)));
    }
}
