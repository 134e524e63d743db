using Analytics.Columns;
using Analytics.Engine.Wire.Internals;

namespace Analytics.Engine.Wire;

/// <summary>Reads rows as <see cref="WireRowWriter"/>, or an engine's SQL, writes them.</summary>
/// <param name="columns">Their columns.</param>
/// <param name="source">Where the rows come from, for messages.</param>
public sealed class WireRowReader(IReadOnlyList<Column> columns, string source)
{
    // A row may hold a whole file: so much text makes a batch, however few its rows are.
    private const long BatchBytes = 8 << 20;

    private readonly FieldReader _fields = new();

    /// <summary>Reads a stream to its end. The batch is reused: it is valid until the next step of the enumeration.</summary>
    /// <exception cref="WireFormatException">A line that is no row of these columns, or a NULL where none is allowed.</exception>
    public IEnumerable<ColumnBatch> Read(Stream stream)
    {
        var lines = new LineReader(stream, source);
        var batch = new ColumnBatch(columns);
        var bytes = 0L;
        while (lines.TryRead())
        {
            Append(lines, batch);
            bytes += lines.Current.Length;
            if (batch.Count < ColumnBatch.UsualRows && bytes < BatchBytes) continue;
            yield return batch;
            batch.Clear();
            bytes = 0;
        }
        if (batch.Count > 0) yield return batch;
    }

    private void Append(LineReader lines, ColumnBatch batch)
    {
        var fields = new Fields(lines.Current);
        for (var i = 0; i < columns.Count; i++)
        {
            if (!fields.TryNext(out var field)) throw Wrong(lines);
            if (_fields.Append(field, batch[i], columns[i]) is { } wrong) throw new WireFormatException($"{source}: {wrong}");
        }
        if (fields.TryNext(out _)) throw Wrong(lines);
    }

    private WireFormatException Wrong(LineReader lines) =>
        new($"{source}: row {lines.Lines} has {Fields.Count(lines.Current)} fields where {columns.Count} are declared");
}
