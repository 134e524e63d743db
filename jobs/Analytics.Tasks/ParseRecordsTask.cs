using Analytics.Columns;
using Analytics.Engine;
using Analytics.Records;

namespace Analytics.Tasks;

/// <summary>
/// The one parser on an executor. A key is a whole text file, whose bytes come in pieces in order, or a range of lines of a
/// large one in which no quote stands. Gives its rows, its rejects and one summary; a file that cannot be read as a whole is a key that failed.
/// </summary>
public sealed class ParseRecordsTask : GroupedTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "parse_records";

    /// <summary>Position in <see cref="Output"/>: what a row is, one of <see cref="RecordRow"/>, <see cref="RejectRow"/>, <see cref="SummaryRow"/>.</summary>
    public const int RowKind = 0;

    /// <summary>Position of the first of the columns of <see cref="RecordColumns.All"/>.</summary>
    public const int FirstRecordColumn = 1;

    /// <summary>Positions behind them: the columns of a reject, without its source_line, which it shares with a record.</summary>
    public const int RejectRule = 22, RejectColumn = 23, RejectValue = 24, RejectRaw = 25, RejectRawBytes = 26;

    /// <summary>Position of the summary, as <see cref="SummaryJson"/> writes it.</summary>
    public const int Summary = 27;

    /// <summary>An accepted record.</summary>
    public const int RecordRow = 0;

    /// <summary>A rejected record: source_line and the reject's columns.</summary>
    public const int RejectRow = 1;

    /// <summary>The summary of the file or range; the last row of every key.</summary>
    public const int SummaryRow = 2;

    /// <summary>The part number of the bytes that are the header of a range, and no part of it.</summary>
    public const long HeaderPart = -1;

    private const int File = 0, FirstLine = 1, Part = 2, Data = 3;

    private static readonly int[] RejectPositions = [FirstRecordColumn + RecordColumns.SourceLine, RejectRule, RejectColumn, RejectValue, RejectRaw, RejectRawBytes];

    private readonly RecordMapping _mapping;
    private readonly byte[] _side;

    /// <summary>A task for files of one mapping.</summary>
    public ParseRecordsTask(RecordMapping mapping)
    {
        _mapping = mapping;
        _side = MappingJson.Write(mapping);
    }

    /// <inheritdoc/>
    public override string Name => TaskName;

    /// <summary>
    /// The file's name; the physical line at which the bytes start, 1 for a whole file; the number of a part, in order; and its
    /// bytes in base64 (any cut of them will do). A range that does not start with line 1 has as part <see cref="HeaderPart"/> the
    /// file's bytes up to the end of its first line that is not empty.
    /// </summary>
    public override IReadOnlyList<Column> Input { get; } =
        [new("file", ColumnType.Text), new("first_line", ColumnType.Int64), new("part", ColumnType.Int64), new("data", ColumnType.Text)];

    /// <inheritdoc/>
    public override int KeyColumns => 2;

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderBy { get; } = ["part"];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> SideInput => _side;

    /// <summary>What a row is, the columns of records, of rejects, the summary; NULL where a row is of another kind.</summary>
    public override IReadOnlyList<Column> Output { get; } =
    [
        new("row_kind", ColumnType.Int32),
        .. RecordColumns.All.Select(column => column with { Nullable = true }),
        .. RejectColumns.All.Skip(1).Select(column => column with { Nullable = true }),
        new("summary", ColumnType.Text, true),
    ];

    /// <inheritdoc/>
    public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel) =>
        RunInPieces(rows, output, static () => { }, scratch, cancel);

    /// <inheritdoc/>
    public override void RunInPieces(IEnumerable<ColumnBatch> rows, ColumnBatch output, Action takeOutput, object? scratch, CancellationToken cancel)
    {
        using var parts = rows.GetEnumerator();
        if (!parts.MoveNext()) throw new ArgumentException("a file without any part");
        var name = parts.Current.Texts(File).GetString(0)!;
        var firstLine = parts.Current.Longs(FirstLine)[0];
        var header = Array.Empty<byte>();
        var start = 0;
        if (parts.Current.Longs(Part)[0] == HeaderPart)
        {
            header = Decode(parts.Current.Texts(Data)[0], name, HeaderPart);
            start = 1;
        }
        using var bytes = new PartStream(parts, start, name);
        var sink = new Sink(output, takeOutput);
        // One thread: on an executor each core has its own worker.
        var options = new ParseOptions { Threads = 1 };
        var summary = firstLine == 1
            ? RecordParser.ParseText(bytes, name, _mapping, options, sink, cancel)
            : RecordParser.ParseRange(bytes, header, firstLine, name, _mapping, options, sink, cancel);
        output.Ints(RowKind).Append(SummaryRow);
        for (var column = FirstRecordColumn; column < Summary; column++) output[column].AppendNull();
        output.Texts(Summary).Append(SummaryJson.Write(summary));
    }

    private static byte[] Decode(ReadOnlySpan<byte> base64, string name, long part)
    {
        var bytes = new byte[System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(base64, bytes, out _, out var written) != System.Buffers.OperationStatus.Done)
            throw new FormatException($"{name}, part {part}: the data are no base64");
        return bytes[..written];
    }

    /// <summary>Puts rows and rejects of one chunk behind each other.</summary>
    private sealed class Sink(ColumnBatch output, Action takeOutput) : IRecordSink
    {
        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects)
        {
            for (var i = 0; i < rows.Count; i++) output.Ints(RowKind).Append(RecordRow);
            for (var column = 0; column < RecordColumns.All.Count; column++) output[FirstRecordColumn + column].AppendRange(rows[column], 0, rows.Count);
            for (var i = 0; i < rejects.Count; i++) output.Ints(RowKind).Append(RejectRow);
            for (var column = 0; column < RejectColumns.All.Count; column++)
            {
                var target = output[RejectPositions[column]];
                target.AppendNulls(output[RowKind].Count - rejects.Count - target.Count);
                target.AppendRange(rejects[column], 0, rejects.Count);
            }
            for (var column = FirstRecordColumn; column < output.Columns.Count; column++) output[column].AppendNulls(output[RowKind].Count - output[column].Count);
            if (output.Count >= ColumnBatch.UsualRows) takeOutput();
        }
    }

    /// <summary>The bytes of the parts, end to end.</summary>
    private sealed class PartStream(IEnumerator<ColumnBatch> parts, int row, string name) : Stream
    {
        private byte[] _bytes = [];
        private int _from;
        private int _to;
        private long _last = long.MinValue;
        private bool _ended;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            // As full as a file's: how far an unpacker read, which messages tell, must not depend on the cut of the parts.
            var filled = 0;
            while (filled < buffer.Length && (_from < _to || TryNext()))
            {
                var count = Math.Min(buffer.Length - filled, _to - _from);
                _bytes.AsSpan(_from, count).CopyTo(buffer[filled..]);
                _from += count;
                filled += count;
            }
            return filled;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private bool TryNext()
        {
            if (_ended) return false;
            while (row == parts.Current.Count)
            {
                if (!parts.MoveNext())
                {
                    _ended = true;
                    return false;
                }
                row = 0;
            }
            var part = parts.Current.Longs(Part)[row];
            if (part <= _last) throw new ArgumentException($"{name}: part {part} comes behind part {_last}: a part is doubled, or they are out of order");
            _last = part;
            _bytes = Decode(parts.Current.Texts(Data)[row], name, part);
            (_from, _to) = (0, _bytes.Length);
            row++;
            return true;
        }
    }
}
