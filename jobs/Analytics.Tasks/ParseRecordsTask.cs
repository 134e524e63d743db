using System.Globalization;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Records;
using Analytics.Records.Curation;

namespace Analytics.Tasks;

/// <summary>
/// The one parser on an executor. A key is a whole text file, whose bytes come in pieces in order, or a range of lines of a
/// large one in which no quote stands. Gives its records in pieces by date, its rejects and one summary; a file that cannot be read as a
/// whole is a key that failed.
/// </summary>
public sealed class ParseRecordsTask : GroupedTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "parse_records";

    /// <summary>Position in <see cref="Output"/>: what a row is, one of <see cref="PieceRow"/>, <see cref="RejectRow"/>, <see cref="SummaryRow"/>.</summary>
    public const int RowKind = 0;

    /// <summary>Positions of a piece: its date, first line and rows, and its bytes in base64; see <see cref="RecordPiece"/>.</summary>
    public const int PieceDate = 1, PieceLine = 2, PieceRows = 3, PieceContent = 4;

    /// <summary>Position of the first of the columns of <see cref="RejectColumns.All"/>.</summary>
    public const int FirstRejectColumn = 5;

    /// <summary>Position of the summary, as <see cref="SummaryJson"/> writes it.</summary>
    public const int Summary = 11;

    /// <summary>Accepted records of one date.</summary>
    public const int PieceRow = 0;

    /// <summary>A rejected record.</summary>
    public const int RejectRow = 1;

    /// <summary>The summary of the file or range; the last row of every key.</summary>
    public const int SummaryRow = 2;

    /// <summary>The part number of the bytes that are the header of a range, and no part of it.</summary>
    public const long HeaderPart = -1;

    private const int File = 1, FirstLine = 2, Part = 3, Data = 4;

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
    /// The SHA-256 of the file, which is its source's name from here on; the file's name; the physical line at which the bytes start, 1 for a
    /// whole file; the number of a part, in order; and its bytes in base64 (any cut of them will do). A range that does not start with line 1
    /// has as part <see cref="HeaderPart"/> the file's bytes up to the end of its first line that is not empty.
    /// </summary>
    public override IReadOnlyList<Column> Input { get; } =
        [new("sha256", ColumnType.Text), new("file", ColumnType.Text), new("first_line", ColumnType.Int64), new("part", ColumnType.Int64), new("data", ColumnType.Text, true)];

    /// <inheritdoc/>
    public override int KeyColumns => 3;

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderBy { get; } = ["part"];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> SideInput => _side;

    /// <summary>What a row is, the columns of pieces, of rejects, the summary; NULL where a row is of another kind.</summary>
    public override IReadOnlyList<Column> Output { get; } =
    [
        new("row_kind", ColumnType.Int32),
        new("order_date", ColumnType.Date, true), new("piece_line", ColumnType.Int64, true), new("piece_rows", ColumnType.Int64, true), new("content", ColumnType.Text, true),
        .. RejectColumns.All.Select(column => column with { Nullable = true }),
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
        ReadOnlyMemory<byte> header = default;
        var start = 0;
        if (parts.Current.Longs(Part)[0] == HeaderPart)
        {
            header = Decode(parts.Current, 0, name);
            start = 1;
        }
        using var bytes = new PartStream(parts, start, name);
        using var sink = new Sink(output, takeOutput);
        // One thread: on an executor each core has its own worker.
        var options = new ParseOptions { Threads = 1 };
        var summary = firstLine == 1
            ? RecordParser.ParseText(bytes, name, _mapping, options, sink, cancel)
            : RecordParser.ParseRange(bytes, header, firstLine, name, _mapping, options, sink, cancel);
        sink.Finish();
        output.Ints(RowKind).Append(SummaryRow);
        output.Texts(Summary).Append(SummaryJson.Write(summary));
        FillRows(output);
    }

    private static ReadOnlyMemory<byte> Decode(ColumnBatch batch, int row, string name) =>
        Base64Text.Decode(batch.Texts(Data)[row], string.Create(CultureInfo.InvariantCulture, $"{name}, part {batch.Longs(Part)[row]}"));

    private static void FillRows(ColumnBatch output)
    {
        for (var column = 1; column < output.Columns.Count; column++) output[column].AppendNulls(output[RowKind].Count - output[column].Count);
    }

    /// <summary>Gathers rows by date, and puts rejects behind each other.</summary>
    private sealed class Sink : IRecordSink, IDisposable
    {
        private const long MostHeld = 4 << 20;

        private readonly ColumnBatch _output;
        private readonly Action _takeOutput;
        private readonly RecordPieces _pieces;

        public Sink(ColumnBatch output, Action takeOutput)
        {
            (_output, _takeOutput) = (output, takeOutput);
            _pieces = new RecordPieces(Append);
        }

        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects)
        {
            for (var i = 0; i < rejects.Count; i++) _output.Ints(RowKind).Append(RejectRow);
            for (var column = 0; column < RejectColumns.All.Count; column++)
            {
                var target = _output[FirstRejectColumn + column];
                target.AppendNulls(_output[RowKind].Count - rejects.Count - target.Count);
                target.AppendRange(rejects[column], 0, rejects.Count);
            }
            FillRows(_output);
            TakeMuch();
            _pieces.Add(rows);
        }

        public void Finish() => _pieces.Finish();

        public void Dispose() => _pieces.Dispose();

        private void Append(RecordPiece piece)
        {
            _output.Ints(RowKind).Append(PieceRow);
            _output.Ints(PieceDate).Append(piece.Date);
            _output.Longs(PieceLine).Append(piece.FirstLine);
            _output.Longs(PieceRows).Append(piece.Rows);
            Base64Text.Append(_output.Texts(PieceContent), piece.Bytes.Span);
            FillRows(_output);
            TakeMuch();
        }

        private void TakeMuch()
        {
            if (_output.Count >= ColumnBatch.UsualRows || _output.Texts(PieceContent).ByteCount + _output.Texts(FirstRejectColumn + RejectColumns.Raw).ByteCount > MostHeld) _takeOutput();
        }
    }

    /// <summary>The bytes of the parts, end to end.</summary>
    private sealed class PartStream(IEnumerator<ColumnBatch> parts, int row, string name) : Stream
    {
        private ReadOnlyMemory<byte> _bytes;
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
                _bytes.Span.Slice(_from, count).CopyTo(buffer[filled..]);
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
            _bytes = Decode(parts.Current, row, name);
            (_from, _to) = (0, _bytes.Length);
            row++;
            return true;
        }
    }
}
