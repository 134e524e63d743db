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

    /// <summary>Records of several sources as the task takes them: by date, label and line.</summary>
    private static ColumnBatch Input(CurateDateTask task, IReadOnlyList<(string Label, ColumnBatch Records)> sources)
    {
        var input = new ColumnBatch(task.Input);
        var places = sources.SelectMany((source, s) => Enumerable.Range(0, source.Records.Count).Select(row => (s, row)));
        foreach (var (s, row) in places.OrderBy(place => sources[place.s].Records.Ints(RecordColumns.OrderDate)[place.row]).ThenBy(place => sources[place.s].Label, StringComparer.Ordinal)
            .ThenBy(place => sources[place.s].Records.Longs(RecordColumns.SourceLine)[place.row]))
        {
            var records = sources[s].Records;
            input[0].AppendFrom(records[RecordColumns.OrderDate], row);
            input.Texts(1).Append(sources[s].Label);
            input[2].AppendFrom(records[RecordColumns.SourceLine], row);
            var next = 3;
            for (var column = 0; column < RecordColumns.All.Count; column++)
                if (column is not (RecordColumns.OrderDate or RecordColumns.SourceLine)) input[next++].AppendFrom(records[column], row);
        }
        return input;
    }

    private static (CurationResult Result, Dictionary<string, string> Labels) Curate(IReadOnlyList<(string Label, ColumnBatch Records)> sources, DuplicatePolicy policy, string folder)
    {
        using var curator = new Curator(new CurationOptions { SpillFolder = folder, Threads = 2, Duplicates = policy });
        var labels = new Dictionary<string, string>();
        foreach (var (label, records) in sources)
        {
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(label)));
            labels[hash] = label;
            curator.AddSource(hash).Accept(0, records, new ColumnBatch(RejectColumns.All));
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
            var task = new CurateDateTask(DuplicatePolicy.Fail);
            var (outcome, rows) = Retail.Read(task, Retail.InProcess(task, Retail.Lines(task.Input, Input(task, [("a.csv", records)]))));
            Assert.Empty(outcome.Failures);
            var duplicates = Enumerable.Range(0, rows.Count).Where(row => rows.Ints(1 + CurateDateTask.RowKind)[row] == CurateDateTask.DuplicateRow).ToArray();
            Assert.Equal(expected.Count, duplicates.Sum(row => rows.Longs(1 + CurateDateTask.Duplicates)[row]));
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

    private static void Compare(IReadOnlyList<(string Label, ColumnBatch Records)> sources, DuplicatePolicy policy, Func<CurateDateTask, byte[], byte[]> run, int leastDates)
    {
        var folder = Directory.CreateTempSubdirectory("curate-").FullName;
        try
        {
            var (expected, labels) = Curate(sources, policy, folder);
            Assert.True(expected.Dates.Count >= leastDates, $"{expected.Dates.Count} dates");
            var task = new CurateDateTask(policy);
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
                        Assert.Equal((date.MinimumOrderedAt, date.MaximumOrderedAt), (rows.Longs(1 + CurateDateTask.MinimumOrderedAt)[row], rows.Longs(1 + CurateDateTask.MaximumOrderedAt)[row]));
                        Assert.Equal(File.ReadAllBytes(file.Path), Convert.FromBase64String(rows.Texts(1 + CurateDateTask.Content).GetString(row)!));
                        files++;
                        break;
                    case CurateDateTask.FatesRow:
                        var label = rows.Texts(1 + CurateDateTask.SourceFile).GetString(row)!;
                        fates.Add(new SourceFates(labels.Single(pair => pair.Value == label).Key, date.Date, default, new FateCounts(
                            rows.Longs(1 + CurateDateTask.Sales)[row], rows.Longs(1 + CurateDateTask.Returns)[row], rows.Longs(1 + CurateDateTask.Adjustments)[row], rows.Longs(1 + CurateDateTask.Duplicates)[row])));
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
