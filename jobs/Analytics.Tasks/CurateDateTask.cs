using System.Text;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Records;
using Analytics.Records.Curation;

namespace Analytics.Tasks;

/// <summary>
/// Builds the two curated files of one order date from what the base has of it and the new records, which come in pieces, and gives
/// their bytes: the same as the embedded engine's.
/// </summary>
public sealed class CurateDateTask : GroupedTask
{
    /// <summary>The task's name.</summary>
    public const string TaskName = "curate_date";

    /// <summary>Roles of input rows: the base's transactions file, its evidence file, a <see cref="RecordPiece"/>.</summary>
    public const int BaseTransactions = 0, BaseEvidence = 1, Piece = 2;

    /// <summary>A row of <see cref="Output"/> that is a file: table, sha256, rows, content (NULL where it is the base's own).</summary>
    public const int FileRow = 0;

    /// <summary>A row that counts a source's records by fate, before and after.</summary>
    public const int FatesRow = 1;

    /// <summary>A row that names the first duplicate (label and line, those of what it equals) and how many there are.</summary>
    public const int DuplicateRow = 2;

    /// <summary>The last row of a date: the bounds of its times; files of it come before.</summary>
    public const int DateRow = 3;

    /// <summary>Positions in <see cref="Output"/>, behind order_date in the output relation.</summary>
    public const int RowKind = 0, Table = 1, Sha256 = 2, Bytes = 3, Rows = 4, Content = 5, SourceFile = 6, SourceLine = 7, EqualFile = 8, EqualLine = 9,
        BeforeSales = 10, AfterSales = 14, Minimum = 18, Maximum = 19;

    private const int Role = 1, Source = 2, InputContent = 4;

    private readonly DuplicatePolicy _duplicates;
    private readonly CurationLabels _labels;
    private readonly byte[] _side;

    /// <summary>A task for the dates of one run.</summary>
    public CurateDateTask(DuplicatePolicy duplicates, CurationLabels labels)
    {
        (_duplicates, _labels, _side) = (duplicates, labels, labels.ToBytes());
        Parameters = Encoding.UTF8.GetBytes(duplicates switch
        {
            DuplicatePolicy.Drop => "drop",
            DuplicatePolicy.Keep => "keep",
            _ => "fail",
        });
    }

    /// <inheritdoc/>
    public override string Name => TaskName;

    /// <summary>
    /// order_date; what the row is; the SHA-256 of a piece's source or the path of a base file; the first line of a piece, 0 of a file;
    /// the bytes in base64.
    /// </summary>
    public override IReadOnlyList<Column> Input { get; } =
    [
        new("order_date", ColumnType.Date), new("role", ColumnType.Int32), new("source", ColumnType.Text), new("first_line", ColumnType.Int64), new("content", ColumnType.Text),
    ];

    /// <inheritdoc/>
    public override int KeyColumns => 1;

    /// <inheritdoc/>
    public override IReadOnlyList<string> OrderBy { get; } = ["role", "source", "first_line"];

    /// <summary>What a row is, and the columns of all kinds of rows; NULL where they belong to another kind.</summary>
    public override IReadOnlyList<Column> Output { get; } =
    [
        new("row_kind", ColumnType.Int32),
        new("table", ColumnType.Text, true), new("sha256", ColumnType.Text, true), new("bytes", ColumnType.Int64, true), new("rows", ColumnType.Int64, true),
        new("content", ColumnType.Text, true),
        new("source_file", ColumnType.Text, true), new("source_line", ColumnType.Int64, true), new("equal_file", ColumnType.Text, true), new("equal_line", ColumnType.Int64, true),
        .. ((string[])["before", "after"]).SelectMany(when => ((string[])["sales", "returns", "adjustments", "duplicates"]).Select(fate => new Column($"{when}_{fate}", ColumnType.Int64, true))),
        new("minimum_ordered_at", ColumnType.Timestamp, true), new("maximum_ordered_at", ColumnType.Timestamp, true),
    ];

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> Parameters { get; }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> SideInput => _side;

    /// <summary>The task of these parameters and labels.</summary>
    /// <exception cref="ArgumentException">No policy of this name, or no labels.</exception>
    public static CurateDateTask Create(ReadOnlySpan<byte> parameters, ReadOnlyMemory<byte> sideInput) => new(Encoding.UTF8.GetString(parameters) switch
    {
        "drop" => DuplicatePolicy.Drop,
        "keep" => DuplicatePolicy.Keep,
        "fail" => DuplicatePolicy.Fail,
        var other => throw new ArgumentException($"'{other}' is no policy on duplicates: expected drop, keep or fail", nameof(parameters)),
    }, CurationLabels.FromBytes(sideInput));

