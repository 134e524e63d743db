using Analytics.Columns;
using Analytics.Records.Curation;

namespace Analytics.Records.Tests.Curation;

/// <summary>What the program keeps between loads: the last run's sources, dates and totals, as its manifest has them.</summary>
internal sealed class Shop(string folder, DuplicatePolicy policy = DuplicatePolicy.Drop)
{
    private Dictionary<string, string> _labels = [];

    public SortedDictionary<DateOnly, CuratedDate> Dates { get; } = [];

    public Dictionary<string, FateCounts> Totals { get; } = [];

    public int Spills { get; private set; }

    public CurationResult LastResult { get; private set; } = new([], []);

    /// <summary>Makes the run consist of exactly these names and contents.</summary>
    public void Load(IReadOnlyDictionary<string, ModelSource> names, int seed, long memoryBytes = 1 << 30, int threads = 2)
    {
        var labels = Reference.Labels(names);
        var baseLabels = _labels.ToDictionary(l => l.Value, l => l.Key);
        var touched = _labels.Where(l => labels.GetValueOrDefault(l.Key) != l.Value).Select(l => l.Value).ToHashSet();
        BaseDate[] baseDates = [.. Dates.Values.Select(d => new BaseDate(d.Date, d.Transactions!.Path, d.Evidence!.Path))];
        var options = new CurationOptions
        {
            SpillFolder = Path.Combine(folder, "spill"), Threads = threads, MemoryBytes = memoryBytes, Duplicates = policy,
        };
        using var curator = new Curator(options);
        var random = new Random(seed);
        foreach (var source in names.Values.DistinctBy(s => s.Sha256).Where(s => !_labels.ContainsKey(s.Sha256)).OrderBy(_ => random.Next()).ToList())
            Feed(curator.AddSource(source.Sha256), source, random);
        LastResult = curator.Finish(new CurationPlan
        {
            Folder = Path.Combine(folder, "lake"), Labels = labels, BaseLabels = baseLabels, BaseDates = baseDates,
            Rebuild = CurationHistory.DatesOf(baseDates, touched, 2, CancellationToken.None),
        }, CancellationToken.None);
        Spills += curator.SpillCount;
        foreach (var date in LastResult.Dates)
        {
            if (date.Transactions is null) Dates.Remove(date.Date);
            else Dates[date.Date] = date;
        }
        foreach (var fates in LastResult.Fates)
            Totals[fates.Sha256] = Totals.GetValueOrDefault(fates.Sha256) + fates.After - fates.Before;
        foreach (var gone in _labels.Keys.Except(labels.Keys))
        {
            Assert.Equal(default, Totals.GetValueOrDefault(gone));
            Totals.Remove(gone);
        }
        _labels = labels;
    }

    private static void Feed(IRecordSink sink, ModelSource source, Random random)
    {
        var chunks = new List<(int Sequence, int Start, int Count)>();
        for (var start = 0; start < source.Records.Count;)
        {
            var count = random.Next(0, 9);
            chunks.Add((chunks.Count, start, Math.Min(count, source.Records.Count - start)));
            start += count;
        }
        var shuffled = chunks.OrderBy(_ => random.Next()).ToArray();
        var rejects = new ColumnBatch(RejectColumns.All);
        Parallel.ForEach(shuffled, new ParallelOptions { MaxDegreeOfParallelism = 2 }, c => sink.Accept(c.Sequence, source.Batch(c.Start, c.Count), rejects));
    }

    /// <summary>Asserts that the shop's files hold what the reference says, and its totals, too.</summary>
    public void AssertHolds(IReadOnlyDictionary<string, ModelSource> names)
    {
        var expected = Reference.Dates(names, policy);
        Assert.Equal(expected.Keys.Order(), Dates.Keys.Select(d => d.DayNumber - new DateOnly(1970, 1, 1).DayNumber));
        using var reader = new ParquetFileReader();
        foreach (var (day, rows) in expected)
        {
            var date = Dates[new DateOnly(1970, 1, 1).AddDays(day)];
            AssertFile(reader, date.Transactions!, CuratedColumns.Transactions, [.. Reference.Transactions(rows)]);
            AssertFile(reader, date.Evidence!, CuratedColumns.Evidence, [.. Reference.Evidence(rows)]);
            var times = rows.Where(r => !r.Dropped).Select(r => (long)r.Record.Shared[RecordColumns.OrderedAt]!).ToList();
            Assert.Equal((times.Min(), times.Max()), (date.MinimumOrderedAt, date.MaximumOrderedAt));
        }
        var labels = Reference.Labels(names);
        foreach (var source in names.Values)
        {
            var fates = Reference.Fates(expected.Values.SelectMany(r => r).Where(r => r.Label == labels[source.Sha256]));
            Assert.Equal(fates, Totals.GetValueOrDefault(source.Sha256));
            Assert.Equal(source.Records.Count, fates.Records);
        }
    }

    private static void AssertFile(ParquetFileReader reader, CuratedFile file, IReadOnlyList<Column> columns, List<object?[]> rows)
    {
        reader.Open(file.Path);
        Assert.Equal(file.Sha256, reader.ComputeSha256());
        Assert.Equal(file.Bytes, new FileInfo(file.Path).Length);
        Assert.Equal(columns, reader.Columns);
        var batch = new ColumnBatch(columns);
        reader.ReadAll(batch);
        Assert.Equal(file.Rows, batch.Count);
        Assert.Equal(rows, Reference.Rows(batch));
    }

    public List<(DateOnly, string, string)> Hashes() => [.. Dates.Values.Select(d => (d.Date, d.Transactions!.Sha256, d.Evidence!.Sha256))];
}
