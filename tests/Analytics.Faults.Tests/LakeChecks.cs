using Analytics.Files;
using Analytics.Jobs.Pipeline;
using Analytics.Publishing;

namespace Analytics.Faults.Tests;

/// <summary>What must hold of a lake whatever happened to its writer.</summary>
internal static class LakeChecks
{
    public static Lake Open(string folder) => Lake.Open(folder, new LocalFileStore());

    /// <summary>Before any repair: readers see the run of yesterday or of today, whole, and no other run is broken either.</summary>
    public static RunRef? AssertReadable(Night night, string folder, string about)
    {
        if (!Directory.Exists($"{folder}/{LakeLayout.Runs}"))
        {
            Assert.True(night.Before is null, $"{about}: the lake is gone");
            return null;
        }
        var lake = Open(folder);
        var latest = lake.Latest();
        Assert.True(latest == night.Yesterday || latest == night.Run, $"{about}: latest is {latest?.ToString() ?? "none"}, expected {night.Yesterday?.ToString() ?? "none"} or {night.Run}");
        foreach (var run in lake.ListRuns())
        {
            Assert.True(night.Runs.Contains(run), $"{about}: {run} is no run of these nights");
            AssertWhole(lake, run, about);
        }
        if (latest is { } shown) Assert.True(lake.ListRuns().Contains(shown), $"{about}: latest points to {shown}, which is not there");
        return latest;
    }

    /// <summary>After the next run: what a clean run publishes, byte for byte, and nothing else in the lake.</summary>
    public static void AssertDone(Night night, string folder, string about)
    {
        var lake = Open(folder);
        Assert.Equal(night.Run, lake.Latest());
        Assert.Equal(night.Runs, lake.ListRuns());
        foreach (var run in lake.ListRuns()) AssertWhole(lake, run, about);
        Assert.True(File.ReadAllBytes($"{folder}/{night.Run.Path}/{LakeLayout.Results}").AsSpan().SequenceEqual(night.Results), $"{about}: results.json differs from a clean run's");
        AssertClean(night, folder, about);
    }

    /// <summary>No garbage, once prune has been there.</summary>
    public static void AssertClean(Night night, string folder, string about)
    {
        var lake = Open(folder);
        Assert.True(Directory.GetFileSystemEntries($"{folder}/{LakeLayout.Staging}").Length == 0,
            $"{about}: in staging are left {string.Join(", ", Files($"{folder}/{LakeLayout.Staging}"))}");
        Pruner.Prune(lake, new PruneOptions());
        Assert.Equal(night.Curated, Files($"{folder}/{LakeLayout.Curated}"));
        Assert.Equal([LakeLayout.Curated, LakeLayout.Latest, LakeLayout.Runs, LakeLayout.Staging, LakeLayout.State],
            Directory.GetFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal));
        var dates = night.Runs.Select(run => LakeLayout.Date(run.Date)).Distinct();
        Assert.Equal(dates, Directory.GetFileSystemEntries($"{folder}/{LakeLayout.Runs}").Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal));
        foreach (var date in dates)
        {
            var expected = night.Runs.Where(run => LakeLayout.Date(run.Date) == date).Select(run => run.Id);
            Assert.Equal(expected, Directory.GetFileSystemEntries($"{folder}/{LakeLayout.Runs}/{date}").Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal));
        }
        var locks = Files($"{folder}/{LakeLayout.Lock}");
        Assert.True(locks.Count == 0, $"{about}: of locks are left {string.Join(", ", locks)}");
    }

    /// <summary>Makes all that lies in staging and among the locks older than it is, as after a week without a run.</summary>
    public static void Age(string folder, TimeSpan by)
    {
        foreach (var part in (string[])[LakeLayout.Staging, LakeLayout.State])
        {
            var root = $"{folder}/{part}";
            if (!Directory.Exists(root)) continue;
            foreach (var entry in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).ToList())
            {
                if (Directory.Exists(entry)) Directory.SetLastWriteTimeUtc(entry, Directory.GetLastWriteTimeUtc(entry) - by);
                else File.SetLastWriteTimeUtc(entry, File.GetLastWriteTimeUtc(entry) - by);
            }
        }
    }

    /// <summary>The files below a folder, relative to it, in order.</summary>
    public static IReadOnlyList<string> Files(string folder) => !Directory.Exists(folder)
        ? []
        : [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];

    private static void AssertWhole(Lake lake, RunRef run, string about)
    {
        var found = Verifier.Verify(lake, run, ParquetFooter.Inspect, Analytics.Proofs.RowTree.ReadOwn);
        Assert.True(found.IsWhole, $"{about}: {run} is not whole: {string.Join("; ", found.Findings.Select(finding => $"{finding.Path}: {finding.Message}"))}");
    }
}
