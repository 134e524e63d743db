using System.Text;
using Analytics.Columns;
using Analytics.Records;
using Analytics.Records.Curation;
using Analytics.Tasks;

namespace Analytics.Worker.Tests;

/// <summary>The files of a date that a worker builds have the bytes of those that the program writes.</summary>
[Collection(WorkerCollection.Name)]
public sealed class CurationTests(WorkerProgram worker)
{
    private static int Unix => DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    private static string HashOf(string label) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(label)));

    /// <summary>Records of several sources, and the files of a base, as the task takes them: by date, role, source and line.</summary>
    private static ColumnBatch Input(CurateDateTask task, IReadOnlyList<(string Label, ColumnBatch Records)> sources, IReadOnlyList<CuratedDate>? baseDates = null)
    {
        var rows = new List<(int Date, int Role, string Source, long Line, byte[] Content)>();
        foreach (var (label, records) in sources)
        {
            // Little memory, so that a date comes in several pieces.
            using var pieces = new RecordPieces(piece => rows.Add((piece.Date, CurateDateTask.Piece, HashOf(label), piece.FirstLine, piece.Bytes.ToArray())), 200_000);
            for (var start = 0; start < records.Count; start += 5000)
            {
                var batch = new ColumnBatch(RecordColumns.All);
                batch.AppendRows(records, start, Math.Min(5000, records.Count - start));
                pieces.Add(batch);
            }
            pieces.Finish();
        }
        foreach (var date in baseDates ?? [])
        {
            rows.Add((date.Date.DayNumber - Unix, CurateDateTask.BaseTransactions, date.Transactions!.Path, 0, File.ReadAllBytes(date.Transactions.Path)));
            rows.Add((date.Date.DayNumber - Unix, CurateDateTask.BaseEvidence, date.Evidence!.Path, 0, File.ReadAllBytes(date.Evidence.Path)));
        }
        var input = new ColumnBatch(task.Input);
        foreach (var row in rows.OrderBy(row => row.Date).ThenBy(row => row.Role).ThenBy(row => row.Source, StringComparer.Ordinal).ThenBy(row => row.Line))
        {
            input.Ints(0).Append(row.Date);
            input.Ints(1).Append(row.Role);
            input.Texts(2).Append(row.Source);
            input.Longs(3).Append(row.Line);
            input.Texts(4).Append(Convert.ToBase64String(row.Content));
        }
        return input;
    }

    private static CurationLabels Labels(params IEnumerable<string> labels) => new(labels.ToDictionary(HashOf, label => label), new Dictionary<string, string>());

    private static (CurationResult Result, Dictionary<string, string> Labels) Curate(IReadOnlyList<(string Label, ColumnBatch Records)> sources, DuplicatePolicy policy, string folder)
    {
        using var curator = new Curator(new CurationOptions { SpillFolder = folder, Threads = 2, Duplicates = policy });
        var labels = new Dictionary<string, string>();
        foreach (var (label, records) in sources)
        {
            labels[HashOf(label)] = label;
            curator.AddSource(HashOf(label)).Accept(0, records, new ColumnBatch(RejectColumns.All));
        }
        return (curator.Finish(new CurationPlan { Folder = folder, Labels = labels }, CancellationToken.None), labels);
    }

    [Theory]
    [InlineData(DuplicatePolicy.Drop)]
    [InlineData(DuplicatePolicy.Keep)]
    public void OfTheRealShopInTheWorker(DuplicatePolicy policy)
    {
        var all = Retail.Parse(Retail.File, Retail.Mapping).Rows;
        // Some weeks are enough; a second source repeats some of the first one's records under other lines.
        var (first, second) = (new ColumnBatch(RecordColumns.All), new ColumnBatch(RecordColumns.All));
        for (var row = 0; row < 60_000; row++)
        {
            first.AppendRow(all, row);
            if (row % 11 < 3) second.AppendRow(all, row);
        }
        Compare([("shop-b.csv", first), ("shop-ä.csv", second)], policy, (task, input) => worker.Run(task, input), 30);
    }

    [Fact]
    public void AFailingPolicyNamesTheFirstDuplicate()
    {
        var all = Retail.Parse(Retail.File, Retail.Mapping).Rows;
        var records = new ColumnBatch(RecordColumns.All);
        for (var row = 0; row < 3000; row++) records.AppendRow(all, row);
        var folder = Directory.CreateTempSubdirectory("curate-").FullName;
        try
        {
            var expected = Assert.Throws<DuplicateRecordsException>(() => Curate([("a.csv", records)], DuplicatePolicy.Fail, folder));
            var task = new CurateDateTask(DuplicatePolicy.Fail, Labels("a.csv"));
            var (outcome, rows) = Retail.Read(task, Retail.InProcess(task, Retail.Lines(task.Input, Input(task, [("a.csv", records)]))));
            Assert.Empty(outcome.Failures);
            var duplicates = Enumerable.Range(0, rows.Count).Where(row => rows.Ints(1 + CurateDateTask.RowKind)[row] == CurateDateTask.DuplicateRow).ToArray();
            Assert.Equal(expected.Count, duplicates.Sum(row => rows.Longs(1 + CurateDateTask.Rows)[row]));
            var row = duplicates[0];
            string Place(int label, int line) => $"{rows.Texts(1 + label).GetString(row)} line {rows.Longs(1 + line)[row]}";
            Assert.Contains($"; the first: {Place(CurateDateTask.SourceFile, CurateDateTask.SourceLine)} equals {Place(CurateDateTask.EqualFile, CurateDateTask.EqualLine)} (order date "
                + $"{DateOnly.FromDayNumber(rows.Ints(0)[row] + Unix):yyyy-MM-dd})", expected.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static SourceFates Fates(ColumnBatch rows, int row, DateOnly date)
    {
        FateCounts Counts(int first) => new(rows.Longs(1 + first)[row], rows.Longs(2 + first)[row], rows.Longs(3 + first)[row], rows.Longs(4 + first)[row]);
        return new SourceFates(rows.Texts(1 + CurateDateTask.SourceFile).GetString(row)!, date, Counts(CurateDateTask.BeforeSales), Counts(CurateDateTask.AfterSales));
    }

    [Fact]
    public void OnABaseWithAReplacedAndARenamedSource()
    {
        var all = Retail.Parse(Retail.File, Retail.Mapping).Rows;
        ColumnBatch Some(int from, int to)
        {
            var records = new ColumnBatch(RecordColumns.All);
            records.AppendRows(all, from, to - from);
            return records;
        }
        var folder = Directory.CreateTempSubdirectory("curate-").FullName;
        try
        {
            var (old, _) = Curate([("a.csv", Some(0, 4000)), ("b.csv", Some(2000, 9000)), ("c.csv", Some(8000, 12_000))], DuplicatePolicy.Drop, folder);
            // b is gone, c has another name, d repeats some of a and brings new lines.
            var labels = new Dictionary<string, string> { [HashOf("a.csv")] = "a.csv", [HashOf("c.csv")] = "0-c.csv", [HashOf("d.csv")] = "d.csv" };
            var baseLabels = new Dictionary<string, string> { ["a.csv"] = HashOf("a.csv"), ["b.csv"] = HashOf("b.csv"), ["c.csv"] = HashOf("c.csv") };
            var again = Some(1000, 3000);
            using var curator = new Curator(new CurationOptions { SpillFolder = folder, Threads = 1 });
            curator.AddSource(HashOf("d.csv")).Accept(0, again, new ColumnBatch(RejectColumns.All));
            var expected = curator.Finish(new CurationPlan
            {
                Folder = folder, Labels = labels, BaseLabels = baseLabels, Rebuild = old.Dates.Select(date => date.Date).ToHashSet(),
                BaseDates = [.. old.Dates.Select(date => new BaseDate(date.Date, date.Transactions!.Path, date.Evidence!.Path))],
            }, CancellationToken.None);
            var task = new CurateDateTask(DuplicatePolicy.Drop, new CurationLabels(labels, baseLabels));
            var (outcome, rows) = Retail.Read(task, worker.Run(task, Retail.Lines(task.Input, Input(task, [("d.csv", again)], old.Dates))));
            Assert.Empty(outcome.Failures);
            Assert.Equal(expected.Dates.Count, outcome.Groups);
            Assert.Contains(expected.Dates, date => date.Transactions is null);
            Assert.Contains(expected.Dates, date => date.Transactions is { IsBase: true });
            Assert.Contains(expected.Dates, date => date.Transactions is { IsBase: false });
            DateOnly Date(int row) => DateOnly.FromDayNumber(rows.Ints(0)[row] + Unix);
            var kinds = rows.Ints(1 + CurateDateTask.RowKind);
            var files = Enumerable.Range(0, rows.Count).Where(row => kinds[row] == CurateDateTask.FileRow)
                .ToDictionary(row => (Date(row), rows.Texts(1 + CurateDateTask.Table).GetString(row)), row => (rows.Texts(1 + CurateDateTask.Sha256).GetString(row), rows[1 + CurateDateTask.Content].IsNull(row)));
            foreach (var date in expected.Dates)
                foreach (var (table, file) in ((string, CuratedFile?)[])[("transactions", date.Transactions), ("evidence", date.Evidence)])
                {
                    Assert.Equal(file is not null, files.ContainsKey((date.Date, table)));
                    if (file is not null) Assert.Equal((file.Sha256, file.IsBase), files[(date.Date, table)]);
                }
            Assert.Equal(expected.Fates.OrderBy(fate => (fate.Date, fate.Sha256)),
                Enumerable.Range(0, rows.Count).Where(row => kinds[row] == CurateDateTask.FatesRow).Select(row => Fates(rows, row, Date(row))).OrderBy(fate => (fate.Date, fate.Sha256)));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static void Compare(IReadOnlyList<(string Label, ColumnBatch Records)> sources, DuplicatePolicy policy, Func<CurateDateTask, byte[], byte[]> run, int leastDates)
    {
        var folder = Directory.CreateTempSubdirectory("curate-").FullName;
        try
        {
            var (expected, _) = Curate(sources, policy, folder);
            Assert.True(expected.Dates.Count >= leastDates, $"{expected.Dates.Count} dates");
            var task = new CurateDateTask(policy, Labels(sources.Select(source => source.Label)));
            var (outcome, rows) = Retail.Read(task, run(task, Retail.Lines(task.Input, Input(task, sources))));
            Assert.Empty(outcome.Failures);
            Assert.Equal(expected.Dates.Count, outcome.Groups);
            var files = 0;
            var fates = new List<SourceFates>();
            for (var row = 0; row < rows.Count; row++)
            {
                var date = expected.Dates.Single(date => date.Date == DateOnly.FromDayNumber(rows.Ints(0)[row] + Unix));
                switch (rows.Ints(1 + CurateDateTask.RowKind)[row])
                {
                    case CurateDateTask.FileRow:
                        var file = rows.Texts(1 + CurateDateTask.Table).GetString(row) == "transactions" ? date.Transactions! : date.Evidence!;
                        Assert.Equal(file.Sha256, rows.Texts(1 + CurateDateTask.Sha256).GetString(row));
                        Assert.Equal((file.Bytes, file.Rows), (rows.Longs(1 + CurateDateTask.Bytes)[row], rows.Longs(1 + CurateDateTask.Rows)[row]));
                        Assert.Equal(File.ReadAllBytes(file.Path), Convert.FromBase64String(rows.Texts(1 + CurateDateTask.Content).GetString(row)!));
                        files++;
                        break;
                    case CurateDateTask.FatesRow:
                        fates.Add(Fates(rows, row, date.Date));
                        break;
                    case CurateDateTask.DateRow:
                        Assert.Equal((date.MinimumOrderedAt, date.MaximumOrderedAt), (rows.Longs(1 + CurateDateTask.Minimum)[row], rows.Longs(1 + CurateDateTask.Maximum)[row]));
                        break;
                }
            }
            Assert.Equal(2 * expected.Dates.Count, files);
            Assert.Equal(expected.Fates.OrderBy(fate => (fate.Date, fate.Sha256)), fates.OrderBy(fate => (fate.Date, fate.Sha256)));
            if (policy == DuplicatePolicy.Drop) Assert.True(fates.Sum(fate => fate.After.Duplicates) > 1000);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }
}
