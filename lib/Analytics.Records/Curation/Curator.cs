using System.Runtime.ExceptionServices;
using System.Text;
using Analytics.Columns;
using Analytics.Records.Curation.Internals;

namespace Analytics.Records.Curation;

/// <summary>
/// Turns parsed records into immutable files, two a date (ADR 0004): <see cref="CuratedColumns.Transactions"/> and
/// <see cref="CuratedColumns.Evidence"/>. Their bytes are a function of the run's set of (content, label) and the policy on
/// duplicates: not of the order or the steps in which sources came, replaced each other or were taken back, nor of threads and memory.
/// </summary>
/// <remarks>Once: add the sources that are new, then <see cref="Finish"/>. Dates that nothing touches are neither read nor written.</remarks>
public sealed class Curator : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly CurationOptions _options;
    private readonly RecordStore _store;
    private readonly List<string> _sources = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private bool _finished;

    /// <summary>A curator that writes as the options say.</summary>
    public Curator(CurationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        _options = options;
        _store = new RecordStore(options.MemoryBytes, options.SpillFolder);
    }

    /// <summary>How often records were spilled so far, for logs and tests.</summary>
    public int SpillCount => _store.SpillCount;

    /// <summary>
    /// A sink for the records of a content that the base does not have. It takes accepted records, from several threads at once
    /// and in any order, and keeps their batches; rejects it ignores: the caller wraps it to keep those. Not for use by several threads at once.
    /// </summary>
    /// <param name="sha256">SHA-256 of the content, 64 lower-case hex digits.</param>
    /// <exception cref="ArgumentException">The content was added before: the same bytes under two names count once.</exception>
    public IRecordSink AddSource(string sha256)
    {
        if (_finished) throw new InvalidOperationException("the curation is finished");
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigitLower)) throw new ArgumentException($"'{sha256}' is no SHA-256 of 64 lower-case hex digits", nameof(sha256));
        if (!_known.Add(sha256)) throw new ArgumentException($"the source {sha256} was added before", nameof(sha256));
        _sources.Add(sha256);
        return new Sink(this, _sources.Count - 1);
    }

    /// <summary>Builds every date that a new source touches or the plan names, on all threads.</summary>
    /// <exception cref="ArgumentException">The plan contradicts itself or the added sources.</exception>
    /// <exception cref="DuplicateRecordsException">There are duplicates and the policy is to fail.</exception>
    /// <exception cref="InvalidDataException">A file of the base was altered.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; files already written stay in the folder.</exception>
    public CurationResult Finish(CurationPlan plan, CancellationToken cancel)
    {
        if (_finished) throw new InvalidOperationException("the curation is finished");
        _finished = true;
        var sources = Check(plan);
        var jobs = Jobs(plan);
        var outcomes = Build(jobs, sources, plan, cancel);
        jobs.Clear();
        _store.Collect();
        var duplicates = outcomes.Sum(o => o.Duplicates);
        if (_options.Duplicates == DuplicatePolicy.Fail && duplicates > 0)
        {
            var first = outcomes.First(o => o.Duplicates > 0);
            throw new DuplicateRecordsException(duplicates, first.Date.Date, first.First, first.FirstDuplicate);
        }
        return new CurationResult([.. outcomes.Select(o => o.Date)], [.. outcomes.SelectMany(o => o.Fates)]);
    }

    /// <summary>Frees memory and spill files.</summary>
    public void Dispose() => _store.Dispose();

    private Dictionary<string, LabelledSource> Check(CurationPlan plan)
    {
        var inBase = plan.BaseLabels.Values.ToHashSet(StringComparer.Ordinal);
        foreach (var source in _sources)
        {
            if (!plan.Labels.ContainsKey(source)) throw new ArgumentException($"the added source {source} has no label", nameof(plan));
            if (inBase.Contains(source)) throw new ArgumentException($"the added source {source} is in the base already: bytes that are known count once", nameof(plan));
        }
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (sha256, label) in plan.Labels)
            if (!labels.TryAdd(label, sha256)) throw new ArgumentException($"the label {label} stands for two contents, {labels[label]} and {sha256}", nameof(plan));
        return plan.Labels.ToDictionary(l => l.Key, l => new LabelledSource(l.Key, l.Value, StrictUtf8.GetBytes(l.Value)), StringComparer.Ordinal);
    }

    private List<DateJob> Jobs(CurationPlan plan)
    {
        var baseDates = new Dictionary<int, BaseDate>();
        foreach (var date in plan.BaseDates)
            if (!baseDates.TryAdd(CuratedFiles.DaysOf(date.Date), date)) throw new ArgumentException($"the base names {date.Date:yyyy-MM-dd} twice", nameof(plan));
        var pieces = _store.ByDate();
        foreach (var date in plan.Rebuild.Select(CuratedFiles.DaysOf))
            if (baseDates.ContainsKey(date)) pieces.TryAdd(date, []);
        return [.. pieces.Select(p => new DateJob(p.Key, baseDates.GetValueOrDefault(p.Key), p.Value))];
    }

    private DateOutcome[] Build(List<DateJob> jobs, Dictionary<string, LabelledSource> sources, CurationPlan plan, CancellationToken cancel)
    {
        var outcomes = new DateOutcome[jobs.Count];
        var failures = new Exception?[jobs.Count];
        var next = -1;
        var failed = 0;
        void Work()
        {
            using var assembler = new DateAssembler(_options.Duplicates, new FolderTarget(plan.Folder), sources, plan.BaseLabels, _sources);
            int job;
            while (Volatile.Read(ref failed) == 0 && !cancel.IsCancellationRequested && (job = Interlocked.Increment(ref next)) < jobs.Count)
            {
                try
                {
                    outcomes[job] = assembler.Build(jobs[job]);
                }
                catch (Exception e)
                {
                    failures[job] = e; // rethrown below, on the caller's thread
                    Volatile.Write(ref failed, 1);
                }
            }
        }
        var helpers = new Thread[Math.Min(_options.Threads, jobs.Count) - 1 is var count and > 0 ? count : 0];
        for (var i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(Work) { Name = "curation" };
            helpers[i].Start();
        }
        Work();
        foreach (var helper in helpers) helper.Join();
        if (failures.FirstOrDefault(f => f is not null) is { } failure) ExceptionDispatchInfo.Throw(failure);
        cancel.ThrowIfCancellationRequested();
        return outcomes;
    }

    private sealed class Sink(Curator curator, int source) : IRecordSink
    {
        public void Accept(int sequence, ColumnBatch rows, ColumnBatch rejects)
        {
            if (curator._finished) throw new InvalidOperationException("the curation is finished");
            curator._store.Add(source, rows);
        }
    }
}
