using System.Collections.Concurrent;
using Analytics.Columns;

namespace Analytics.Records.Tests;

/// <summary>Keeps the chunks and puts them together in order.</summary>
internal sealed class CollectingSink : IRecordSink
{
    private readonly ConcurrentDictionary<int, (ColumnBatch Rows, ColumnBatch Rejects)> _chunks = new();

    public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects)
        => Assert.True(_chunks.TryAdd(sequence, (rows, rejects)), $"sequence {sequence} came twice");

    public int Chunks => _chunks.Count;

    public ColumnBatch Rows() => Join(RecordColumns.All, chunk => chunk.Rows);

    public ColumnBatch Rejects() => Join(RejectColumns.All, chunk => chunk.Rejects);

    private ColumnBatch Join(IReadOnlyList<Column> columns, Func<(ColumnBatch Rows, ColumnBatch Rejects), ColumnBatch> part)
    {
        var all = new ColumnBatch(columns);
        for (var i = 0; i < _chunks.Count; i++)
        {
            var batch = part(_chunks[i]);
            for (var row = 0; row < batch.Count; row++) all.AppendRow(batch, row);
        }
        return all;
    }
}
