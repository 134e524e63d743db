using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Analytics.Columns;

namespace Analytics.Records.Curation.Internals;

/// <summary>Rows of one source and one date that lie together: in a batch in memory, or in a spill file.</summary>
/// <param name="Source">The source's number.</param>
/// <param name="FirstLine">The least line, to bring pieces of one source in order.</param>
internal abstract record Piece(int Source, long FirstLine);

/// <summary>Rows in memory.</summary>
internal sealed record MemoryPiece(int Source, long FirstLine, ColumnBatch Rows, int Start, int Count) : Piece(Source, FirstLine);

/// <summary>Rows in a spill file, as a Parquet file in it.</summary>
internal sealed record SpilledPiece(int Source, long FirstLine, SpillFile File, long Offset, long Length) : Piece(Source, FirstLine);

/// <summary>
/// Holds the records that wait for their dates to be assembled. Where memory gets short a thread of its own spills the oldest of them, sorted
/// by date, while the others go on until the memory is full: what fits is never spilled, and of more only what does not fit.
/// </summary>
internal sealed class RecordStore(long memoryBytes, string spillFolder) : IDisposable
{
    /// <summary>Rows of a spilled piece, so that reading one back takes little memory.</summary>
    private const int PieceRows = 65_536;

    /// <summary>With less memory than this the garbage is not worth a collection: tests spill after every batch.</summary>
    private const long CollectedMemory = 256 << 20;

    private sealed record Block(int Source, ColumnBatch Rows, DateRun[] Runs, long Bytes);

    private readonly record struct DateRun(int Date, int Start, int Count);

    private readonly record struct PlacedRun(int Date, int Source, long FirstLine, Block Block, DateRun Run);

    private readonly object _gate = new();
    private readonly List<SpillFile> _files = [];
    private readonly Dictionary<int, List<Piece>> _spilled = [];
    private readonly Queue<Block> _blocks = [];
    private long _blockBytes;
    private long _spillingBytes;
    private Thread? _spilling;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Files spilled so far, for tests.</summary>
    public int SpillCount
    {
        get
        {
            lock (_gate) return _files.Count;
        }
    }

    /// <summary>Takes rows over; they must not change any more.</summary>
    public void Add(int source, ColumnBatch rows)
    {
        if (rows.Count == 0) return;
        var block = MakeBlock(source, rows);
        lock (_gate)
        {
            while (_spilling is not null && _blockBytes + _spillingBytes + block.Bytes > memoryBytes) Monitor.Wait(_gate);
            _failure?.Throw();
            _blocks.Enqueue(block);
            _blockBytes += block.Bytes;
            // An eighth is spilled while the others fill the last eighth.
            if (_spilling is not null || _blockBytes <= memoryBytes / 8 * 7) return;
            var oldest = new List<Block>();
            do
            {
                var next = _blocks.Dequeue();
                oldest.Add(next);
                _spillingBytes += next.Bytes;
            }
            while (_blocks.Count > 0 && _spillingBytes < memoryBytes / 8);
            _blockBytes -= _spillingBytes;
            _spilling = new Thread(() => SpillAside(oldest)) { IsBackground = true, Name = "spill" };
            _spilling.Start();
        }
    }

    /// <summary>Gives away all pieces by date; within a source by first line. To be called once, after the last <see cref="Add"/>.</summary>
    public SortedDictionary<int, List<Piece>> ByDate()
    {
        WaitForSpill();
        _failure?.Throw();
        var dates = new SortedDictionary<int, List<Piece>>(_spilled);
        foreach (var block in _blocks)
        {
            foreach (var run in block.Runs)
            {
                if (!dates.TryGetValue(run.Date, out var pieces)) dates[run.Date] = pieces = [];
                pieces.Add(new MemoryPiece(block.Source, FirstLine(block, run), block.Rows, run.Start, run.Count));
            }
        }
        _blocks.Clear();
        return dates;
    }

