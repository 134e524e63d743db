using Analytics.Columns;
using Analytics.Engine.Wire.Internals;

namespace Analytics.Engine.Wire;

/// <summary>Writes a task's input rows for a worker that is fed by a pipe rather than by an engine's SQL.</summary>
public sealed class WireRowWriter(IReadOnlyList<Column> columns, Stream output)
{
    private const int FlushBytes = 64 << 10;

    private readonly ByteBuffer _buffer = new();

    /// <summary>Writes the rows of a batch with these columns. Their order is the caller's: by key, and by the task's order within.</summary>
    /// <exception cref="InvalidDataException">A value that the wire cannot tell, such as a text that is no UTF-8.</exception>
    public void Write(ColumnBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                if (i > 0) _buffer.Append((byte)'\t');
                FieldWriter.Write(_buffer, batch[i], row, columns[i]);
            }
            _buffer.Append((byte)'\n');
            if (_buffer.Length >= FlushBytes) Flush();
        }
        Flush();
    }

    private void Flush()
    {
        output.Write(_buffer.Written);
        _buffer.Truncate(0);
    }
}