    /// <inheritdoc/>
    public override object CreateScratch() => new Scratch(new DateCurator(_duplicates, _labels.Labels, _labels.BaseLabels));

    /// <inheritdoc/>
    public override void Run(IEnumerable<ColumnBatch> rows, ColumnBatch output, object? scratch, CancellationToken cancel)
    {
        var state = (Scratch)scratch!;
        var sources = new List<DateSource>();
        ReadOnlyMemory<byte> transactions = default, evidence = default;
        string transactionsPath = "", evidencePath = "";
        var day = 0;
        foreach (var batch in rows)
        {
            cancel.ThrowIfCancellationRequested();
            day = batch.Ints(0)[0];
            for (var row = 0; row < batch.Count; row++)
            {
                var source = batch.Texts(Source).GetString(row)!;
                var bytes = Base64Text.Decode(batch.Texts(InputContent)[row], source);
                switch (batch.Ints(Role)[row])
                {
                    case BaseTransactions: (transactions, transactionsPath) = (bytes, source); break;
                    case BaseEvidence: (evidence, evidencePath) = (bytes, source); break;
                    case Piece:
                        var records = new ColumnBatch(RecordColumns.All);
                        state.Reader.Open(bytes.Span, $"a piece of {source}");
                        state.Reader.ReadAll(records);
                        sources.Add(new DateSource(source, records));
                        break;
                    default: throw new ArgumentException($"a row of the role {batch.Ints(Role)[row]}");
                }
            }
        }
        var date = DateOnly.FromDayNumber(day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);
        if ((transactionsPath.Length == 0) != (evidencePath.Length == 0)) throw new ArgumentException($"one of the base's two files of {date:yyyy-MM-dd} is missing");
        var curated = state.Curator.Build(date, transactionsPath.Length == 0 ? null : new BaseBytes(new BaseDate(date, transactionsPath, evidencePath), transactions, evidence), sources);
        AppendFile(output, "transactions", curated.Transactions);
        AppendFile(output, "evidence", curated.Evidence);
        foreach (var fates in curated.Fates)
        {
            output.Ints(RowKind).Append(FatesRow);
            output.Texts(SourceFile).Append(fates.Sha256);
            Append(output, BeforeSales, fates.Before);
            Append(output, AfterSales, fates.After);
            FillRow(output);
        }
        if (curated.Duplicates > 0)
        {
            output.Ints(RowKind).Append(DuplicateRow);
            output.Longs(Rows).Append(curated.Duplicates);
            output.Texts(SourceFile).Append(curated.FirstDuplicate.Label);
            output.Longs(SourceLine).Append(curated.FirstDuplicate.Line);
            output.Texts(EqualFile).Append(curated.First.Label);
            output.Longs(EqualLine).Append(curated.First.Line);
            FillRow(output);
        }
        output.Ints(RowKind).Append(DateRow);
        output.Longs(Minimum).Append(curated.MinimumOrderedAt);
        output.Longs(Maximum).Append(curated.MaximumOrderedAt);
        FillRow(output);
    }

    private static void Append(ColumnBatch output, int first, FateCounts fates)
    {
        ReadOnlySpan<long> counts = [fates.Sales, fates.Returns, fates.Adjustments, fates.Duplicates];
        for (var i = 0; i < counts.Length; i++) output.Longs(first + i).Append(counts[i]);
    }

    private static void AppendFile(ColumnBatch output, string table, CuratedBytes? file)
    {
        if (file is null) return;
        output.Ints(RowKind).Append(FileRow);
        output.Texts(Table).Append(table);
        output.Texts(Sha256).Append(file.Sha256);
        output.Longs(Bytes).Append(file.Bytes.Length);
        output.Longs(Rows).Append(file.Rows);
        if (!file.IsBase) Base64Text.Append(output.Texts(Content), file.Bytes.Span);
        FillRow(output);
    }

    private static void FillRow(ColumnBatch output)
    {
        for (var column = 1; column < output.Columns.Count; column++) output[column].AppendNulls(output[RowKind].Count - output[column].Count);
    }

    private sealed class Scratch(DateCurator curator) : IDisposable
    {
        public DateCurator Curator => curator;

        public ParquetFileReader Reader { get; } = new();

        public void Dispose()
        {
            Reader.Dispose();
            curator.Dispose();
        }
    }
}
