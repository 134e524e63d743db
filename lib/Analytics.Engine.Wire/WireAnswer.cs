using System.Buffers.Text;
using System.Text;
using Analytics.Columns;
using Analytics.Engine.Wire.Internals;

namespace Analytics.Engine.Wire;

/// <summary>Reads the whole answer of one worker process and checks every count in it.</summary>
public static class WireAnswer
{
    /// <summary>The columns of a task's output relation: its key, then what it gives.</summary>
    public static IReadOnlyList<Column> Columns(GroupedTask task) => [.. task.Input.Take(task.KeyColumns), .. task.Output];

    /// <summary>Reads an answer to its end.</summary>
    /// <param name="task">The task that the worker ran.</param>
    /// <param name="answer">What it wrote.</param>
    /// <param name="take">Takes rows with <see cref="Columns"/>; the batch is reused. Void where this method throws.</param>
    /// <returns>Counts, and the failed keys in the order of the answer.</returns>
    /// <exception cref="WireFormatException">Another protocol, version or task; a broken line; an end in the middle; counts that do not add up.</exception>
    public static GroupedOutcome Read(GroupedTask task, Stream answer, Action<ColumnBatch> take)
    {
        var reader = new Reader(task, answer, take);
        return reader.Read();
    }

    private sealed class Reader(GroupedTask task, Stream answer, Action<ColumnBatch> take)
    {
        private readonly LineReader _lines = new(answer, "the worker's answer");
        private readonly FieldReader _fields = new();
        private readonly IReadOnlyList<Column> _columns = Columns(task);
        private readonly ByteBuffer _key = new();
        private readonly List<GroupFailure> _failures = [];
        private bool _inKey;
        private long _keyRows;
        private long _keys, _rowsIn, _rowsOut;

        public GroupedOutcome Read()
        {
            if (!_lines.TryRead()) throw new WireFormatException("the worker gave no answer: it did not start, or ended before its first line");
            CheckHandshake(Encoding.UTF8.GetString(_lines.Current).Split('\t'));
            var batch = new ColumnBatch(_columns);
            while (_lines.TryRead())
            {
                var line = _lines.Current;
                if (line.StartsWith("R\t"u8)) Row(line[2..], batch);
                else if (line.StartsWith("K\t"u8)) Closing(line[2..]);
                else if (line.StartsWith("E\t"u8))
                {
                    End(line[2..]);
                    if (batch.Count > 0) take(batch);
                    if (_lines.TryRead()) throw Wrong("stands behind the end record");
                    return new GroupedOutcome(_keys, _rowsIn, _rowsOut, _failures);
                }
                else throw Wrong("is of no known kind");
                if (batch.Count < ColumnBatch.UsualRows) continue;
                take(batch);
                batch.Clear();
            }
            throw new WireFormatException($"the worker's answer ends after {_lines.Lines} lines without an end record: the worker was cut off");
        }

        private void CheckHandshake(string[] fields)
        {
            var contract = WireProtocol.Contract(task);
            if (fields.Length < 4 || fields[0] != WireProtocol.Handshake) throw Wrong("is no handshake");
            if (fields[1] != WireProtocol.Version.ToString(System.Globalization.CultureInfo.InvariantCulture))
                throw new WireFormatException($"the worker speaks version {fields[1]} of the protocol, this program version {WireProtocol.Version}: build both from the same sources");
            if (fields[2] != task.Name || fields[3] != contract)
                throw new WireFormatException($"the worker ran task {fields[2]} (contract {fields[3]}), expected {task.Name} (contract {contract}): build both from the same sources and send the side input of this run");
        }

        private void Row(ReadOnlySpan<byte> line, ColumnBatch batch)
        {
            var end = Fields.EndOf(line, task.KeyColumns);
            if (end < 0) throw Wrong("has too few fields");
            if (!_inKey)
            {
                _key.Truncate(0);
                _key.Append(line[..end]);
                _inKey = true;
            }
            else if (!line[..end].SequenceEqual(_key.Written)) throw Wrong("belongs to another key than the rows before it, which no closing record ended");
            var fields = new Fields(line);
            for (var i = 0; i < _columns.Count; i++)
            {
                if (!fields.TryNext(out var field)) throw Wrong("has too few fields");
                if (_fields.Append(field, batch[i], _columns[i]) is { } wrong) throw Wrong(wrong);
            }
            if (fields.TryNext(out _)) throw Wrong("has too many fields");
            _keyRows++;
        }

        private void Closing(ReadOnlySpan<byte> line)
        {
            var end = Fields.EndOf(line, task.KeyColumns);
            if (end < 0 || end == line.Length) throw Wrong("has too few fields");
            var key = line[..end];
            if (_inKey && !key.SequenceEqual(_key.Written)) throw Wrong("closes another key than that of the rows before it");
            var fields = new Fields(line[(end + 1)..]);
            var (rowsIn, rowsRead, rowsOut) = (Count(ref fields), Count(ref fields), Count(ref fields));
            if (!fields.TryNext(out var error) || fields.TryNext(out _)) throw Wrong("has another number of fields than a closing record");
            if (rowsOut != _keyRows) throw Wrong($"says {rowsOut} rows where {_keyRows} came");
            if (rowsIn < 1 || rowsRead > rowsIn) throw Wrong($"says {rowsRead} rows read of {rowsIn}");
            if (!error.SequenceEqual(Escapes.Null))
            {
                if (rowsOut > 0) throw Wrong("tells of a failed key that gave rows");
                _failures.Add(new GroupFailure(KeyTexts(key), rowsRead, Text(error)));
            }
            _keys++;
            _rowsIn += rowsIn;
            _rowsOut += rowsOut;
            _inKey = false;
            _keyRows = 0;
        }

        private void End(ReadOnlySpan<byte> line)
        {
            if (_inKey) throw Wrong("ends the answer within a key");
            var fields = new Fields(line);
            var (keys, rowsIn, rowsOut, failed) = (Count(ref fields), Count(ref fields), Count(ref fields), Count(ref fields));
            if (keys != _keys || rowsIn != _rowsIn || rowsOut != _rowsOut || failed != _failures.Count)
                throw new WireFormatException($"the worker's counts do not add up: it says {keys} keys, {rowsIn} rows in, {rowsOut} rows out, {failed} failed, and answered {_keys}, {_rowsIn}, {_rowsOut}, {_failures.Count}");
        }

        private long Count(ref Fields fields)
        {
            if (fields.TryNext(out var field) && Utf8Parser.TryParse(field, out long count, out var used) && used == field.Length && count >= 0) return count;
            throw Wrong("has no count where one is expected");
        }

        private string?[] KeyTexts(ReadOnlySpan<byte> key)
        {
            var texts = new string?[task.KeyColumns];
            var fields = new Fields(key);
            for (var i = 0; i < texts.Length; i++)
            {
                fields.TryNext(out var field);
                var vector = ColumnVector.Create(_columns[i].Type);
                if (_fields.Append(field, vector, _columns[i]) is { } wrong) throw Wrong(wrong);
                texts[i] = KeyText.Of(vector, 0, _columns[i].Type);
            }
            return texts;
        }

        private static string Text(ReadOnlySpan<byte> field)
        {
            byte[] scratch = [];
            return Escapes.TryRead(field, ref scratch, out var text) ? Encoding.UTF8.GetString(text) : Encoding.UTF8.GetString(field);
        }

        private WireFormatException Wrong(string what) => new($"line {_lines.Lines} of the worker's answer {what}: '{Escapes.Show(_lines.Current)}'");
    }
}
