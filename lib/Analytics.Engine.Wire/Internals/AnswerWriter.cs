using System.Text;
using Analytics.Columns;

namespace Analytics.Engine.Wire.Internals;

/// <summary>
/// Writes answer lines. What a key gave is kept aside until the key is done, in memory or, where it is much, in a file: a key
/// that fails in the end has given no rows.
/// </summary>
internal sealed class AnswerWriter(Stream output, string spillFolder, int keptBytes = 8 << 20) : IDisposable
{
    private const int FlushBytes = 64 << 10;

    private readonly ByteBuffer _buffer = new();
    private FileStream? _spill;
    private int _mark;

    /// <summary>Bytes of all keys that had to be kept in a file, for tests.</summary>
    public long SpilledBytes { get; private set; }

    public void Handshake(GroupedTask task)
    {
        Line($"{WireProtocol.Handshake}\t{WireProtocol.Version}\t{task.Name}\t{WireProtocol.Contract(task)}\n");
        Flush();
    }

    /// <summary>From here on lines belong to a key.</summary>
    public void BeginKey() => _mark = _buffer.Length;

    public void Rows(ReadOnlySpan<byte> key, ColumnBatch batch, IReadOnlyList<Column> columns)
    {
        var count = batch.Count;
        for (var row = 0; row < count; row++)
        {
            _buffer.Append("R\t"u8);
            _buffer.Append(key);
            for (var i = 0; i < columns.Count; i++)
            {
                _buffer.Append((byte)'\t');
                FieldWriter.Write(_buffer, batch[i], row, columns[i]);
            }
            _buffer.Append((byte)'\n');
            if (_buffer.Length - _mark > keptBytes) Spill();
        }
    }

    /// <summary>Takes back what the key gave.</summary>
    public void Discard()
    {
        _buffer.Truncate(_mark);
        _spill?.SetLength(0);
    }

    public void Close(ReadOnlySpan<byte> key, long rowsIn, long rowsRead, long rowsOut, string? error)
    {
        if (_spill is { Length: > 0 }) Unspill();
        _buffer.Append("K\t"u8);
        _buffer.Append(key);
        foreach (var count in (ReadOnlySpan<long>)[rowsIn, rowsRead, rowsOut])
        {
            _buffer.Append((byte)'\t');
            FieldWriter.Write(_buffer, count);
        }
        _buffer.Append((byte)'\t');
        if (error is null) _buffer.Append(Escapes.Null);
        else Escapes.WriteText(_buffer, Encoding.UTF8.GetBytes(error), "error");
        _buffer.Append((byte)'\n');
        if (_buffer.Length >= FlushBytes) Flush();
    }

    public void End(long keys, long rowsIn, long rowsOut, long failed)
    {
        Line($"{WireProtocol.End}\t{keys}\t{rowsIn}\t{rowsOut}\t{failed}\n");
        Flush();
        output.Flush();
    }

    public void Dispose() => _spill?.Dispose();

    private void Line(FormattableString line) => _buffer.Append(Encoding.UTF8.GetBytes(FormattableString.Invariant(line)));

    private void Flush()
    {
        output.Write(_buffer.Written);
        _buffer.Truncate(0);
    }

    private void Spill()
    {
        _spill ??= new FileStream(Path.Combine(spillFolder, $".answer-{Environment.ProcessId}-{Guid.NewGuid():N}"), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0, Options = FileOptions.DeleteOnClose,
        });
        var kept = _buffer.Written[_mark..];
        _spill.Write(kept);
        SpilledBytes += kept.Length;
        _buffer.Truncate(_mark);
    }

    private void Unspill()
    {
        // The file comes before what is still in the buffer behind the mark.
        var last = _buffer.Written[_mark..].ToArray();
        _buffer.Truncate(_mark);
        Flush();
        _spill!.Position = 0;
        _spill.CopyTo(output, 1 << 20);
        _spill.SetLength(0);
        _buffer.Append(last);
    }
}
