using System.Buffers.Text;
using System.Text;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Records;
using Analytics.Records.Curation;

namespace Analytics.Tasks;

/// <summary>
/// Builds the two curated files of one order date from all its records, those of the base run and the new ones alike, and gives
/// their bytes: the same as the embedded engine's.
/// </summary>
public sealed class CurateDateTask(DuplicatePolicy duplicates) : GroupedTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "curate_date";

    /// <summary>A row of <see cref="Output"/> that is a file: table, sha256, bytes, rows, the times' bounds, content.</summary>
    public const int FileRow = 0;

    /// <summary>A row that counts a source's records by fate.</summary>
    public const int FatesRow = 1;

    /// <summary>A row that names the first duplicate (label and line, those of what it equals) and how many there are.</summary>
    public const int DuplicateRow = 2;

    /// <summary>Positions in <see cref="Output"/>, behind order_date in the output relation.</summary>
    public const int RowKind = 0, Table = 1, Sha256 = 2, Bytes = 3, Rows = 4, MinimumOrderedAt = 5, MaximumOrderedAt = 6, Content = 7,
        SourceFile = 8, Sales = 9, Returns = 10, Adjustments = 11, Duplicates = 12, SourceLine = 13, EqualFile = 14, EqualLine = 15;

    /// <summary>Where the columns of a record stand in <see cref="Input"/>, by their positions in <see cref="RecordColumns"/>.</summary>
    private static readonly int[] Places = MakePlaces();

    /// <inheritdoc/>
    public override string Name => TaskName;

    /// <summary>order_date, the label of the source, source_line, then the other columns of a record in their order.</summary>
    public override IReadOnlyList<Column> Input { get; } =
    [
        RecordColumns.All[RecordColumns.OrderDate], new("source_file", ColumnType.Text), RecordColumns.All[RecordColumns.SourceLine],
        .. RecordColumns.All.Where((_, position) => position is not (RecordColumns.OrderDate or RecordColumns.SourceLine)),
    ];

    /// <inheritdoc/>
    public override int KeyColumns => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderBy { get; } = ["source_file", "source_line"];

    /// <summary>What a row is, and the columns of all kinds of rows; NULL where they belong to another kind.</summary>
    public override IReadOnlyList<Column> Output { get; } =
    [
        new("row_kind", ColumnType.Int32),
        new("table", ColumnType.Text, true), new("sha256", ColumnType.Text, true), new("bytes", ColumnType.Int64, true), new("rows", ColumnType.Int64, true),
        new("minimum_ordered_at", ColumnType.Timestamp, true), new("maximum_ordered_at", ColumnType.Timestamp, true),
        // The file's bytes in base64.
        new("content", ColumnType.Text, true),
        new("source_file", ColumnType.Text, true), new("sales", ColumnType.Int64, true), new("returns", ColumnType.Int64, true),
        new("adjustments", ColumnType.Int64, true), new("duplicates", ColumnType.Int64, true),
        new("source_line", ColumnType.Int64, true), new("equal_file", ColumnType.Text, true), new("equal_line", ColumnType.Int64, true),
    ];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Parameters { get; } = Encoding.UTF8.GetBytes(duplicates switch
    {
        DuplicatePolicy.Drop => "drop",
        DuplicatePolicy.Keep => "keep",
        _ => "fail",
    });

    /// <summary>The task that has these <see cref="Parameters"/>.</summary>
    /// <exception cref="ArgumentException">No policy of this name.</exception>
    public static CurateDateTask FromParameters(ReadOnlySpan<byte> parameters) => Encoding.UTF8.GetString(parameters) switch
    {
        "drop" => new CurateDateTask(DuplicatePolicy.Drop),
        "keep" => new CurateDateTask(DuplicatePolicy.Keep),
        "fail" => new CurateDateTask(DuplicatePolicy.Fail),
        var other => throw new ArgumentException($"'{other}' is no policy on duplicates: expected drop, keep or fail", nameof(parameters)),
    };

    /// <inheritdoc/>
    public override object CreateScratch() => new DateCurator(duplicates);

    /// <inheritdoc/>
    public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel)
    {
        var sources = new List<DateSource>();
        var day = 0;
        foreach (var batch in rows)
        {
            cancel.ThrowIfCancellationRequested();
            day = batch.Ints(0)[0];
            for (var start = 0; start < batch.Count;)
            {
                var label = batch.Texts(1)[start];
                var end = start + 1;
                while (end < batch.Count && batch.Texts(1)[end].SequenceEqual(label)) end++;
                Append(sources, label, batch, start, end - start);
                start = end;
            }
        }
        var curated = ((DateCurator)scratch!).Build(DateOnly.FromDayNumber(day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber), sources);
        AppendFile(output, "transactions", curated.Transactions, curated);
        AppendFile(output, "evidence", curated.Evidence, curated);
        foreach (var (label, fates) in curated.Fates)
        {
            output.Ints(RowKind).Append(FatesRow);
            output.Texts(SourceFile).Append(label);
            output.Longs(Sales).Append(fates.Sales);
            output.Longs(Returns).Append(fates.Returns);
            output.Longs(Adjustments).Append(fates.Adjustments);
            output.Longs(Duplicates).Append(fates.Duplicates);
            FillRow(output);
        }
        if (curated.Duplicates == 0) return;
        output.Ints(RowKind).Append(DuplicateRow);
        output.Longs(Duplicates).Append(curated.Duplicates);
        output.Texts(SourceFile).Append(curated.FirstDuplicate.Label);
        output.Longs(SourceLine).Append(curated.FirstDuplicate.Line);
        output.Texts(EqualFile).Append(curated.First.Label);
        output.Longs(EqualLine).Append(curated.First.Line);
        FillRow(output);
    }

    private static void Append(List<DateSource> sources, ReadOnlySpan<byte> label, ColumnBatch batch, int start, int count)
    {
        var text = Encoding.UTF8.GetString(label);
        if (sources.Count == 0 || sources[^1].Label != text) sources.Add(new DateSource(text, new ColumnBatch(RecordColumns.All)));
        var records = sources[^1].Records;
        for (var column = 0; column < Places.Length; column++) records[column].AppendRange(batch[Places[column]], start, count);
    }

    private static void AppendFile(ColumnBatch output, string table, CuratedBytes? file, CuratedDateBytes curated)
    {
        if (file is null) return;
        output.Ints(RowKind).Append(FileRow);
        output.Texts(Table).Append(table);
        output.Texts(Sha256).Append(file.Sha256);
        output.Longs(Bytes).Append(file.Bytes.Length);
        output.Longs(Rows).Append(file.Rows);
        output.Longs(MinimumOrderedAt).Append(curated.MinimumOrderedAt);
        output.Longs(MaximumOrderedAt).Append(curated.MaximumOrderedAt);
        var base64 = new byte[Base64.GetMaxEncodedToUtf8Length(file.Bytes.Length)];
        Base64.EncodeToUtf8(file.Bytes.Span, base64, out _, out var written);
        output.Texts(Content).Append(base64.AsSpan(0, written));
        FillRow(output);
    }

    private static void FillRow(ColumnBatch output)
    {
        for (var column = 1; column < output.Columns.Count; column++) output[column].AppendNulls(output[RowKind].Count - output[column].Count);
    }

    private static int[] MakePlaces()
    {
        var places = new int[RecordColumns.All.Count];
        var next = 3;
        for (var column = 0; column < places.Length; column++)
            places[column] = column switch { RecordColumns.OrderDate => 0, RecordColumns.SourceLine => 2, _ => next++ };
        return places;
    }
}
