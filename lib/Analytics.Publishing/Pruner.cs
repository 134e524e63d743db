using Analytics.Files;

namespace Analytics.Publishing;

/// <summary>Removes runs, and the curated files and open runs that nobody needs.</summary>
public static class Pruner
{
    /// <summary>Prunes under the lake's lock.</summary>
    /// <exception cref="LakeLockedException">Another writer holds the lake.</exception>
    /// <exception cref="PublishingException">A manifest cannot be read: then nothing is removed, since it is not known what it needs.</exception>
    public static PruneReport Prune(Lake lake, PruneOptions options, CancellationToken cancel = default)
    {
        if (options.KeepRuns is < 1) throw new PublishingException(Fault.Usage, $"keep {options.KeepRuns} runs", "prune", "1 or more", "Give a larger number.");
        if (options.KeepDays is < 1) throw new PublishingException(Fault.Usage, $"keep {options.KeepDays} days", "prune", "1 or more", "Give a larger number.");
        using var writer = lake.Lock("prune");
        lake.RecoverLocked(writer, cancel);

        var staging = DeadStaging(lake, options);
        var kept = Keep(lake, options);
        var removed = new List<RunRef>();
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var bytes = 0L;
        foreach (var run in lake.ListRuns())
        {
            cancel.ThrowIfCancellationRequested();
            if (kept.ContainsKey(run))
            {
                AddNeeded(lake.ReadManifest(run), needed);
                continue;
            }
            removed.Add(run);
            foreach (var item in lake.Files.ListTree(lake.Full(run.Path)))
                if (!IsTransactions(lake, run, item.Path)) bytes += item.Length;
        }
        var curated = Unneeded(lake, needed);
        foreach (var item in curated) bytes += item.Length;

        var report = new PruneReport
        {
            Kept = [.. kept.Select(static k => new KeptRun(k.Key, k.Value)).OrderBy(static k => k.Run.Date).ThenBy(static k => k.Run.Id, StringComparer.Ordinal)],
            Removed = removed,
            CuratedFiles = curated.ConvertAll(item => StorePath.Relative(lake.Root, item.Path)),
            Staging = staging.ConvertAll(static item => item.Name),
            Bytes = bytes,
        };
        if (options.DryRun) return report;

        if (removed.Count > 0) lake.NotePruned(removed.Max(static run => run.Date));
        // Runs go first: a kill in between leaves curated files that nobody needs, never a run that needs what is gone.
        foreach (var run in removed)
        {
            cancel.ThrowIfCancellationRequested();
            RemoveRun(lake, writer, run);
        }
        foreach (var item in staging) lake.Discard(item.Path);
        RemoveCurated(lake, writer, curated, cancel);
        return report;
    }

    private static Dictionary<RunRef, string> Keep(Lake lake, PruneOptions options)
    {
        var kept = new Dictionary<RunRef, string>();
        var latest = lake.Latest();
        if (latest is { } run) kept[run] = "latest";
        foreach (var one in options.Anchored) kept.TryAdd(one, "anchored");
        foreach (var open in lake.ListStaging())
            if (lake.FindBase(open.BusinessDate) is { } plan) kept.TryAdd(plan, $"base of the open run of {LakeLayout.Date(open.BusinessDate)}");
        var current = lake.CurrentRuns();
        var all = options.KeepRuns is null && options.KeepDays is null;
        var last = latest?.Date ?? (current.Count > 0 ? current[^1].Date : default);
        for (var i = 0; i < current.Count; i++)
        {
            if (options.KeepRuns is { } count && current.Count - i <= count) kept.TryAdd(current[i], $"of the last {count} dates");
            if (options.KeepDays is { } days && current[i].Date.DayNumber > last.DayNumber - days) kept.TryAdd(current[i], $"of the last {days} days");
        }
        foreach (var one in all ? lake.ListRuns() : []) kept.TryAdd(one, "no rule says otherwise");
        var there = lake.ListRuns().ToHashSet();
        foreach (var one in kept.Keys)
            if (!there.Contains(one)) kept.Remove(one);
        return kept;
    }

    private static List<FileItem> DeadStaging(Lake lake, PruneOptions options)
    {
        var dead = new List<FileItem>();
        var limit = lake.Options.Time.GetUtcNow() - options.StagingAge;
        foreach (var item in lake.StagingFolders())
        {
            if (StagingRun.Owner(lake, item.Path) is not null) continue;
            var touched = StagingRun.Describe(lake, item.Path)?.TouchedAt ?? item.ModifiedAt;
            if (touched < limit) dead.Add(item);
        }
        return dead;
    }

    private static void AddNeeded(Manifest manifest, HashSet<string> needed)
    {
        foreach (var day in manifest.Curated)
        {
            needed.Add(day.Transactions.Path);
            if (day.Evidence is { } evidence) needed.Add(evidence.Path);
        }
    }

    private static List<FileItem> Unneeded(Lake lake, HashSet<string> needed)
    {
        var found = new List<FileItem>();
        foreach (var item in lake.Files.ListTree(lake.Full(LakeLayout.Curated)))
            if (!needed.Contains(StorePath.Relative(lake.Root, item.Path))) found.Add(item);
        return found;
    }

    private static bool IsTransactions(Lake lake, RunRef run, string path) =>
        path.StartsWith(lake.Full($"{run.Path}/{LakeLayout.Transactions}/"), StringComparison.Ordinal);

    private static void RemoveRun(Lake lake, LakeLock writer, RunRef run)
    {
        writer.EnsureHeld();
        lake.Discard(lake.Full(run.Path));
        if (lake.RunsOf(run.Date).Count > 0) return;
        var folder = lake.Full($"{LakeLayout.Runs}/{LakeLayout.Date(run.Date)}");
        lake.Discard(folder);
        lake.Files.FlushFolder(lake.Full(LakeLayout.Runs));
    }

    private static void RemoveCurated(Lake lake, LakeLock writer, List<FileItem> curated, CancellationToken cancel)
    {
        writer.EnsureHeld();
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in curated)
        {
            cancel.ThrowIfCancellationRequested();
            lake.Files.DeleteFile(item.Path);
            folders.Add(StorePath.Parent(item.Path));
        }
        foreach (var folder in folders)
        {
            if (lake.Files.List(folder).Count == 0) lake.Files.DeleteTree(folder);
            else lake.Files.FlushFolder(folder);
        }
    }
}
