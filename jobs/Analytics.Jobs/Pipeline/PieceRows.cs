using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Analytics.Columns;
using Analytics.Records;
using Analytics.Records.Curation;
using Analytics.Tasks;

namespace Analytics.Jobs.Pipeline;

/// <summary>Records that this process has, as rows of pieces for the executors; a few at a time, however many records there are.</summary>
internal static class PieceRows
{
    /// <summary>The rows' columns.</summary>
    public static IReadOnlyList<Column> Columns { get; } =
        [new("order_date", ColumnType.Date), new("source", ColumnType.Text), new("first_line", ColumnType.Int64), new("content", ColumnType.Text)];

    /// <summary>The pieces of a source's records.</summary>
    public static IEnumerable<ColumnBatch> Of(string sha256, IEnumerable<ColumnBatch> records)
    {
        var rows = new ColumnBatch(Columns);
        using var pieces = new RecordPieces(piece => Append(rows, sha256, piece));
        foreach (var batch in records)
        {
            pieces.Add(batch);
            if (rows.Count == 0) continue;
            yield return rows;
            rows.Clear();
        }
        pieces.Finish();
        if (rows.Count > 0) yield return rows;
    }

    /// <summary>The same of a parser that gives its records to a sink, from several threads; it runs while the rows are taken.</summary>
    /// <param name="sha256">The source.</param>
    /// <param name="parse">Parses into the sink.</param>
    /// <param name="rejects">Takes what the parser rejects.</param>
    public static IEnumerable<ColumnBatch> Of(string sha256, Action<IRecordSink> parse, RejectCollector rejects)
    {
        using var queue = new BlockingCollection<ColumnBatch>(4);
        ExceptionDispatchInfo? wrong = null;
        var thread = new Thread(() =>
        {
            try
            {
                parse(new Queue(queue, rejects));
            }
            catch (Exception e)
            {
                wrong = ExceptionDispatchInfo.Capture(e); // rethrown below, on the caller's thread
            }
            finally
            {
                queue.CompleteAdding();
            }
        }) { Name = "parse", IsBackground = true };
        thread.Start();
        try
        {
            foreach (var rows in Of(sha256, queue.GetConsumingEnumerable())) yield return rows;
        }
        finally
        {
            // A parser that nobody listens to any more must not wait for room.
            foreach (var _ in queue.GetConsumingEnumerable())
            {
            }
            thread.Join();
        }
        wrong?.Throw();
    }

    private static void Append(ColumnBatch rows, string sha256, RecordPiece piece)
    {
        rows.Ints(0).Append(piece.Date);
        rows.Texts(1).Append(sha256);
        rows.Longs(2).Append(piece.FirstLine);
        Base64Text.Append(rows.Texts(3), piece.Bytes.Span);
    }

    /// <summary>A sink that takes no rows, for a collector of rejects alone.</summary>
    public sealed class NoRows : IRecordSink
    {
        /// <inheritdoc/>
        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects)
        {
        }
    }

    private sealed class Queue(BlockingCollection<ColumnBatch> queue, RejectCollector rejects) : IRecordSink
    {
        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejected)
        {
            rejects.Accept(sequence, rows, rejected);
            if (rows.Count > 0) queue.Add(rows);
        }
    }
}
