using System.Globalization;
using Analytics.Columns;
using Analytics.Engine;
using Analytics.Files;
using Analytics.Publishing;
using Analytics.Records.Curation;
using Analytics.Tasks;
using BuiltDate = Analytics.Records.Curation.CuratedDate;
using BuiltFile = Analytics.Records.Curation.CuratedFile;
using Fates = Analytics.Records.Curation.SourceFates;

namespace Analytics.Jobs.Pipeline;

/// <summary>
/// Builds a run's dates on executors and writes their files. The files' bytes come back as a stream, one date's at a time in memory: the
/// worker that made them knows no file system of a cluster.
/// </summary>
internal sealed class ExecutorCuration(IEngine engine, IFileStore files, CurationPlan plan, DuplicatePolicy policy, CancellationToken cancel)
{
    private const string Base = "curation_base", Input = "curation_input", Output = "curation_dates";

    private static readonly Column[] BaseColumns = [new("path", ColumnType.Text), new("order_date", ColumnType.Date), new("role", ColumnType.Int32)];

    private readonly Dictionary<DateOnly, Built> _dates = [];
    private readonly List<Fates> _fates = [];
    private readonly List<(DateOnly Date, long Count, RecordPlace First, RecordPlace Duplicate)> _duplicates = [];
    private readonly Dictionary<DateOnly, BaseDate> _base = plan.BaseDates.ToDictionary(date => date.Date);

    /// <summary>Builds the dates.</summary>
    /// <param name="touched">The base's dates that change.</param>
    /// <param name="pieces">Queries of pieces, in the columns of <see cref="CurateDateTask.Input"/>.</param>
    public CurationResult Run(IReadOnlyList<BaseDate> touched, IReadOnlyList<string> pieces)
    {
        var executors = engine.Executors!;
        var queries = pieces.ToList();
        if (touched.Count > 0)
        {
            var rows = new ColumnBatch(BaseColumns);
            foreach (var date in touched)
            {
                Append(rows, date.Date, date.TransactionsPath, CurateDateTask.BaseTransactions);
                Append(rows, date.Date, date.EvidencePath, CurateDateTask.BaseEvidence);
            }
            executors.DefineContents(Base, BaseColumns, rows, int.MaxValue, cancel);
            queries.Add($"select order_date, role, path as source, cast(0 as bigint) as first_line, data as content from {Base}");
        }
        executors.DefineView(Input, new SqlText(Input, string.Join(" union all ", queries)), SqlParameters.None, cancel);
        var task = new CurateDateTask(policy, new CurationLabels(plan.Labels, plan.BaseLabels));
        var outcome = engine.RunGrouped(Input, task, Output, cancel);
        if (outcome.Failures.Count > 0) throw Failed(outcome.Failures[0]);
        Column[] columns = [task.Input[0], .. task.Output];
        foreach (var batch in engine.Read(new SqlText(Output, $"select {string.Join(", ", columns.Select(column => $"\"{column.Name}\""))} from {Output}"), SqlParameters.None, columns, cancel))
            for (var row = 0; row < batch.Count; row++) Take(batch, row);
        if (policy == DuplicatePolicy.Fail && _duplicates.Count > 0)
        {
            var first = _duplicates.MinBy(found => found.Date);
            throw new DuplicateRecordsException(_duplicates.Sum(found => found.Count), first.Date, first.First, first.Duplicate);
        }
        return new CurationResult(
            [.. _dates.OrderBy(date => date.Key).Select(date => new BuiltDate(date.Key, date.Value.Transactions, date.Value.Evidence, date.Value.Minimum, date.Value.Maximum))],
            [.. _fates.OrderBy(fates => fates.Date).ThenBy(fates => fates.Sha256, StringComparer.Ordinal)]);
    }

    private static void Append(ColumnBatch rows, DateOnly date, string path, int role)
    {
        rows.Texts(0).Append(path);
        rows.Ints(1).Append(Dates.ToDays(date));
        rows.Ints(2).Append(role);
    }

