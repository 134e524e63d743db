using Analytics.Files;

namespace Analytics.Publishing;

/// <summary>
/// The published runs of a lake, kept in memory for those who ask often. A look costs one listing of the dates' folders; what a folder
/// holds is read again only where its time says that it changed, and a run's head once, because a run never changes.
/// </summary>
/// <remarks>Safe for several threads.</remarks>
/// <param name="lake">The lake.</param>
/// <param name="patience">For how long a look serves later ones, so that many who ask cost one listing; zero looks every time. Where <c>latest</c> points is read every time.</param>
public sealed class RunCatalog(Lake lake, TimeSpan patience = default)
{
    // A change in the same tick of the file system's clock as an earlier look leaves the folder's time as it was.
    private static readonly TimeSpan Unsettled = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<DateOnly, Day> _days = [];
    private readonly Dictionary<RunRef, RunHeader> _headers = [];
    private IReadOnlyList<RunSummary> _summaries = [];
    private RunRef? _latest;
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;

    private sealed record Day(DateTimeOffset ModifiedAt, IReadOnlyList<RunRef> Runs, RunRef? Current);

    /// <summary>All published runs by date and revision, as <see cref="Lake.Summaries"/>; one whose manifest cannot be read is left out and named in <see cref="Unreadable"/>.</summary>
    public IReadOnlyList<RunSummary> Summaries()
    {
        lock (_lock)
        {
            var now = lake.Options.Time.GetUtcNow();
            var latest = lake.Latest();
            // Who published has moved latest as a rule, and is not to wait for it to be seen.
            var changed = (now - _lookedAt >= patience || now < _lookedAt || latest != _latest) && Refresh();
            if (changed || now - _lookedAt >= patience) _lookedAt = now;
            if (!changed && latest == _latest) return _summaries;
            var summaries = new List<RunSummary>(_headers.Count);
            foreach (var (_, day) in _days.OrderBy(static pair => pair.Key))
                foreach (var run in day.Runs) summaries.Add(new RunSummary(run, _headers[run], run == day.Current, run == latest));
            (_summaries, _latest) = (summaries, latest);
            return summaries;
        }
    }

    /// <summary>Runs whose manifest could not be read at the last look, with the reason.</summary>
    public IReadOnlyDictionary<RunRef, string> Unreadable { get; private set; } = new Dictionary<RunRef, string>();

    /// <summary>The head of a run's manifest; null where no such run is published.</summary>
    public RunSummary? Find(DateOnly date, string id)
    {
        foreach (var summary in Summaries())
            if (summary.Run.Date == date && summary.Run.Id == id) return summary;
        return null;
    }

    private bool Refresh()
    {
        var changed = false;
        var seen = new HashSet<DateOnly>();
        var unreadable = new Dictionary<RunRef, string>(Unreadable);
        var settledBefore = lake.Options.Time.GetUtcNow() - Unsettled;
        foreach (var item in lake.Files.List(lake.Full(LakeLayout.Runs)))
        {
            if (item.Kind != FileKind.Folder || !Lake.TryDate(item.Name, out var date)) continue;
            seen.Add(date);
            if (_days.TryGetValue(date, out var known) && known.ModifiedAt == item.ModifiedAt && item.ModifiedAt < settledBefore) continue;
            changed |= Read(date, item.ModifiedAt, known, unreadable);
        }
        foreach (var gone in _days.Keys.Where(date => !seen.Contains(date)).ToList())
        {
            foreach (var run in _days[gone].Runs) _headers.Remove(run);
            changed |= _days.Remove(gone);
        }
        foreach (var run in unreadable.Keys.Where(run => !seen.Contains(run.Date)).ToList()) unreadable.Remove(run);
        Unreadable = unreadable;
        return changed;
    }

    private bool Read(DateOnly date, DateTimeOffset modifiedAt, Day? known, Dictionary<RunRef, string> unreadable)
    {
        foreach (var run in unreadable.Keys.Where(run => run.Date == date).ToList()) unreadable.Remove(run);
        var runs = new List<RunRef>();
        foreach (var run in lake.RunsOf(date))
        {
            try
            {
                if (!_headers.ContainsKey(run)) _headers[run] = lake.ReadHeader(run);
                runs.Add(run);
            }
            catch (Exception e) when (e is PublishingException or FileStoreException)
            {
                unreadable[run] = e.Message;
            }
        }
        runs.Sort((a, b) => _headers[a].Revision.CompareTo(_headers[b].Revision) is var order and not 0 ? order : string.CompareOrdinal(a.Id, b.Id));
        RunRef? current = runs.Count switch { 0 => null, 1 => runs[0], _ => lake.CurrentOf(date, runs.ConvertAll(run => (run, _headers[run]))) };
        foreach (var gone in known?.Runs.Where(run => !runs.Contains(run)).ToList() ?? []) _headers.Remove(gone);
        _days[date] = new Day(modifiedAt, runs, current);
        return known is null || !known.Runs.SequenceEqual(runs) || known.Current != current;
    }
}
