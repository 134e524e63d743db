using Analytics.Files;

namespace Analytics.Publishing;

/// <summary>
/// Which business dates have a run, for who asks again and again: a date's folder is listed anew only where its time of change is
/// another, so that a look costs one listing and not one a date. Not safe for several threads.
/// </summary>
public sealed class PublishedDates(Lake lake)
{
    // A file system counts time in steps: a folder that changed just before it was listed may change again without showing it.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    private readonly Dictionary<DateOnly, DateTimeOffset> _known = [];

    /// <summary>The dates that have a run now, in order.</summary>
    /// <exception cref="FileStoreException">The lake cannot be read.</exception>
    public SortedSet<DateOnly> Look()
    {
        var dates = new SortedSet<DateOnly>();
        var newest = DateTimeOffset.MinValue;
        var folders = new List<(DateOnly Date, DateTimeOffset ModifiedAt)>();
        foreach (var item in lake.Files.List(lake.Full(LakeLayout.Runs)))
        {
            if (item.Kind != FileKind.Folder || !Lake.TryDate(item.Name, out var date)) continue;
            folders.Add((date, item.ModifiedAt));
            if (item.ModifiedAt > newest) newest = item.ModifiedAt;
        }
        var now = lake.Options.Time.GetUtcNow();
        foreach (var (date, at) in folders)
        {
            if (_known.TryGetValue(date, out var seen) && seen == at)
            {
                dates.Add(date);
                continue;
            }
            _known.Remove(date);
            if (lake.RunsOf(date).Count == 0) continue;
            dates.Add(date);
            // By the store's clock where it says more than ours.
            if (at + Settled < (newest > now ? newest : now)) _known[date] = at;
        }
        return dates;
    }
}
