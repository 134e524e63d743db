using System.Globalization;
using System.Text;
using Analytics.Files;
using Analytics.Publishing;
using Analytics.Scheduling;

namespace Analytics.Web.Data;

/// <summary>
/// What goes on now, looked at once for all viewers: while somebody watches about once a second, the slower half (schedules, alerts)
/// every ten seconds.
/// </summary>
internal sealed class TonightFeed(Lake lake, IConsoleProgram program, RunCatalog catalog, ManifestCache manifests, RunFiles files, TableQueries queries, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowEvery = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stop = new();
    private Tonight? _last;
    private DateTimeOffset _slowAt = DateTimeOffset.MinValue;

    /// <summary>Ends when the console does.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>The state, at most a second old.</summary>
    public async Task<Tonight> LookAsync(CancellationToken cancel)
    {
        if (_last is { } fresh && time.GetUtcNow() - fresh.At < Every) return fresh;
        await _one.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (_last is { } known && now - known.At < Every) return known;
            return _last = await LookAsync(now, _last, cancel).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Looks anew at the next request, after something was done.</summary>
    public void Forget()
    {
        _slowAt = DateTimeOffset.MinValue;
        _last = null;
    }

    public void Dispose() => _stop.Cancel();

    private async Task<Tonight> LookAsync(DateTimeOffset now, Tonight? before, CancellationToken cancel)
    {
        var open = OpenRuns();
        if (before is null || now - _slowAt >= SlowEvery || before.Open.Count != open.Count)
        {
            var summaries = catalog.Summaries();
            var published = summaries.Select(static summary => summary.Run.Date).ToHashSet();
            var pruned = lake.PrunedThrough();
            var schedules = program.Schedules.Select(schedule => new ScheduleNow(schedule,
                NightPlanner.Plan(schedule, new CatalogNightFacts(lake, published, pruned, new AttemptBook(lake, schedule.Name), date => program.LookAtInput(schedule, date, now)), now),
                DueNights.After(schedule, now).Select(static night => (DueNight?)night).FirstOrDefault(),
                summaries.LastOrDefault(static summary => summary.IsCurrent))).ToList();
            // A run never changes, so what is known of one holds.
            var latest = summaries.FirstOrDefault(static summary => summary.IsLatest);
            var newest = latest is null ? null
                : before?.Newest is { Trouble.Length: 0 } known && known.Summary.Run == latest.Run ? known with { Summary = latest }
                : await NewestRun.ReadAsync(latest, manifests, files, queries, cancel).ConfigureAwait(false);
            before = new Tonight(now, schedules, open, [], new AlertBook(lake, [], time).Open(), [], LastLook(), newest, latest is null ? null : program.Standing(latest.Run),
                new LakeNow(lake.Root, summaries.Count, summaries.MaxBy(static summary => summary.Header.FinishedAt), lake.Files.FreeBytes(lake.Root)));
            _slowAt = now;
        }
        var dates = open.Select(static run => run.Run.BusinessDate)
            .Concat(before.Schedules.SelectMany(static schedule => schedule.Nights.Where(static night => night.State != NightState.OverLimit).Select(static night => night.Night.Date)))
            .Distinct().Order().ToList();
        var leases = dates.Select(lake.FindLease).OfType<LeaseStatus>().Where(static lease => lease.State != LeaseState.Ended).ToList();
        var started = program.Started().Where(one => one.EndedAt is null || now - one.EndedAt < TimeSpan.FromDays(1)).ToList();
        return before with { At = now, Open = open, Leases = leases, Started = started };
    }

    private List<OpenRunNow> OpenRuns()
    {
        var open = new List<OpenRunNow>();
        foreach (var run in lake.ListStaging())
        {
            var folder = lake.Full($"{LakeLayout.Staging}/{run.Key}");
            var done = run.StagesDone.Select(stage => new StageDone(stage, lake.Files.Find(StorePath.Combine(folder, $"stages/{stage}.json"))?.ModifiedAt ?? run.TouchedAt)).ToList();
            open.Add(new OpenRunNow(run, RunProgress.Read(folder), done));
        }
        return open;
    }

    private DateTimeOffset? LastLook()
    {
        var path = lake.Full($"{LakeLayout.State}/schedule/looked");
        if (!lake.Files.FileExists(path)) return null;
        return DateTimeOffset.TryParse(Encoding.UTF8.GetString(lake.Files.ReadAllBytes(path)), CultureInfo.InvariantCulture, out var at) ? at : null;
    }
}