    public void Dispose()
    {
        WaitForSpill();
        foreach (var file in _files) file.Dispose();
    }

    /// <summary>Gives the memory of records back that are not needed any more, where they were many: the engine that comes next counts on it.</summary>
    public void Collect()
    {
        if (_blockBytes >= CollectedMemory || _files.Count > 0 && memoryBytes >= CollectedMemory) GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private void WaitForSpill()
    {
        lock (_gate)
            while (_spilling is not null) Monitor.Wait(_gate);
    }

    private void SpillAside(List<Block> oldest)
    {
        ExceptionDispatchInfo? failure = null;
        try
        {
            Spill(oldest);
            oldest.Clear();
            // Without it the spilled records stay as garbage until the next full collection, beside as many new ones.
            if (memoryBytes >= CollectedMemory) GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: false);
        }
        catch (Exception exception)
        {
            // Reaches the next caller.
            failure = ExceptionDispatchInfo.Capture(exception);
        }
        lock (_gate)
        {
            _failure ??= failure;
            _spillingBytes = 0;
            _spilling = null;
            Monitor.PulseAll(_gate);
        }
    }

    private static Block MakeBlock(int source, ColumnBatch rows)
    {
        var runs = Runs(rows);
        if (runs.Length > 64)
        {
            // Dates that alternate from row to row would make a piece of each row: bring the rows of a date together first.
            var byDate = runs.GroupBy(r => r.Date).OrderBy(g => g.Key).ToArray();
            if (2 * byDate.Length <= runs.Length)
            {
                var grouped = new ColumnBatch(rows.Columns);
                foreach (var date in byDate)
                    foreach (var run in date) grouped.AppendRows(rows, run.Start, run.Count);
                (rows, runs) = (grouped, Runs(grouped));
            }
        }
        return new Block(source, rows, runs, rows.MemoryBytes + 24L * runs.Length);
    }

    private static DateRun[] Runs(ColumnBatch rows)
    {
        var runs = new List<DateRun>();
        var dates = rows.Ints(RecordColumns.OrderDate).Values;
        for (var start = 0; start < dates.Length;)
        {
            var length = dates[start..].IndexOfAnyExcept(dates[start]);
            if (length < 0) length = dates.Length - start;
            runs.Add(new DateRun(dates[start], start, length));
            start += length;
        }
        return [.. runs];
    }

    private static long FirstLine(Block block, DateRun run) => block.Rows.Longs(RecordColumns.SourceLine)[run.Start];

    private void Spill(List<Block> blocks)
    {
        var runs = new List<PlacedRun>();
        foreach (var block in blocks)
            foreach (var run in block.Runs) runs.Add(new PlacedRun(run.Date, block.Source, FirstLine(block, run), block, run));
        runs.Sort((a, b) => a.Date != b.Date ? a.Date.CompareTo(b.Date) : a.Source != b.Source ? a.Source.CompareTo(b.Source) : a.FirstLine.CompareTo(b.FirstLine));
        var file = new SpillFile(spillFolder);
        lock (_gate) _files.Add(file);
        using var writer = new ParquetWriter(RecordColumns.All);
        var placed = CollectionsMarshal.AsSpan(runs);
        for (var start = 0; start < placed.Length;)
        {
            var first = placed[start];
            var offset = file.Stream.Position;
            writer.Begin(file.Stream);
            var rows = 0;
            var end = start;
            while (end < placed.Length && placed[end].Date == first.Date && placed[end].Source == first.Source && rows < PieceRows)
            {
                var (batch, run) = (placed[end].Block.Rows, placed[end].Run);
                writer.Append(batch, run.Start, run.Count);
                rows += run.Count;
                end++;
            }
            writer.End();
            if (!_spilled.TryGetValue(first.Date, out var pieces)) _spilled[first.Date] = pieces = [];
            pieces.Add(new SpilledPiece(first.Source, first.FirstLine, file, offset, file.Stream.Position - offset));
            start = end;
        }
        file.Stream.Flush();
    }
}