    private void Take(ColumnBatch batch, int row)
    {
        var date = Dates.FromDays(batch.Ints(0)[row]);
        if (!_dates.TryGetValue(date, out var built)) _dates[date] = built = new Built();
        string Text(int column) => batch.Texts(1 + column).GetString(row)!;
        long Long(int column) => batch.Longs(1 + column)[row];
        switch (batch.Ints(1 + CurateDateTask.RowKind)[row])
        {
            case CurateDateTask.FileRow when Text(CurateDateTask.Table) == LakeLayout.Transactions: built.Transactions = Write(LakeLayout.Transactions, date, batch, row); break;
            case CurateDateTask.FileRow: built.Evidence = Write(LakeLayout.Evidence, date, batch, row); break;
            case CurateDateTask.FatesRow:
                FateCounts Counts(int first) => new(Long(first), Long(first + 1), Long(first + 2), Long(first + 3));
                _fates.Add(new Fates(Text(CurateDateTask.SourceFile), date, Counts(CurateDateTask.BeforeSales), Counts(CurateDateTask.AfterSales)));
                break;
            case CurateDateTask.DuplicateRow:
                _duplicates.Add((date, Long(CurateDateTask.Rows), new RecordPlace(Text(CurateDateTask.EqualFile), Long(CurateDateTask.EqualLine)),
                    new RecordPlace(Text(CurateDateTask.SourceFile), Long(CurateDateTask.SourceLine))));
                break;
            case CurateDateTask.DateRow: (built.Minimum, built.Maximum) = (Long(CurateDateTask.Minimum), Long(CurateDateTask.Maximum)); break;
            case var other: throw new InvalidOperationException($"{Output}: a row of the kind {other}");
        }
    }

    /// <summary>Writes a file under a name of its own and moves it to that of its hash; not at all where it is the base's.</summary>
    private BuiltFile Write(string table, DateOnly date, ColumnBatch batch, int row)
    {
        var sha256 = batch.Texts(1 + CurateDateTask.Sha256).GetString(row)!;
        var (bytes, rows) = (batch.Longs(1 + CurateDateTask.Bytes)[row], batch.Longs(1 + CurateDateTask.Rows)[row]);
        if (batch[1 + CurateDateTask.Content].IsNull(row))
        {
            var old = _base[date];
            return new BuiltFile(table == LakeLayout.Transactions ? old.TransactionsPath : old.EvidencePath, sha256, bytes, rows, true);
        }
        var day = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var folder = StorePath.Combine(plan.Folder, table, $"order_date={day}");
        files.CreateFolder(folder);
        var path = StorePath.Combine(folder, $"{sha256}.parquet");
        // Without a rename a file appears whole when it is closed, under its own name at once.
        var part = files.HasRename ? StorePath.Combine(plan.Folder, $".{table}-{day}.part") : path;
        files.DeleteFile(part);
        var content = Base64Text.Decode(batch.Texts(1 + CurateDateTask.Content)[row], path);
        if (content.Length != bytes) throw new InvalidOperationException($"{path}: {content.Length} bytes came of {bytes}");
        using (var stream = files.CreateFile(part)) stream.Write(content.Span);
        if (part != path) files.Replace(part, path);
        return new BuiltFile(path, sha256, bytes, rows, false);
    }

    private static Exception Failed(GroupFailure failure)
    {
        const string altered = nameof(InvalidDataException) + ": ";
        return failure.Message.StartsWith(altered, StringComparison.Ordinal)
            ? new InvalidDataException(failure.Message[altered.Length..])
            : new InvalidOperationException($"the worker that built {failure.Key[0]} failed: {failure.Message}");
    }

    private sealed class Built
    {
        public BuiltFile? Transactions { get; set; }

        public BuiltFile? Evidence { get; set; }

        public long Minimum { get; set; }

        public long Maximum { get; set; }
    }
}
