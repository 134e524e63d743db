using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Analytics.Records.Internals;

/// <summary>
/// The threads of one parse. The caller's thread reads and cuts; where the others are behind, it parses too. They are
/// started with the second chunk, so that a day's small file costs none.
/// </summary>
internal sealed class ParseThreads : IDisposable
{
    private readonly Func<TextChunkParser> _newParser;
    private readonly IRecordSink _sink;
    private readonly int _threads;
    private readonly CancellationToken _cancel;
    private readonly List<Thread> _helpers = [];
    private readonly List<TextChunkParser> _parsers = [];
    private readonly BlockingCollection<Chunk> _queue;
    private readonly TextChunkParser _own;
    private ExceptionDispatchInfo? _failure;

    public ParseThreads(Func<TextChunkParser> newParser, IRecordSink sink, int threads, CancellationToken cancel)
    {
        _newParser = newParser;
        _sink = sink;
        _threads = threads;
        _cancel = cancel;
        _queue = new BlockingCollection<Chunk>(threads * 2);
        _own = newParser();
        _parsers.Add(_own);
    }

    /// <summary>Parses a chunk here or has it parsed.</summary>
    public void Add(Chunk chunk)
    {
        Check();
        if (_threads > 1 && chunk.Sequence > 0)
        {
            if (_helpers.Count == 0) Start();
            if (_queue.TryAdd(chunk)) return;
        }
        Parse(_own, chunk);
    }

    /// <summary>Ends the parse.</summary>
    /// <returns>The counts of all threads.</returns>
    public Tally Finish()
    {
        _queue.CompleteAdding();
        while (_failure is null && _queue.TryTake(out var chunk)) Parse(_own, chunk);
        Join();
        Check();
        var total = new Tally();
        foreach (var parser in _parsers) parser.Builder.Tally.MergeInto(total);
        return total;
    }

    public void Dispose()
    {
        if (!_queue.IsAddingCompleted) _queue.CompleteAdding();
        // Left early: what waits is dropped, not parsed.
        while (_queue.TryTake(out var chunk)) ArrayPool<byte>.Shared.Return(chunk.Buffer);
        Join();
        _queue.Dispose();
    }

    private void Start()
    {
        for (var i = 1; i < _threads; i++)
        {
            var parser = _newParser();
            _parsers.Add(parser);
            var thread = new Thread(() => Help(parser)) { IsBackground = true, Name = "records " + i };
            _helpers.Add(thread);
            thread.Start();
        }
    }

    private void Help(TextChunkParser parser)
    {
        foreach (var chunk in _queue.GetConsumingEnumerable())
        {
            if (Volatile.Read(ref _failure) is not null)
            {
                ArrayPool<byte>.Shared.Return(chunk.Buffer);
                continue;
            }
            try
            {
                Parse(parser, chunk);
            }
            catch (Exception exception)
            {
                // Reaches the caller's thread with its next chunk, or at the end.
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            }
        }
    }

    private void Parse(TextChunkParser parser, Chunk chunk)
    {
        try
        {
            _cancel.ThrowIfCancellationRequested();
            var data = chunk.Buffer.AsSpan(chunk.Start, chunk.Length);
            parser.Builder.Begin(Math.Min(data.Count((byte)'\n') + 1, 1 << 18));
            if (chunk.OversizeBytes > 0) parser.RejectOversize(data, chunk.FirstLine, chunk.OversizeBytes);
            else parser.Parse(data, chunk.FirstLine);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk.Buffer);
        }
        var (rows, rejects) = parser.Builder.End();
        _sink.Accept(chunk.Sequence, rows, rejects);
    }

    private void Join()
    {
        foreach (var helper in _helpers) helper.Join();
    }

    private void Check()
    {
        _cancel.ThrowIfCancellationRequested();
        Volatile.Read(ref _failure)?.Throw();
    }
}
